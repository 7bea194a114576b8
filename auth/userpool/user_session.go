package userpool

import (
	"context"
	"errors"
	"slices"
	"time"
)

// userLeeway is how long before its end a User's session is renewed: long enough
// for the request it is wanted for.
const userLeeway = 5 * time.Second

// refreshCall rides in the context of a refresh: the pool of the call that began
// it, whose storage knows the device, and what that call was given.
type refreshCall struct {
	pool     *Pool
	metadata map[string]string
}

type refreshCallKey struct{}

func newRefresher(p *Pool) *Refresher {
	return NewRefresher(p.sessions, refreshUser, &RefresherOptions{Leeway: userLeeway, Now: p.now})
}

// refreshUser asks by REFRESH_TOKEN_AUTH, as amazon-cognito-identity-js does.
// App clients that rotate refresh tokens refuse that, in words that are not
// documented: they are asked by GetTokensFromRefreshToken.
func refreshUser(ctx context.Context, old *Stored) (*Session, error) {
	call := ctx.Value(refreshCallKey{}).(refreshCall)
	in := RefreshInput{Username: old.Username, ClientMetadata: call.metadata, Op: RefreshByInitiateAuth}
	session, err := call.pool.Refresh(ctx, old.Session, in)
	if !isOneOf(err, refusals) {
		return session, err
	}
	in.Op = RefreshByToken
	session, second := call.pool.Refresh(ctx, old.Session, in)
	if isFinal(err) && second != nil && !isOneOf(second, heard) {
		return nil, err // not every service knows the other way
	}
	return session, second
}

// refusals may mean that a service wants refresh tokens to be shown to it in
// another way, the first of them also that the session is over.
var refusals = []Code{ErrNotAuthorized, ErrInvalidParameter, "UnsupportedOperationException"}

// heard are errors by which a service shows that it knows the other way, and that
// the first refusal did not mean the session.
var heard = []Code{
	ErrRefreshTokenReuse, ErrNetwork, ErrTooManyRequests, ErrLimitExceeded, "InternalErrorException", "ForbiddenException",
	ErrLambdaValidation, "UnexpectedLambdaException", "InvalidLambdaResponseException",
}

func isOneOf(err error, codes []Code) bool {
	return slices.ContainsFunc(codes, func(c Code) bool { return errors.Is(err, c) })
}

// Session returns a session with good tokens: the one at hand, or the stored
// one, refreshed if need be; see Refresher.Fresh, also for the errors.
// clientMetadata goes to the triggers of a refresh and may be nil.
func (u *User) Session(ctx context.Context, clientMetadata map[string]string) (*Session, error) {
	if s := u.SignInSession(); s.Valid(u.pool.now(), userLeeway) {
		return s, nil
	}
	return u.fresh(ctx, false, clientMetadata)
}

// Refresh replaces the stored session by a new one (InitiateAuth with
// REFRESH_TOKEN_AUTH, or GetTokensFromRefreshToken where tokens rotate). Calls
// at the same time, of all Users of the pool and of all processes that share its
// storage, make one request. The errors are those of Refresher.Fresh.
// clientMetadata may be nil.
func (u *User) Refresh(ctx context.Context, clientMetadata map[string]string) (*Session, error) {
	return u.fresh(ctx, true, clientMetadata)
}

func (u *User) fresh(ctx context.Context, force bool, metadata map[string]string) (*Session, error) {
	u.mu.Lock()
	username, outs := u.username, u.outs
	u.mu.Unlock()
	ctx = context.WithValue(ctx, refreshCallKey{}, refreshCall{u.pool, metadata})
	stored, _, err := u.pool.refresher.WithUser(username).Fresh(ctx, force)
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case u.outs != outs: // the user signed out meanwhile
	case stored != nil:
		u.session = stored.Session.clone()
	case isFinal(err):
		u.session = nil
	}
	if err != nil {
		return nil, err
	}
	return stored.Session, nil
}

// SetSession stores a session that came from elsewhere and makes the user the
// one who signed in last. Cached user data is dropped. The error has the code
// ErrInvalidTokens if s has no access token.
func (u *User) SetSession(ctx context.Context, s *Session) error {
	if s == nil || s.AccessToken.IsZero() {
		return fault(ErrInvalidTokens, "the session has no access token", nil)
	}
	username := u.Username()
	if err := u.store(ctx, &Stored{Username: username, Session: s}, u.pool.sessions.keys.UserData(username)); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.session = s.clone()
	return nil
}

// store files a session while no refresh does, and removes further keys.
func (u *User) store(ctx context.Context, in *Stored, also ...string) error {
	unlock, err := u.pool.sessions.Lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return u.pool.sessions.save(ctx, in, also...)
}

// SignOut forgets the session here, and leaves its tokens good until they expire:
// RevokeTokens before it ends them. The device stays remembered. It waits for a
// refresh that is under way.
func (u *User) SignOut(ctx context.Context) error {
	err := u.forget(ctx)
	u.mu.Lock()
	defer u.mu.Unlock()
	u.session, u.challenge = nil, nil
	u.outs++
	return err
}

func (u *User) forget(ctx context.Context) error {
	unlock, err := u.pool.sessions.Lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return u.pool.sessions.Clear(ctx, u.Username())
}

// RevokeTokens ends the session's refresh token, and the access tokens that came
// by it, at the service (RevokeToken). Nothing is done where nothing can be
// revoked: without a refresh token, or for an app client without revocation. The
// session stays stored. The error has the code ErrNoUser if there is none.
func (u *User) RevokeTokens(ctx context.Context) error {
	stored, err := u.pool.sessions.LoadUser(ctx, u.Username())
	if err != nil {
		return err
	}
	if !stored.Session.AccessToken.Revocable() {
		return nil
	}
	return u.pool.RevokeToken(ctx, stored.Session)
}

// GlobalSignOut ends all of the user's sessions, on every device
// (GlobalSignOut), and forgets the one here. After an error it is still here.
func (u *User) GlobalSignOut(ctx context.Context) error {
	s, err := u.Session(ctx, nil)
	if err != nil {
		return err
	}
	if err := u.pool.GlobalSignOut(ctx, s.AccessToken); err != nil {
		return err
	}
	return u.SignOut(ctx)
}
