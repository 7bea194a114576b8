package signin

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/token"
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
		return Step{}, pool.E(pool.UserNotConfirmed, "User is not confirmed.")
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
// user as it was read. The signatures are made before the transaction and
// thrown away if it fails.
func (s *Service) issue(ctx context.Context, who person, before *pool.User, id string, change func(store.Tx) error) (Step, error) {
	grant := token.Grant{Pool: who.pool, Client: who.client, User: who.user, AuthTime: s.Now(), Family: uuid.NewString()}
	if who.client.RevokesTokens() {
		grant.OriginJTI = uuid.NewString()
	}
	set, row, err := s.Tokens.Issue(ctx, grant)
	if err != nil {
		return Step{}, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if err := s.spend(ctx, tx, who, before, id); err != nil {
			return err
		}
		if change != nil {
			if err := change(tx); err != nil {
				return err
			}
		}
		if err := tx.AddRefreshToken(ctx, row); err != nil {
			return err
		}
		return s.Limits.Clear(ctx, tx, who.pool.Key, who.sub, limit.FactorPassword)
	})
	if err != nil {
		return Step{}, err
	}
	return Step{Tokens: &set}, nil
}

// spend checks that the sign-in may still end, and marks it as used. Its mark
// outlives every session of it.
func (s *Service) spend(ctx context.Context, tx store.Tx, who person, before *pool.User, id string) error {
	if err := unchanged(ctx, tx, before); err != nil {
		return err
	}
	if id == "" {
		return nil
	}
	err := tx.SpendSignIn(ctx, who.pool.Key, id, s.Now().Add(2*who.client.SessionLifetime()))
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
