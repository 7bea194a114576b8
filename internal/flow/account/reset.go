package account

import (
	"cmp"
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

// Reset is a new password, with the code that allows it.
type Reset struct {
	ClientID   string
	SecretHash string
	Username   string
	Code       string
	Password   string

	ClientMetadata map[string]string // for PostConfirmation
}

// proof is a code that was right.
type proof struct {
	caller
	code store.Code
}

// Reset gives a user who has the code a new password, and leaves the user
// confirmed. It ends open sign-ins and any lock-out; tokens stay. An attempt is
// counted before the code is looked at. A password that breaks the policy is
// refused before that, and one of the past after it: either leaves the code
// good, and so does AliasExists, if somebody else signs in by the address that
// the code went to. An error of PostConfirmation is returned though the
// password is set.
// Source: ConfirmForgotPassword in model/.
func (s *Service) Reset(ctx context.Context, r Reset) error {
	var proven proof
	var verdict error
	err := s.Store.Update(ctx, func(tx store.Tx) (err error) {
		proven, verdict, err = s.prove(ctx, tx, r)
		return err
	})
	if err == nil && verdict != nil {
		return cmp.Or(s.noteReset(ctx, proven.caller, false, false), verdict)
	}
	if err != nil {
		return err
	}
	p := proven.pool
	known, err := s.Risk.CheckNew(ctx, p, proven.client, risk.AtChange, r.Password)
	if err != nil {
		return err
	}
	sealed, err := directory.SealPassword(ctx, s.Store, s.Passwords, p, proven.user, r.Password)
	if err != nil {
		return err
	}
	var u *pool.User
	err = s.Store.Update(ctx, func(tx store.Tx) (err error) {
		u, err = s.accept(ctx, tx, proven, sealed)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.noteReset(ctx, proven.caller, true, known); err != nil {
		return err
	}
	return s.Triggers.PostReset(ctx, trigger.Subject{Pool: p, Client: proven.client, User: u}, r.ClientMetadata)
}

// noteReset writes down that somebody tried to set a new password by a code.
func (s *Service) noteReset(ctx context.Context, who caller, passed, known bool) error {
	return s.Risk.Note(ctx, risk.Act{
		Pool: who.pool, User: who.user, Nobody: who.nobody, Kind: risk.PasswordChange, Passed: passed, Compromised: known,
		Origin: who.client.Origin(s.from),
	})
}

// prove checks the code, or returns the answer for the caller as its first
// error: it is given after the transaction, which keeps the count, was
// committed. Nobody's code is there to be missed: it was made for an address,
// and is checked for none. So is the code of who may have none any more.
func (s *Service) prove(ctx context.Context, tx store.Tx, r Reset) (proven proof, verdict, err error) {
	who, err := s.caller(ctx, tx, r.ClientID, r.SecretHash, r.Username)
	if err != nil {
		return proof{}, nil, err
	}
	p, u := who.pool, who.user
	if err := p.PasswordPolicy.Check(r.Password); err != nil {
		return proof{}, nil, err
	}
	if err := s.Limits.Hourly(ctx, tx, p.Key, u.Sub, limit.ConfirmForgotPassword); err != nil {
		return proof{}, nil, err
	}
	sent, err := tx.Code(ctx, p.Key, u.Sub, string(code.ForgotPassword))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return proof{}, nil, err
	}
	address := ""
	if recoverable(p, u, sent) {
		address = u.Attribute(sent.Attribute)
	}
	if verdict := s.Codes.Check(sent, address, r.Code); verdict != nil {
		return proof{caller: who}, verdict, nil
	}
	return proof{who, sent}, nil, nil
}

// recoverable reports whether the code that was sent to u may still give u a new
// password: an administrator may have taken the proof of the address away since,
// or the password with all that brings one back.
func recoverable(p *pool.Pool, u *pool.User, sent store.Code) bool {
	return u.Status != pool.ExternalProvider && message.Recovers(p, u, sent.Attribute)
}

// accept spends the code and gives the user the password. ExpiredCode if the
// code was used, replaced or voided since it was checked: so it is when the
// address has become another one or is another user's, or the password.
func (s *Service) accept(ctx context.Context, tx store.Tx, proven proof, sealed []byte) (*pool.User, error) {
	p, sent := proven.pool, proven.code
	err := tx.SpendCode(ctx, p.Key, sent.Sub, sent.Purpose, sent.MAC)
	if errors.Is(err, store.ErrNotFound) {
		return nil, code.ErrExpired
	}
	if err != nil {
		return nil, err
	}
	u, err := tx.User(ctx, p.Key, sent.Sub)
	switch {
	case errors.Is(err, store.ErrNotFound): // the code was sent while the user was deleted
		return nil, code.ErrExpired
	case err != nil:
		return nil, err
	case !u.Enabled:
		return nil, errDisabled
	case !recoverable(p, u, sent):
		return nil, code.ErrExpired
	}
	if err := directory.SetPassword(ctx, tx, p, u, sealed, pool.Confirmed, s.Now()); err != nil {
		return nil, err
	}
	for _, factor := range []string{limit.ConfirmForgotPassword.Factor, limit.FactorPassword} {
		if err := s.Limits.Clear(ctx, tx, p.Key, u.Sub, factor); err != nil {
			return nil, err
		}
	}
	return u, directory.Save(ctx, tx, p, u, s.Now(), false)
}
