package admin

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Prefer switches second factors of a user on and off. Errors: NotFound,
// UserNotFound, and those of pool.User.Prefer.
// Source: AdminSetUserMFAPreference in model/.
func (s *Users) Prefer(ctx context.Context, poolID, name string, w pool.Preference) error {
	p, u, err := s.find(ctx, poolID, name)
	if err != nil {
		return err
	}
	return s.change(ctx, p, u.Sub, func(tx store.Tx, u *pool.User) error {
		verified, err := directory.HasSoftwareToken(ctx, tx, u.PoolKey, u.Sub)
		if err != nil {
			return err
		}
		return u.Prefer(w, pool.Means{SoftwareToken: verified, Passkey: p.CountsAsTwo()})
	})
}

// DeleteToken takes the software token of a user away, with a seed that waits to
// be one, and switches that factor off. No error if there is none. Errors:
// NotFound, UserNotFound.
// Source: AdminDeleteSoftwareToken in model/.
func (s *Users) DeleteToken(ctx context.Context, poolID, name string) error {
	p, u, err := s.find(ctx, poolID, name)
	if err != nil {
		return err
	}
	return s.change(ctx, p, u.Sub, func(tx store.Tx, u *pool.User) error {
		u.DropSoftwareToken()
		return tx.DeleteSoftwareToken(ctx, u.PoolKey, u.Sub)
	})
}

// AuthFactors returns a user and the first factors that it may sign in by.
// Errors: NotFound, UserNotFound.
// Source: AdminGetUserAuthFactors in model/.
func (s *Users) AuthFactors(ctx context.Context, poolID, name string) (u *pool.User, first []string, err error) {
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		p, err := directory.Pool(ctx, snap, poolID)
		if err != nil {
			return err
		}
		if u, err = directory.User(ctx, snap, p, name); err != nil {
			return err
		}
		has, err := directory.Holdings(ctx, snap, p, u.Sub)
		first = p.FirstFactors(u, has)
		return err
	})
	return u, first, err
}
