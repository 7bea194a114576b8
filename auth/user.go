package auth

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// User is who is signed in.
type User struct {
	Username string // in the pool; not always what was typed
	UserID   string // the user's sub, which never changes

	// SignInDetails tell how the user signed in; zero after a redirect, and for
	// sessions that came by SetSession.
	SignInDetails SignInDetails
}

// SignInDetails tell how a user signed in.
type SignInDetails struct {
	LoginID string // what was typed
	Flow    Flow
}

// CurrentUserOptions go with CurrentUser.
type CurrentUserOptions struct {
	// Verify asks the service (GetUser) whether the user still is what the
	// tokens say: not deleted, not disabled, not signed out elsewhere.
	Verify bool
}

// CurrentUser returns who is signed in, as the stored tokens say; they are
// refreshed if they have expired. It is Amplify's getCurrentUser.
//
// Errors: ErrNotSignedIn if nobody is, also if the service ended the session
// (then ErrSessionExpired is in the error as well); ErrNetwork and whatever else
// a refresh can fail with, which leave the session as it is; with Verify,
// ErrNotAuthorized and ErrUserNotFound for a user who is not what the tokens
// say. They leave the session too: call SignOut.
//
// opts may be nil.
func (c *Client) CurrentUser(ctx context.Context, opts *CurrentUserOptions) (*User, error) {
	stored, err := c.present(ctx)
	if err != nil {
		return nil, named("CurrentUser", err)
	}
	if opts != nil && opts.Verify {
		if _, err := c.pool.GetUser(ctx, stored.Session.AccessToken); err != nil {
			return nil, named("CurrentUser", err)
		}
	}
	return userOf(stored), nil
}

// present is fresh for those who need somebody to be signed in: a session that
// the service ended is nobody, and why.
func (c *Client) present(ctx context.Context) (*userpool.Stored, error) {
	stored, err := c.fresh(ctx, false, nil)
	if codeOf(err) == ErrSessionExpired {
		nobody := failure("", ErrNotSignedIn)
		nobody.Err = err
		return nil, nobody
	}
	return stored, err
}

// Attributes are a user's attributes by name: the standard ones of OpenID
// Connect, and custom ones as custom:name.
type Attributes map[string]string

// Bool reports whether the attribute is "true", as email_verified is.
func (a Attributes) Bool(name string) bool { return a[name] == "true" }

// Contacts returns the user's e-mail address and phone number, those that are
// verified and those that are not. It is verifiedContact of Amplify v5.
func (a Attributes) Contacts() (verified, unverified Attributes) {
	verified, unverified = Attributes{}, Attributes{}
	for _, name := range []string{"email", "phone_number"} {
		switch value, ok := a[name]; {
		case !ok:
		case a.Bool(name + "_verified"):
			verified[name] = value
		default:
			unverified[name] = value
		}
	}
	return verified, unverified
}

// UserAttributes returns the signed-in user's attributes, sub among them, from
// the service (GetUser). It is Amplify's fetchUserAttributes. Values are text:
// email_verified is "true" or "false".
//
// Errors: those of CurrentUser with Verify.
func (c *Client) UserAttributes(ctx context.Context) (Attributes, error) {
	stored, err := c.present(ctx)
	if err != nil {
		return nil, named("UserAttributes", err)
	}
	data, err := c.pool.GetUser(ctx, stored.Session.AccessToken)
	if err != nil {
		return nil, named("UserAttributes", err)
	}
	return data.Map(), nil
}

// userOf reads the user off the ID token, or off the access token if there is no
// other: it has both names too.
func userOf(s *userpool.Stored) *User {
	token := s.Session.IDToken
	if token.IsZero() {
		token = s.Session.AccessToken
	}
	u := &User{Username: token.Username(), UserID: token.Subject()}
	var details signInDetails
	if json.Unmarshal([]byte(s.SignInDetails), &details) == nil {
		u.SignInDetails = SignInDetails(details)
	}
	return u
}

// signInDetails is SignInDetails as Amplify stores it.
type signInDetails struct {
	LoginID string `json:"loginId"`
	Flow    Flow   `json:"authFlowType"`
}

// text returns d as JavaScript would write it, "" for the zero value.
func (d SignInDetails) text() string {
	if d == (SignInDetails{}) {
		return ""
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.Encode(signInDetails(d)) // two strings: it cannot fail
	return string(bytes.TrimSpace(b.Bytes()))
}
