package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// Tokens are the tokens of a session. They are secrets; formatting and logging
// do not show them.
type Tokens = userpool.Session

// AuthSession is what the signed-in user, or a guest, can prove who they are by.
// Formatting and logging it do not show the secrets in it.
type AuthSession struct {
	Tokens *Tokens // nil if nobody is signed in
	User   *User   // nil if nobody is signed in

	IdentityID  string           // "" without an identity pool, and for guests who get nothing
	Credentials *aws.Credentials // nil likewise
}

// SignedIn reports whether somebody is.
func (s *AuthSession) SignedIn() bool { return s.Tokens != nil }

// String describes s without a secret.
func (s AuthSession) String() string {
	return fmt.Sprintf("AuthSession{Tokens: %v, IdentityID: %q}", s.Tokens, s.IdentityID)
}

// Format prints String for every verb.
func (s AuthSession) Format(f fmt.State, _ rune) { io.WriteString(f, s.String()) }

// LogValue is String.
func (s AuthSession) LogValue() slog.Value { return slog.StringValue(s.String()) }

// SessionOptions go with Session.
type SessionOptions struct {
	// ForceRefresh asks for new tokens and new AWS credentials, whether the old
	// ones are over or not; say after the user's groups changed.
	ForceRefresh bool

	// ClientMetadata goes to the pool's triggers, if this call begins a refresh.
	ClientMetadata map[string]string
}

// Session returns tokens that are good for Options.RefreshLeeway at least, and,
// with an identity pool, AWS credentials. It is Amplify's fetchAuthSession; call
// it whenever a token is needed, for it asks the service only when the stored
// tokens are over (GetTokensFromRefreshToken), once for all callers of the
// program and, with a storage.Locker, of all programs.
//
// That nobody is signed in is no error: the session then has no tokens.
//
// Errors: ErrSessionExpired if the service gives no more tokens for this session,
// which is then removed (Amplify says nothing and returns no tokens);
// ErrTokenRefresh if there is no refresh token; those of the identity pool. All
// others, ErrNetwork among them, leave the session as it is: try again later. If
// the tokens are still good, trouble on the way to new ones is no error, unless
// ForceRefresh is set.
//
// opts may be nil.
func (c *Client) Session(ctx context.Context, opts *SessionOptions) (*AuthSession, error) {
	var o SessionOptions
	if opts != nil {
		o = *opts
	}
	out := new(AuthSession)
	stored, err := c.fresh(ctx, o.ForceRefresh, o.ClientMetadata)
	switch {
	case errors.Is(err, ErrNotSignedIn):
	case err != nil:
		return nil, named("Session", err)
	default:
		out.Tokens, out.User = stored.Session, userOf(stored)
	}
	if c.identity != nil {
		out.IdentityID, out.Credentials, err = c.identity.session(ctx, out.Tokens, o.ForceRefresh)
		if err != nil {
			return nil, named("Session", err)
		}
	}
	return out, nil
}

// SetSession stores tokens that came from elsewhere, such as another program or
// AdminInitiateAuth, and so signs their user in, in the place of whoever was. The
// tokens' signatures are not checked: see package verify.
//
// Errors: userpool.ErrInvalidTokens without an access token, ErrSignInInterrupted
// if the storage does not keep them.
func (c *Client) SetSession(ctx context.Context, t Tokens) (*User, error) {
	if t.AccessToken.IsZero() {
		return nil, failureOf("SetSession", userpool.ErrInvalidTokens, "An access token is needed.", "")
	}
	user, err := c.adopt(ctx, &t, SignInDetails{})
	if err != nil {
		return nil, named("SetSession", err)
	}
	c.events.emit(SignedIn{User: *user})
	return user, nil
}

// identityPool gives AWS credentials; see credentials.go.
type identityPool interface {
	// session returns what it has for t's ID token, or for a guest if t is nil.
	// Without an identity for either it returns zero values.
	session(ctx context.Context, t *Tokens, force bool) (identityID string, creds *aws.Credentials, err error)

	// clear forgets the identity of whoever was signed in.
	clear(ctx context.Context) error
}

