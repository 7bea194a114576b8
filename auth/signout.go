package auth

import (
	"context"
	"errors"
	"time"
)

// SignOutOptions go with SignOut.
type SignOutOptions struct {
	// Global ends all of the user's sessions, on every device.
	Global bool
}

// maxClear is how long SignOut tries to remove the tokens after its context
// ended.
const maxClear = 10 * time.Second

// SignOut ends the session: the service's refresh token is revoked
// (RevokeToken), or with Global all of the user's tokens are (GlobalSignOut, with
// an access token that is refreshed first if it is over); then the stored tokens
// and AWS credentials are removed, whatever the service said and even if ctx has
// ended. What the storage knows of a remembered device stays. It is Amplify's
// signOut, which keeps the service's errors to itself.
//
// An error of the service means that other holders of the tokens, or other
// devices, may still be signed in; this one is not. An error of the storage
// means that the tokens may still be there. If both failed, the error holds both
// (errors.Join). That nobody was signed in is no error.
//
// opts may be nil.
func (c *Client) SignOut(ctx context.Context, opts *SignOutOptions) error {
	global := opts != nil && opts.Global
	username, remote := c.signOutRemotely(ctx, global)

	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxClear)
	defer cancel()
	local := c.forget(ctx)
	if local == nil {
		c.events.emit(SignedOut{Username: username})
	}
	switch {
	case local == nil:
		return named("SignOut", remote)
	case remote == nil:
		return named("SignOut", local)
	}
	return errors.Join(named("SignOut", remote), named("SignOut", local))
}

// signOutRemotely tells the service, and returns who was signed in.
func (c *Client) signOutRemotely(ctx context.Context, global bool) (username string, err error) {
	stored, err := c.store.Load(ctx)
	if errors.Is(err, ErrNotSignedIn) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if !global {
		if stored.Session.AccessToken.Revocable() {
			err = c.pool.RevokeToken(ctx, stored.Session)
		}
		return stored.Username, err
	}
	fresh, err := c.fresh(ctx, false, nil)
	if err != nil {
		return stored.Username, err
	}
	return stored.Username, c.pool.GlobalSignOut(ctx, fresh.Session.AccessToken)
}

// forget removes tokens and credentials. It waits a while for a refresh that is
// under way, which would store tokens again.
func (c *Client) forget(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, maxClear/2)
	defer cancel()
	if unlock, err := c.store.Lock(waiting); err == nil {
		defer unlock()
	}
	username, err := c.store.LastUser(ctx)
	if err == nil && username != "" {
		err = c.store.Clear(ctx, username)
	}
	if c.cfg.OAuth != nil {
		err = errors.Join(err, c.forgetRedirect(ctx))
	}
	if c.identity != nil {
		err = errors.Join(err, c.identity.clear(ctx))
	}
	return err
}
