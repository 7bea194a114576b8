package signin

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// proven goes on after the first factor was right: who is user, and id the
// sign-in ("" where it has no session yet).
func (s *Service) proven(ctx context.Context, who person, id string) (Step, error) {
	switch who.user.Status {
	case pool.Unconfirmed:
		if err := s.forgive(ctx, who); err != nil {
			return Step{}, err
		}
		return Step{}, errUnconfirmed
	case pool.ForceChangePassword:
		if s.Now().After(temporaryUntil(who)) {
			return Step{}, pool.E(pool.NotAuthorized, "Temporary password has expired and must be reset by an administrator.")
		}
		if err := s.forgive(ctx, who); err != nil {
			return Step{}, err
		}
		return s.askNewPassword(who, id)
	}
	return s.issue(ctx, who, who.user, id, nil)
}

// temporaryUntil is when the temporary password of who ends.
func temporaryUntil(who person) time.Time {
	days := who.pool.PasswordPolicy.TemporaryDays
	if days == 0 {
		days = 7
	}
	return who.user.PasswordSet.AddDate(0, 0, int(days))
}

// forgive forgets the attempts at the password of who, which was right.
func (s *Service) forgive(ctx context.Context, who person) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		return s.Limits.Clear(ctx, tx, who.pool.Key, who.sub, limit.FactorPassword)
	})
}

// issue ends a sign-in: it signs the tokens, then spends the sign-in, keeps
// the refresh token and does what else changes, all or nothing. before is the
// user as it was read; change gets it as it is in the transaction. The
// signatures are made before that and thrown away if it fails.
//
// Where a function wants to know of it, the sign-in is over before the function
// is told, and there is a refresh token after it agreed.
func (s *Service) issue(ctx context.Context, who person, before *pool.User, id string, change func(store.Tx, *pool.User) error) (Step, error) {
	if trigger.HasPostAuthentication(who.pool) {
		err := s.Store.Update(ctx, func(tx store.Tx) error { return s.end(ctx, tx, who, before, id, change) })
		if err != nil {
			return Step{}, err
		}
		if err := s.tell(ctx, who); err != nil {
			return Step{}, err
		}
		before, id, change = who.user, "", nil
	}
	groups, err := s.groups(ctx, who)
	if err != nil {
		return Step{}, err
	}
	grant := token.Grant{
		Pool: who.pool, Client: who.client, User: who.user, Groups: groups, AuthTime: s.Now(), Family: uuid.NewString(),
	}
	if who.client.RevokesTokens() {
		grant.OriginJTI = uuid.NewString()
	}
	set, row, err := s.Tokens.Issue(ctx, grant)
	if err != nil {
		return Step{}, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if err := s.end(ctx, tx, who, before, id, change); err != nil {
			return err
		}
		return tx.AddRefreshToken(ctx, row)
	})
	if err != nil {
		return Step{}, err
	}
	return Step{Tokens: &set}, nil
}

// end spends the sign-in id, does what change does and forgets the attempts.
func (s *Service) end(ctx context.Context, tx store.Tx, who person, before *pool.User, id string, change func(store.Tx, *pool.User) error) error {
	if err := s.spend(ctx, tx, who.pool.Key, id); err != nil {
		return err
	}
	now, err := unchanged(ctx, tx, before)
	if err != nil {
		return err
	}
	if change != nil {
		if err := change(tx, now); err != nil {
			return err
		}
	}
	return s.Limits.Clear(ctx, tx, who.pool.Key, who.sub, limit.FactorPassword)
}

// spentFor is how long a sign-in is known to be used: longer than its SECRET_BLOCK
// and a challenge after it live, 15 minutes each at most.
const spentFor = time.Hour

// spend marks a sign-in as used; NotAuthorized if it was.
func (s *Service) spend(ctx context.Context, tx store.Tx, poolKey int64, id string) error {
	if id == "" {
		return nil
	}
	err := tx.SpendSignIn(ctx, poolKey, id, s.Now().Add(spentFor))
	if errors.Is(err, store.ErrExists) {
		return errSpent
	}
	return err
}

// jsonText returns v as JSON in a string, the way challenge parameters carry
// lists and maps.
func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings, lists and maps of strings only
	}
	return string(b)
}