// seat returns the client of one storage.
func (s *shared) seat(pool *userpool.Pool) *Client {
	c := &Client{shared: s, pool: pool}
	c.store = userpool.NewSessionStore(pool.Storage(), pool.ClientID(), userpool.DriftMillis)
	c.refresher = s.refreshes.WithStore(c.store)
	c.identity = c.identitySeat()
	return c
}

// newRefresher makes the refresher that all seats share, so that two with the
// same tokens refresh once.
func (s *shared) newRefresher() *userpool.Refresher {
	return userpool.NewRefresher(nil, refresh, &userpool.RefresherOptions{
		Leeway: s.opts.RefreshLeeway,
		Now:    s.opts.Now,
		Done:   s.refreshed,
	})
}

// refreshCall is what a refresh must know of the call that began it, and the
// call of the refresh. It rides in the context.
type refreshCall struct {
	client   *Client
	metadata map[string]string
	username string
}

type refreshCallKey struct{}

// fresh returns the stored session with good tokens. The error has the code
// ErrNotSignedIn if there is none.
func (c *Client) fresh(ctx context.Context, force bool, metadata map[string]string) (*userpool.Stored, error) {
	call := &refreshCall{client: c, metadata: metadata}
	stored, _, err := c.refresher.Fresh(context.WithValue(ctx, refreshCallKey{}, call), force)
	if codeOf(err) == ErrTokenRefresh { // it was not even tried
		c.events.emit(TokenRefreshFailed{Err: err})
	}
	if err != nil {
		return nil, err
	}
	return stored, nil
}

// refresh asks the service for the refresher.
func refresh(ctx context.Context, old *userpool.Stored) (*userpool.Session, error) {
	call := ctx.Value(refreshCallKey{}).(*refreshCall)
	call.username = old.Username
	return call.client.pool.Refresh(ctx, old.Session, userpool.RefreshInput{
		Username:       old.Username,
		ClientMetadata: call.client.metadata(ctx, call.metadata),
	})
}

// refreshed tells of a refresh that ended.
func (s *shared) refreshed(ctx context.Context, _ *userpool.Stored, err error) {
	username := ctx.Value(refreshCallKey{}).(*refreshCall).username
	switch {
	case err == nil:
		s.opts.Log.Debug("auth: tokens refreshed")
		s.events.emit(TokenRefreshed{Username: username})
		return
	case codeOf(err) == ErrSessionExpired:
		s.opts.Log.Info("auth: the service ended the session", "error", err)
	default:
		s.opts.Log.Warn("auth: tokens were not refreshed", "error", err)
	}
	s.events.emit(TokenRefreshFailed{Username: username, Err: err})
	if codeOf(err) == ErrSessionExpired {
		s.events.emit(SessionEnded{Username: username})
	}
}

// adopt stores a session and reads it back: a storage that forgets would
// otherwise show at the next call only. The session is filed in the name that
// the access token has, whatever was typed; in Amplify's name for nobody known
// if there is none.
func (c *Client) adopt(ctx context.Context, t *Tokens, d SignInDetails) (*User, error) {
	name := cmp.Or(t.AccessToken.Username(), d.LoginID, "username")
	return c.keep(ctx, &userpool.Stored{Username: name, Session: t, SignInDetails: d.text()})
}

// keep is adopt of a session that may have come by redirect.
func (c *Client) keep(ctx context.Context, in *userpool.Stored) (*User, error) {
	unlock, err := c.store.Lock(ctx)
	if err != nil {
		return nil, interrupted(err)
	}
	defer unlock()
	before, err := c.store.LastUser(ctx)
	switch {
	case err != nil:
	case before == "" || before == in.Username:
		err = c.store.Save(ctx, in)
	default:
		err = c.store.Replace(ctx, in, before)
	}
	if err != nil {
		return nil, interrupted(err)
	}
	kept, err := c.store.Load(ctx)
	if err != nil {
		return nil, interrupted(err)
	}
	if kept.Session.AccessToken.Raw() != in.Session.AccessToken.Raw() {
		return nil, interrupted(nil)
	}
	return userOf(kept), nil
}

func interrupted(cause error) error {
	err := failure("", ErrSignInInterrupted)
	err.Err = cause
	return err
}
