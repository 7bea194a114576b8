package account

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

var (
	errNoTokens = pool.E(pool.NoSoftwareToken, "Software Token MFA has not been enabled by the userPool")
	errNoToken  = pool.E(pool.NoSoftwareToken, "Software Token MFA does not exist for the user.")
	errToken    = pool.E(pool.SoftwareTokenMismatch, "Code mismatch")
)

// AssociateToken gives the user of an access token a seed, as text for an
// authenticator app. It waits for its first password, in place of an earlier
// one that does; the software token in use stays until then. Errors are those
// of token.VerifyAccess, and NoSoftwareToken where the pool knows none.
// Source: AssociateSoftwareToken in model/.
func (s *Service) AssociateToken(ctx context.Context, accessToken string) (secret string, err error) {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return "", err
	}
	p, u := access.Pool, access.User
	if !p.Second.SoftwareToken && !p.AllowsFirst(pool.FirstToken) {
		return "", errNoTokens
	}
	seed := totp.NewSeed()
	sealed := s.Seeds.Seal(p.Key, u.Sub, seed)
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := access.Again(ctx, tx); err != nil {
			return err
		}
		return tx.AskSoftwareToken(ctx, p.Key, u.Sub, sealed)
	})
	if err != nil {
		return "", err
	}
	return totp.Secret(seed), nil
}

// VerifyToken takes the first password of the seed that waits and makes it the
// software token of an access token's user, under a name. It switches nothing
// on. Errors are those of token.VerifyAccess; NoSoftwareToken if no seed waits;
// SoftwareTokenMismatch; InvalidParameter for a name that is too long.
// Tries are not counted: who may try has been shown the seed, or could ask for
// another.
// Source: VerifySoftwareToken in model/.
func (s *Service) VerifyToken(ctx context.Context, accessToken, password, name string) error {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return err
	}
	if utf8.RuneCountInString(name) > pool.MaxTokenName {
		return pool.E(pool.InvalidParameter, "The friendly device name is too long.")
	}
	p, u := access.Pool, access.User
	var token store.SoftwareToken
	err = s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		token, err = snap.SoftwareToken(ctx, p.Key, u.Sub)
		return err
	})
	if errors.Is(err, store.ErrNotFound) || err == nil && token.Pending == nil {
		return errNoToken
	}
	if err != nil {
		return err
	}
	seed, err := s.Seeds.Open(p.Key, u.Sub, token.Pending)
	if err != nil {
		return err
	}
	step, right := totp.Step(seed, password, s.Now())
	if !right {
		return errToken
	}
	return s.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := access.Again(ctx, tx); err != nil {
			return err
		}
		err := tx.VerifySoftwareToken(ctx, p.Key, u.Sub, token.Pending, name, step)
		if errors.Is(err, store.ErrNotFound) {
			return errNoToken // another waits by now
		}
		return err
	})
}

// Prefer switches second factors of an access token's user on and off. Errors
// are those of token.VerifyAccess and of pool.User.Prefer.
// Source: SetUserMFAPreference in model/.
func (s *Service) Prefer(ctx context.Context, accessToken string, w pool.Preference) error {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return err
	}
	return s.change(ctx, access, func(tx store.Tx, u *pool.User) error {
		verified, err := directory.HasSoftwareToken(ctx, tx, u.PoolKey, u.Sub)
		if err != nil {
			return err
		}
		return u.Prefer(w, pool.Means{SoftwareToken: verified, Passkey: access.Pool.CountsAsTwo()})
	})
}

// AuthFactors returns the first factors that an access token's user may sign in
// by, with the second factors of its profile.
// Source: GetUserAuthFactors in model/.
func (s *Service) AuthFactors(ctx context.Context, accessToken string) (Profile, []string, error) {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return Profile{}, nil, err
	}
	u := access.User
	profile := Profile{Username: u.Username}
	profile.Factors, profile.Preferred = u.SecondFactors()
	var has pool.Holdings
	err = s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		has, err = directory.Holdings(ctx, snap, access.Pool, u.Sub)
		return err
	})
	return profile, access.Pool.FirstFactors(u, has), err
}
