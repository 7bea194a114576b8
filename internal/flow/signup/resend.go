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
	to := *parcel.delivery
	if c.HidesUnknownUsers() {
		to.Destination = p.Fold(to.Destination) // as an invented one is
	}
	return to, s.send(ctx, p, u, parcel)
}

// resendNobody sends a code to a name that nobody has, as dear and as often as
// to somebody: no code of the row fits, and the message is thrown away.
func (s *Service) resendNobody(ctx context.Context, c *pool.Client, p *pool.Pool, name string) (message.Delivery, error) {
	if !c.HidesUnknownUsers() {
		return message.Delivery{}, noSuchUser()
	}
	to, ok := s.Messages.Invented(p, name)
	if !ok {
		return message.Delivery{}, errNoCodes
	}
	nobody := &pool.User{PoolKey: p.Key, Sub: s.Passwords.UnknownSub(p.Key, p.Fold(name)), Username: name}
	parcel := s.pack(p, nobody, message.ResendCode, to)
	parcel.message.Destination = message.Nobody
	return to, s.send(ctx, p, nobody, parcel)
}

// send counts a resend for u and sends b in the same transaction, unless there
// were too many.
func (s *Service) send(ctx context.Context, p *pool.Pool, u *pool.User, b parcel) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		if err := s.Limits.Hourly(ctx, tx, p.Key, u.Sub, limit.ResendCode); err != nil {
			return err
		}
		return b.put(ctx, tx)
	})
}
