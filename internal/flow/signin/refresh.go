package signin

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// startRefresh is REFRESH_TOKEN_AUTH. It writes nothing and gives no new
// refresh token. The secret hash is over the token owner's real user name.
func (s *Service) startRefresh(ctx context.Context, r Request) (Step, error) {
	enter := func(snap store.Snapshot) (*pool.Client, *pool.Pool, error) {
		c, p, err := gate(ctx, snap, r)
		if err != nil {
			return nil, nil, err
		}
		return c, p, r.Parameters.need("REFRESH_TOKEN")
	}
	set, err := s.renew(ctx, enter, r.Parameters["REFRESH_TOKEN"], func(c *pool.Client, u *pool.User) error {
		return s.Secrets.CheckHash(c, u.Username, r.Parameters["SECRET_HASH"])
	})
	if err != nil {
		return Step{}, err
	}
	return Step{Tokens: &set}, nil
}

// Refresh is GetTokensFromRefreshToken: new access and ID tokens for a refresh
// token, to a client that shows its secret as it is.
func (s *Service) Refresh(ctx context.Context, clientID, clientSecret, text string) (token.Set, error) {
	enter := func(snap store.Snapshot) (*pool.Client, *pool.Pool, error) {
		c, p, err := directory.Client(ctx, snap, clientID)
		if err != nil {
			return nil, nil, err
		}
		return c, p, s.checkSecret(c, clientSecret)
	}
	return s.renew(ctx, enter, text, func(*pool.Client, *pool.User) error { return nil })
}

func (s *Service) checkSecret(c *pool.Client, given string) error {
	right, err := s.Secrets.Matches(c, given)
	if err != nil {
		return err
	}
	if !right {
		return pool.E(pool.NotAuthorized, "Unable to verify secret hash for client "+c.ID)
	}
	return nil
}

// renew reads the refresh token's row and its user and signs. enter finds the
// client and judges it first; check judges it once the user is known.
func (s *Service) renew(
	ctx context.Context, enter func(store.Snapshot) (*pool.Client, *pool.Pool, error),
	text string, check func(*pool.Client, *pool.User) error,
) (token.Set, error) {
	var grant token.Grant
	err := s.Store.View(ctx, func(snap store.Snapshot) error {
		c, p, err := enter(snap)
		if err != nil {
			return err
		}
		row, u, err := s.Tokens.Refresh(ctx, snap, p, c, text)
		if err != nil {
			return err
		}
		grant = token.Grant{Pool: p, Client: c, User: u, AuthTime: row.AuthTime, Family: row.Family, OriginJTI: row.OriginJTI}
		if err := check(c, u); err != nil {
			return err
		}
		grant.Groups, err = snap.GroupsOf(ctx, p.Key, u.Sub)
		return err
	})
	if err != nil {
		return token.Set{}, err
	}
	return s.Tokens.Renew(ctx, grant)
}

// Revoke ends a refresh token and every access token of its sign-in. A token
// that is unknown or ended already is no error (RFC 7009 section 2.2).
func (s *Service) Revoke(ctx context.Context, clientID, clientSecret, text string) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		c, p, err := tx.Client(ctx, clientID)
		if errors.Is(err, store.ErrNotFound) {
			return pool.E(pool.Unauthorized, "User pool client "+clientID+" does not exist.")
		}
		if err != nil {
			return err
		}
		right, err := s.Secrets.Matches(c, clientSecret)
		switch {
		case err != nil:
			return err
		case !right:
			return pool.E(pool.Unauthorized, "Unable to verify secret for client "+clientID)
		case !c.RevokesTokens():
			return pool.E(pool.UnsupportedOperation, "Revoke token is not enabled for client "+clientID)
		}
		return s.Tokens.Revoke(ctx, tx, p, c, text)
	})
}
