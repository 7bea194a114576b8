package admin

import (
	"context"
	"errors"
	"time"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/device"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// UsersOptions are the parts of Users. All are required.
type UsersOptions struct {
	Store     store.Store
	Keyring   *keyring.Keyring
	Passwords *credential.Passwords
	Devices   *device.Devices
	Codes     *code.Codes
	Messages  *message.Messages
	Limits    *limit.Limits
	Triggers  *trigger.Triggers
	Now       func() time.Time
}

// Users is what an administrator does with users. It is safe for concurrent use.
type Users struct{ UsersOptions }

// NewUsers returns Users made of o.
func NewUsers(o UsersOptions) *Users { return &Users{o} }

// Get returns a user, or UserNotFound.
func (s *Users) Get(ctx context.Context, poolID, name string) (*pool.User, error) {
	_, u, err := s.find(ctx, poolID, name)
	return u, err
}

// find returns a pool and a user of it: NotFound, UserNotFound.
func (s *Users) find(ctx context.Context, poolID, name string) (p *pool.Pool, u *pool.User, err error) {
	err = s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if p, err = directory.Pool(ctx, snap, poolID); err != nil {
			return err
		}
		u, err = directory.User(ctx, snap, p, name)
		return err
	})
	return p, u, err
}

// change reads the user of a sub again in a transaction, lets do change it and
// saves it. UserNotFound if the user is gone.
func (s *Users) change(ctx context.Context, p *pool.Pool, sub string, do func(store.Tx, *pool.User) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := tx.User(ctx, p.Key, sub)
		if errors.Is(err, store.ErrNotFound) {
			return directory.ErrNobody
		}
		if err != nil {
			return err
		}
		if err := do(tx, u); err != nil {
			return err
		}
		return directory.Save(ctx, tx, p, u, s.Now(), false)
	})
}

// changeNamed is change for a user of a name, who is found in the same
// transaction: NotFound, UserNotFound.
func (s *Users) changeNamed(ctx context.Context, poolID, name string, do func(*pool.User)) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := directory.Pool(ctx, tx, poolID)
		if err != nil {
			return err
		}
		u, err := directory.User(ctx, tx, p, name)
		if err != nil {
			return err
		}
		do(u)
		return directory.Save(ctx, tx, p, u, s.Now(), false)
	})
}

// Confirm confirms a user who signed up, without a code. It verifies no
// address. metadata is for PostConfirmation, whose error is returned though
// the user is confirmed.
func (s *Users) Confirm(ctx context.Context, poolID, name string, metadata map[string]string) error {
	var p *pool.Pool
	var u *pool.User
	err := s.Store.Update(ctx, func(tx store.Tx) (err error) {
		if p, err = directory.Pool(ctx, tx, poolID); err != nil {
			return err
		}
		if u, err = directory.User(ctx, tx, p, name); err != nil {
			return err
		}
		if err := directory.CheckUnconfirmed(u); err != nil {
			return err
		}
		u.Status = pool.Confirmed
		return directory.Save(ctx, tx, p, u, s.Now(), false)
	})
	if err != nil {
		return err
	}
	return s.Triggers.PostConfirmation(ctx, trigger.Subject{Pool: p, User: u}, metadata)
}

// Delete removes a user with everything that belongs to it. The name is free
// at once.
func (s *Users) Delete(ctx context.Context, poolID, name string) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := directory.Pool(ctx, tx, poolID)
		if err != nil {
			return err
		}
		u, err := directory.User(ctx, tx, p, name)
		if err != nil {
			return err
		}
		return tx.DeleteUser(ctx, p.Key, u.Sub)
	})
}
