package signup

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// errNoCodes: the pool verifies no address that the user has.
var errNoCodes = pool.E(pool.InvalidParameter, "Cannot resend codes. Auto verification not turned on.")

// Resend sends a new sign-up code, which replaces the older one, and returns
// where it went. At most 5 an hour for one user. metadata is for functions.
func (s *Service) Resend(ctx context.Context, clientID, secretHash, username string, metadata map[string]string) (message.Delivery, error) {
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
	to, ok := message.Choose(p, u)
	if !ok {
		return message.Delivery{}, errNoCodes
	}
	if err := s.count(ctx, u); err != nil {
		return message.Delivery{}, err
	}
	parcel, err := s.pack(ctx, trigger.Subject{Pool: p, Client: c, User: u}, message.ResendCode, to, metadata)
	if err != nil {
		return message.Delivery{}, err
	}
	if c.HidesUnknownUsers() {
		to.Destination = p.Fold(to.Destination) // as an invented one is
	}
	if err := s.send(ctx, parcel); err != nil {
		return to, err
	}
	return to, s.noted(ctx, c, p, u, false)
}

// noted writes down that a code was asked for.
func (s *Service) noted(ctx context.Context, c *pool.Client, p *pool.Pool, u *pool.User, nobody bool) error {
	return s.Risk.Note(ctx, risk.Act{
		Pool: p, User: u, Nobody: nobody, Kind: risk.ResendCode, Passed: true, Origin: c.Origin(s.from),
	})
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
	if err := s.count(ctx, nobody); err != nil {
		return message.Delivery{}, err
	}
	text, row := s.Codes.Make(p.Key, nobody.Sub, code.SignUp, to.Attribute, to.Destination)
	who := trigger.Subject{Pool: p, Client: c, User: nobody}
	parcel := parcel{row, s.notices().Nobody(who, message.ResendCode, to, text)}
	if err := s.send(ctx, parcel); err != nil {
		return to, err
	}
	return to, s.noted(ctx, c, p, nobody, true)
}

// count debits a resend for u, before a function is asked for words.
func (s *Service) count(ctx context.Context, u *pool.User) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		return s.Limits.Hourly(ctx, tx, u.PoolKey, u.Sub, limit.ResendCode)
	})
}

func (s *Service) send(ctx context.Context, b parcel) error {
	return s.Store.Update(ctx, func(tx store.Tx) error { return b.put(ctx, tx) })
}
