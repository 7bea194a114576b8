package admin

import (
	"context"
	"errors"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Enable lets a user sign in again. What a disable has ended stays ended.
func (s *Users) Enable(ctx context.Context, poolID, name string) error {
	return s.changeNamed(ctx, poolID, name, func(u *pool.User) { u.Enabled = true })
}

// Disable ends all tokens and open sign-ins of a user and lets nobody sign in
// as that user.
func (s *Users) Disable(ctx context.Context, poolID, name string) error {
	return s.changeNamed(ctx, poolID, name, func(u *pool.User) {
		u.Enabled = false
		u.TokenGeneration++
		u.SessionGeneration++
	})
}

// SignOutEverywhere ends all tokens and open sign-ins of a user.
func (s *Users) SignOutEverywhere(ctx context.Context, poolID, name string) error {
	return s.changeNamed(ctx, poolID, name, func(u *pool.User) {
		u.TokenGeneration++
		u.SessionGeneration++
	})
}

// errMoved: the address of a user is another than when it was read.
var errMoved = errors.New("the user was changed meanwhile")

// resetTries is how often a reset that was overtaken by other changes is begun.
const resetTries = 8

// ResetPassword makes the password of a user useless until a new one is chosen
// with the code that is sent now. It ends open sign-ins; tokens stay. metadata is
// for functions. Errors:
// NotFound, UserNotFound; NotAuthorized for a user who is disabled, or in no
// state to reset, or in a pool where that is left to administrators;
// InvalidParameter without a proved address; LimitExceeded.
func (s *Users) ResetPassword(ctx context.Context, poolID, name string, metadata map[string]string) (err error) {
	once := limit.Once{Rule: limit.ResetPassword}
	for range resetTries {
		if err = s.tryReset(ctx, poolID, name, metadata, &once); !errors.Is(err, errMoved) {
			return err
		}
	}
	return fmt.Errorf("reset password: %w", err)
}

func (s *Users) tryReset(ctx context.Context, poolID, name string, metadata map[string]string, once *limit.Once) error {
	p, u, err := s.find(ctx, poolID, name)
	if err != nil {
		return err
	}
	to, err := resettable(p, u)
	if err != nil {
		return err
	}
	if err := s.Limits.Begin(ctx, s.Store, p.Key, u.Sub, once); err != nil {
		return err
	}
	sent, err := s.parcel(ctx, p, u, code.ForgotPassword, message.ForgotPassword, to, metadata)
	if err != nil {
		return err
	}
	return s.change(ctx, p, u.Sub, func(tx store.Tx, u *pool.User) error {
		again, err := resettable(p, u)
		if err != nil {
			return err
		}
		if again != to {
			return errMoved
		}
		u.Status = pool.ResetRequired
		u.SessionGeneration++
		return sent.put(ctx, tx)
	})
}

// resettable returns where the code that resets the password of u goes, or
// says why there is none.
func resettable(p *pool.Pool, u *pool.User) (message.Delivery, error) {
	switch {
	case !u.Enabled:
		return message.Delivery{}, pool.E(pool.NotAuthorized, "User is disabled.")
	case u.Status != pool.Confirmed && u.Status != pool.ResetRequired:
		return message.Delivery{}, pool.E(pool.NotAuthorized, "User password cannot be reset in the current state.")
	}
	return message.Recovery(p, u)
}
