package web

import (
	"context"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/verify"
)

// User is who sent a request, by tokens that were verified.
type User struct {
	Username string // in the pool
	UserID   string // the user's sub, which never changes

	Access *verify.Claims // groups and scopes are here
	ID     *verify.Claims // attributes are here; nil without the openid scope, and for Bearer
}

// UserFrom returns who sent the request whose context ctx is, and whether that is
// known: behind Site.Required and Bearer it always is.
func UserFrom(ctx context.Context) (*User, bool) {
	if s, ok := ctx.Value(seatKey{}).(*seat); ok && s.user != nil {
		return s.user, true
	}
	return nil, false
}

// ClientFrom returns the auth.Client of the person who sent the request, for
// tokens to show to other services, for sign-in forms of the app's own, and for
// signing out. What it stores goes into the answer's cookies, so use it before the
// answer is begun, and not in another request: carry a flow there by its
// MarshalBinary and the ResumeSignIn of that request's client. It is nil behind
// Bearer, and without a Site.
//
// To it, too, nobody is signed in whose tokens could not be verified. What else it
// reads from cookies, such as User.SignInDetails, is the browser's word.
func ClientFrom(ctx context.Context) *auth.Client {
	if s, ok := ctx.Value(seatKey{}).(*seat); ok {
		return s.client
	}
	return nil
}

// seat is what a request's context carries.
type seat struct {
	site    *Site // nil behind Bearer
	client  *auth.Client
	cookies *Cookies
	user    *User // nil for nobody
	err     error // of finding out
}

type seatKey struct{}

func newUser(access, id *verify.Claims) *User {
	return &User{Username: access.Username, UserID: access.Subject, Access: access, ID: id}
}
