package account

import (
	"cmp"
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

var (
	errPassword = pool.E(pool.NotAuthorized, "Incorrect username or password.")
	errForeign  = pool.E(pool.NotAuthorized, "User is federated and has no password here.")
)

// ChangePassword gives the user of an access token another password. previous
// is the one of today, nil only for a user who has none. It ends open sign-ins
// and voids a reset code; all tokens stay. At most 5 an hour for one user,
// counted before the old password is looked at, whether it is right or wrong.
// Errors are those of token.VerifyAccess; InvalidPassword, before anything is
// counted; LimitExceeded; NotAuthorized for a wrong password and for federated
// users; PasswordHistory.
// Source: ChangePassword in model/.
func (s *Service) ChangePassword(ctx context.Context, accessToken string, previous *string, password string) error {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return err
	}
	p, u := access.Pool, access.User
	if u.Status == pool.ExternalProvider {
		return errForeign
	}
	if err := p.PasswordPolicy.Check(password); err != nil {
		return err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		return s.Limits.Hourly(ctx, tx, p.Key, u.Sub, limit.ChangePassword)
	})
	if err != nil {
		return err
	}
	if err := s.know(ctx, p, u, previous); err != nil {
		return s.noteChange(ctx, access, false, err)
	}
	known, err := s.Risk.CheckNew(ctx, p, access.Client, risk.AtChange, password)
	if err != nil {
		return err
	}
	sealed, err := directory.SealPassword(ctx, s.Store, s.Passwords, p, u, password)
	if err != nil {
		return err
	}
	err = s.change(ctx, access, func(tx store.Tx, now *pool.User) error {
		if now.SessionGeneration != u.SessionGeneration { // a new password, a disable, a reset
			return errPassword
		}
		return directory.SetPassword(ctx, tx, p, now, sealed, pool.Confirmed, s.Now())
	})
	return s.noteChange(ctx, access, known, err)
}

// noteChange writes down what a change of a password came to: it was made, or
// err says that the old password was wrong. It returns err, and writes nothing
// down of other errors.
func (s *Service) noteChange(ctx context.Context, access *token.Access, known bool, err error) error {
	if err != nil && !errors.Is(err, errPassword) {
		return err
	}
	return cmp.Or(s.Risk.Note(ctx, risk.Act{
		Pool: access.Pool, User: access.User, Kind: risk.PasswordChange, Passed: err == nil, Compromised: known,
		Origin: access.Client.Origin(s.from),
	}), err)
}

// know returns NotAuthorized unless password is that of u, or both are none.
func (s *Service) know(ctx context.Context, p *pool.Pool, u *pool.User, password *string) error {
	if u.SealedPassword == nil && password == nil {
		return nil
	}
	if u.SealedPassword == nil || password == nil {
		return errPassword
	}
	v, err := s.Passwords.Open(u)
	if err != nil {
		return err
	}
	right, err := s.Passwords.Matches(ctx, p, u.Username, v, *password)
	if err == nil && !right {
		err = errPassword
	}
	return err
}
