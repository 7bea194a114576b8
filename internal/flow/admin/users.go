package admin

import (
	"context"
	"time"

	"github.com/cenote-auth/cenote/internal/core/credential"
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
func (s *Users) Get(ctx context.Context, poolID, name string) (u *pool.User, err error) {
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		p, err := directory.Pool(ctx, snap, poolID)
		if err != nil {
			return err
		}
		u, err = directory.User(ctx, snap, p, name)
		return err
	})
	return u, err
}

// SetPassword gives a user a password that the policy allows: for good, or
// until the next sign-in. It ends the user's open sign-ins and any lock-out,
// sends nothing and verifies nothing.
func (s *Users) SetPassword(ctx context.Context, poolID, name, password string, permanent bool) error {
	var p *pool.Pool
	var u *pool.User
	err := s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if p, err = directory.Pool(ctx, snap, poolID); err != nil {
			return err
		}
		u, err = directory.User(ctx, snap, p, name)
		return err
	})
	if err != nil {
		return err
	}
	if err := p.PasswordPolicy.Check(password); err != nil {
		return err
	}
	sealed, err := s.Passwords.Make(ctx, p, u, password)
	if err != nil {
		return err
	}
	status := pool.ForceChangePassword
	if permanent {
		status = pool.Confirmed
	}
	return s.change(ctx, p, u.Sub, func(tx store.Tx, u *pool.User) error {
		s.setPassword(u, sealed, status)
		return s.Limits.Clear(ctx, tx, p.Key, u.Sub, limit.FactorPassword)
	})
}

// setPassword puts a new password and the status it leads to into u.
func (s *Users) setPassword(u *pool.User, sealed []byte, status pool.Status) {
	u.SealedPassword, u.PasswordSet, u.Status = sealed, s.Now(), status
	u.SessionGeneration++
}

// change reads the user of a sub again in a transaction, lets do change it and
// saves it. UserNotFound if the user is gone.
func (s *Users) change(ctx context.Context, p *pool.Pool, sub string, do func(store.Tx, *pool.User) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := directory.User(ctx, tx, p, sub)
		if err != nil {
			return err
		}
		if err := do(tx, u); err != nil {
			return err
		}
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

// maxUsersPage is how many users a page has at most, and unless a limit is given.
const maxUsersPage = 60

// List returns a page of a pool's users, in no order of note, and the token of
// the next page, "" at the end. limit 0 means 60.
func (s *Users) List(ctx context.Context, poolID, pageToken string, limit int) (users []*pool.User, next string, err error) {
	if limit == 0 {
		limit = maxUsersPage
	}
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		p, err := directory.Pool(ctx, snap, poolID)
		if err != nil {
			return err
		}
		after, err := openPage(s.Keyring, pageToken, "users", poolID)
		if err != nil {
			return err
		}
		users, err = snap.Users(ctx, p.Key, store.Page{After: after, Limit: limit + 1})
		return err
	})
	if err != nil {
		return nil, "", err
	}
	if len(users) > limit {
		users = users[:limit]
		next = sealPage(s.Keyring, users[limit-1].Sub, "users", poolID)
	}
	return users, next, nil
}
