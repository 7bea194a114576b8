package signup

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// errNoCodes: the pool verifies no address that the user has.
var errNoCodes = pool.E(pool.InvalidParameter, "Cannot resend codes. Auto verification not turned on.")

// Resend sends a new sign-up code, which replaces the older one, and returns
// where it went. At most 5 an hour for one user.
func (s *Service) Resend(ctx context.Context, clientID, secretHash, username string) (message.Delivery, error) {
	var c *pool.Client
	var p *pool.Pool
	var u *pool.User
	err := s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if c, p, err = directory.Client(ctx, snap, clientID); err != nil {
			return err
		}
		if err := s.Secrets.CheckHash(c, username, secretHash); err != nil {
			return err
		}
		u, err = directory.Find(ctx, snap, p, username)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return s.resendNobody(ctx, c, p, username)
	}
	if err != nil {
		return message.Delivery{}, err
	}
	if u.Status != pool.Unconfirmed {
		return message.Delivery{}, pool.E(pool.InvalidParameter, "User is already confirmed.")
	}
	parcel, ok := s.parcel(p, u, message.ResendCode)
	if !ok {
		return message.Delivery{}, errNoCodes
	}
	return *parcel.delivery, s.counted(ctx, p.Key, u.Sub, func(tx store.Tx) error { return parcel.put(ctx, tx) })
}

// resendNobody pretends to send a code to a name that nobody has.
func (s *Service) resendNobody(ctx context.Context, c *pool.Client, p *pool.Pool, name string) (message.Delivery, error) {
	if !c.HidesUnknownUsers() {
		return message.Delivery{}, noSuchUser()
	}
	to, ok := s.Messages.Invented(p, name)
	if !ok {
		return message.Delivery{}, errNoCodes
	}
	sub := s.Passwords.UnknownSub(p.Key, p.Fold(name))
	return to, s.counted(ctx, p.Key, sub, func(store.Tx) error { return nil })
}

// counted counts a resend for subject and does send in the same transaction,
// unless there were too many.
func (s *Service) counted(ctx context.Context, poolKey int64, subject string, send func(store.Tx) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		if err := s.Limits.Hourly(ctx, tx, poolKey, subject, limit.ResendCode); err != nil {
			return err
		}
		return send(tx)
	})
}
