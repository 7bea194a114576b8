package admin

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// SetPassword gives a user a password that the policy allows: for good, and
// then it must not be one of the past that the pool remembers, or until the
// next sign-in. It ends the user's open sign-ins, any lock-out and a reset code
// that is outstanding, sends nothing and verifies nothing; tokens stay.
func (s *Users) SetPassword(ctx context.Context, poolID, name, password string, permanent bool) (err error) {
	for range resetTries {
		if err = s.trySetPassword(ctx, poolID, name, password, permanent); !errors.Is(err, errMoved) {
			return err
		}
	}
	return fmt.Errorf("set password: %w", err)
}

func (s *Users) trySetPassword(ctx context.Context, poolID, name, password string, permanent bool) error {
	p, read, err := s.find(ctx, poolID, name)
	if err != nil {
		return err
	}
	if err := p.PasswordPolicy.Check(password); err != nil {
		return err
	}
	status, seal := pool.ForceChangePassword, s.Passwords.Make
	if permanent {
		status, seal = pool.Confirmed, s.sealPassword
	}
	sealed, err := seal(ctx, p, read, password)
	if err != nil {
		return err
	}
	return s.change(ctx, p, read.Sub, func(tx store.Tx, u *pool.User) error {
		if !bytes.Equal(u.SealedPassword, read.SealedPassword) {
			return errMoved // and with it what the pool remembers
		}
		if err := directory.SetPassword(ctx, tx, p, u, sealed, status, s.Now()); err != nil {
			return err
		}
		return s.Limits.Clear(ctx, tx, p.Key, u.Sub, limit.FactorPassword)
	})
}

func (s *Users) sealPassword(ctx context.Context, p *pool.Pool, u *pool.User, password string) ([]byte, error) {
	return directory.SealPassword(ctx, s.Store, s.Passwords, p, u, password)
}

// setPassword puts a temporary password into u, who never had one of its own.
func (s *Users) setPassword(u *pool.User, sealed []byte) {
	u.SealedPassword, u.PasswordSet, u.Status = sealed, s.Now(), pool.ForceChangePassword
	u.SessionGeneration++
}

// SetMFAOptions makes options the second factors of a user. Errors: NotFound,
// UserNotFound, InvalidParameter.
// Source: AdminSetUserSettings in model/.
func (s *Users) SetMFAOptions(ctx context.Context, poolID, name string, options []pool.MFAOption) error {
	p, u, err := s.find(ctx, poolID, name)
	if err != nil {
		return err
	}
	return s.change(ctx, p, u.Sub, func(_ store.Tx, u *pool.User) error { return u.SetMFAOptions(options) })
}
