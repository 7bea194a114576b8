package signup

import (
	"cmp"
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Confirmation is the code that a person received. Force moves an alias of
// the person here from another user who holds it.
type Confirmation struct {
	ClientID   string
	SecretHash string
	Username   string
	Code       string
	Force      bool

	ClientMetadata map[string]string // for PostConfirmation
}

// Confirm makes an unconfirmed user confirmed and the address that the code
// went to verified. An attempt is counted before the code is looked at, and
// stays counted when the code is wrong. An error of PostConfirmation is
// returned though the user is confirmed.
//
// The session signs the user in by USER_AUTH, once; "" where the client has
// none.
func (s *Service) Confirm(ctx context.Context, r Confirmation) (session string, err error) {
	var who trigger.Subject
	var verdict error
	err = s.Store.Update(ctx, func(tx store.Tx) (err error) {
		who, verdict, err = s.confirm(ctx, tx, r)
		return err
	})
	if err := cmp.Or(err, verdict); err != nil {
		return "", err
	}
	if err := s.Triggers.PostConfirmation(ctx, who, r.ClientMetadata); err != nil {
		return "", err
	}
	return s.session(who), nil
}

// confirm returns who is confirmed, or the answer for the caller as its first
// error: it is given after the transaction, which keeps the count, was committed.
func (s *Service) confirm(ctx context.Context, tx store.Tx, r Confirmation) (who trigger.Subject, verdict, err error) {
	c, p, err := directory.Client(ctx, tx, r.ClientID)
	if err != nil {
		return who, nil, err
	}
	if err := s.Secrets.CheckHash(c, r.Username, r.SecretHash); err != nil {
		return who, nil, err
	}
	u, err := directory.Find(ctx, tx, p, r.Username)
	if errors.Is(err, store.ErrNotFound) {
		verdict, err := s.confirmNobody(ctx, tx, c, p, r)
		return who, verdict, err
	}
	if err != nil {
		return who, nil, err
	}
	if err := directory.CheckUnconfirmed(u); err != nil {
		return who, nil, err
	}
	if !u.Enabled {
		return who, nil, pool.E(pool.NotAuthorized, "User is disabled.")
	}
	if err := s.Limits.Hourly(ctx, tx, p.Key, u.Sub, limit.ConfirmSignUp); err != nil {
		return who, nil, err
	}
	sent, err := newest(ctx, tx, p.Key, u.Sub)
	if err != nil {
		return who, nil, err
	}
	if verdict := s.Codes.Check(sent, u.Attribute(sent.Attribute), r.Code); verdict != nil {
		return who, verdict, nil
	}
	who = trigger.Subject{Pool: p, Client: c, User: u}
	return who, nil, s.accept(ctx, tx, p, u, sent, r.Force)
}

// accept spends the code and confirms u.
func (s *Service) accept(ctx context.Context, tx store.Tx, p *pool.Pool, u *pool.User, sent store.Code, force bool) error {
	err := tx.SpendCode(ctx, p.Key, u.Sub, sent.Purpose, sent.MAC)
	if errors.Is(err, store.ErrNotFound) {
		return store.ErrConflict // another one was sent since it was read
	}
	if err != nil {
		return err
	}
	if err := s.Limits.Clear(ctx, tx, p.Key, u.Sub, limit.ConfirmSignUp.Factor); err != nil {
		return err
	}
	u.Status = pool.Confirmed
	u.Attributes[sent.Attribute+"_verified"] = "true"
	return directory.Save(ctx, tx, p, u, s.Now(), force)
}

// newest returns the code that a sub was sent last; without one the zero row,
// which no code fits.
func newest(ctx context.Context, tx store.Tx, poolKey int64, sub string) (store.Code, error) {
	sent, err := tx.Code(ctx, poolKey, sub, string(code.SignUp))
	if errors.Is(err, store.ErrNotFound) {
		return store.Code{}, nil
	}
	return sent, err
}

// confirmNobody answers for a name that nobody has, as dear and as often as
// for somebody. A code that was sent again is there to be missed: it was made
// for an address, and is checked for none.
func (s *Service) confirmNobody(ctx context.Context, tx store.Tx, c *pool.Client, p *pool.Pool, r Confirmation) (verdict, err error) {
	if !c.HidesUnknownUsers() {
		return nil, noSuchUser()
	}
	sub := s.Passwords.UnknownSub(p.Key, p.Fold(r.Username))
	if err := s.Limits.Hourly(ctx, tx, p.Key, sub, limit.ConfirmSignUp); err != nil {
		return nil, err
	}
	sent, err := newest(ctx, tx, p.Key, sub)
	if err != nil {
		return nil, err
	}
	return s.Codes.Check(sent, "", r.Code), nil
}

func noSuchUser() error {
	return pool.E(pool.UserNotFound, "Username/client id combination not found.")
}
