package signin

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Renewal asks for new tokens for a refresh token.
type Renewal struct {
	ClientID     string
	ClientSecret string // as it is; "" for none
	Token        string
	DeviceKey    string // the device that asks; "" if it does not say

	ClientMetadata map[string]string // for functions
	Origin         pool.Origin
}

// A renewal is a Renewal, by whichever way it came.
type renewal struct {
	text, device string
	metadata     map[string]string
	origin       pool.Origin
	enter        func(store.Snapshot) (*pool.Client, *pool.Pool, error) // finds the client and judges it first
	check        func(*pool.Client, *pool.User) error                   // judges it once the user is known
}

// errRotates is the answer to a flow that could not give a new refresh token.
var errRotates = pool.E(pool.UnsupportedOperation, "REFRESH_TOKEN_AUTH is not supported for clients with refresh token rotation.")

// startRefresh is REFRESH_TOKEN_AUTH, whose metadata no function gets. It gives
// no new refresh token, and clients whose refresh tokens rotate may not use it.
// The secret hash is over the token owner's real user name.
func (s *Service) startRefresh(ctx context.Context, r Request) (Step, error) {
	hash := r.Parameters["SECRET_HASH"]
	set, err := s.renew(ctx, renewal{
		text: r.Parameters["REFRESH_TOKEN"], device: r.Parameters["DEVICE_KEY"], origin: r.Origin,
		enter: func(snap store.Snapshot) (*pool.Client, *pool.Pool, error) {
			c, p, err := gate(ctx, snap, r)
			if err == nil && c.RefreshRotation {
				err = errRotates
			}
			if err == nil {
				err = r.Parameters.need("REFRESH_TOKEN")
			}
			if err == nil && (hash == "") == c.Confidential() { // wrong, whose token it may be
				err = s.Secrets.CheckHash(c, "", hash)
			}
			return c, p, err
		},
		check: func(c *pool.Client, u *pool.User) error { return s.Secrets.CheckHash(c, u.Username, hash) },
	})
	if err != nil {
		return Step{}, err
	}
	return Step{Tokens: &set}, nil
}

// Refresh is GetTokensFromRefreshToken: new access and ID tokens for a refresh
// token, to a client that shows its secret as it is, and a new refresh token in
// place of the old one to a client whose refresh tokens rotate. RefreshTokenReuse
// for one that was replaced longer ago than the client's grace: with it all
// tokens of the sign-in end.
func (s *Service) Refresh(ctx context.Context, r Renewal) (token.Set, error) {
	return s.renew(ctx, renewal{
		text: r.Token, device: r.DeviceKey, metadata: r.ClientMetadata, origin: r.Origin,
		enter: func(snap store.Snapshot) (*pool.Client, *pool.Pool, error) {
			c, p, err := directory.Client(ctx, snap, r.ClientID)
			if err != nil {
				return nil, nil, err
			}
			return c, p, s.checkSecret(c, r.ClientSecret)
		},
		check: func(*pool.Client, *pool.User) error { return nil },
	})
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

// renew gives new tokens of the family of a refresh token.
func (s *Service) renew(ctx context.Context, r renewal) (token.Set, error) {
	grant, row, err := s.holderOf(ctx, r)
	switch {
	case errors.Is(err, token.ErrReused):
		return token.Set{}, s.endReused(ctx, grant.Pool, r.text)
	case err != nil:
		return token.Set{}, err
	}
	who := trigger.Subject{Pool: grant.Pool, Client: grant.Client, User: grant.User}
	grant.Changes, err = s.changes(ctx, who, trigger.TokensByRefresh, grant.Groups, r.metadata)
	switch {
	case err != nil:
		return token.Set{}, err
	case grant.Client.RefreshRotation:
		return s.rotate(ctx, grant, row, r.text)
	}
	set, err := s.Tokens.Renew(ctx, grant)
	if err != nil {
		return token.Set{}, err
	}
	return set, s.used(ctx, grant, row)
}

// holderOf reads the row of a refresh token, and whom new tokens are for. With
// ErrReused there is the pool of the grant alone.
func (s *Service) holderOf(ctx context.Context, r renewal) (grant token.Grant, row store.RefreshToken, err error) {
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		c, p, err := r.enter(snap)
		if err != nil {
			return err
		}
		grant.Pool = p
		var u *pool.User
		if row, u, err = s.Tokens.Refresh(ctx, snap, p, c, r.text); err != nil {
			return err
		}
		grant = token.Grant{
			Pool: p, Client: c, User: u, AuthTime: row.AuthTime, Family: row.Family, OriginJTI: row.OriginJTI, Origin: c.Origin(r.origin),
			DeviceKey: row.DeviceKey,
		}
		if err := fromItsDevice(ctx, snap, p, row, r.device); err != nil {
			return err
		}
		if err := r.check(c, u); err != nil {
			return err
		}
		grant.Groups, err = snap.GroupsOf(ctx, p.Key, u.Sub)
		return err
	})
	return grant, row, err
}

// rotate is renew where a new refresh token takes the place of the old one,
// whose row was read.
func (s *Service) rotate(ctx context.Context, grant token.Grant, old store.RefreshToken, text string) (token.Set, error) {
	set, row, err := s.Tokens.Rotate(ctx, grant, old)
	if err != nil {
		return token.Set{}, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		return s.Tokens.Replace(ctx, tx, row, grant.Client.RotationGrace())
	})
	if errors.Is(err, token.ErrReused) {
		err = s.endReused(ctx, grant.Pool, text)
	}
	if err != nil {
		return token.Set{}, err
	}
	return set, nil
}

// endReused ends the family of a refresh token that came back too late, and
// returns token.ErrReused.
func (s *Service) endReused(ctx context.Context, p *pool.Pool, text string) error {
	if err := s.Tokens.EndReused(ctx, p, text); err != nil {
		return err
	}
	return token.ErrReused
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
