package signin

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// proven goes on after the first factor was right, which the challenge by
// proved. who is a user.
func (s *Service) proven(ctx context.Context, who person, by string) (Step, error) {
	who.first = by
	if who.flow == customAuth {
		if err := s.forgive(ctx, who); err != nil {
			return Step{}, err
		}
		return s.talked(ctx, who, by)
	}
	if who.user.Status == pool.Unconfirmed {
		if err := s.forgive(ctx, who); err != nil {
			return Step{}, err
		}
		return Step{}, errUnconfirmed
	}
	who, err := s.recogniseDevice(ctx, who)
	if err != nil {
		return Step{}, err
	}
	if who.user.Status == pool.ForceChangePassword {
		if err := s.forgive(ctx, who); err != nil {
			return Step{}, err
		}
		if s.Now().After(temporaryUntil(who)) {
			return Step{}, errTemporary
		}
		return s.askNewPasswordRequired(who)
	}
	step, err := s.second(ctx, who)
	return step, s.excuse(ctx, err, func(tx store.Tx) error { return s.clear(ctx, tx, who) })
}

var errTemporary = pool.E(pool.NotAuthorized, "Temporary password has expired and must be reset by an administrator.")

// temporaryUntil is when the temporary password of who ends.
func temporaryUntil(who person) time.Time {
	days := who.pool.PasswordPolicy.TemporaryDays
	if days == 0 {
		days = 7
	}
	return who.user.PasswordSet.AddDate(0, 0, int(days))
}

// passwordProofs are the flows and the challenges that prove a password.
var passwordProofs = []string{"USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH", "PASSWORD", "PASSWORD_VERIFIER"}

// forgive forgets the attempts at the password of who, which was right.
func (s *Service) forgive(ctx context.Context, who person) error {
	err := s.Store.Update(ctx, func(tx store.Tx) error { return s.clear(ctx, tx, who) })
	if err == nil {
		who.trace.refund()
	}
	return err
}

// clear does that if it was a password that proved who: whoever came by something
// else could go on guessing at it.
func (s *Service) clear(ctx context.Context, tx store.Tx, who person) error {
	if !slices.Contains(passwordProofs, who.first) {
		return nil
	}
	if who.trace.refundable() && s.Risk.Enforces(who.pool, who.flow) {
		if err := s.Limits.Refund(ctx, tx, who.pool.Key, who.origin.Address); err != nil {
			return err
		}
	}
	return s.Limits.Clear(ctx, tx, who.pool.Key, who.sub, limit.FactorPassword)
}

// issue ends a sign-in: it signs the tokens, then spends the sign-in, keeps
// the refresh token and does what else changes, all or nothing. before is the
// user as it was read; change gets it as it is in the transaction. The
// signatures are made before that and thrown away if it fails.
//
// Where a function wants to know of it, the sign-in is over before the function
// is told, and there is a refresh token after it agreed.
func (s *Service) issue(ctx context.Context, who person, before *pool.User, change func(store.Tx, *pool.User) error) (Step, error) {
	occasion := who.occasion(before)
	if trigger.HasPostAuthentication(who.pool) {
		err := s.Store.Update(ctx, func(tx store.Tx) error { return s.end(ctx, tx, who, before, change) })
		if err != nil {
			return Step{}, err
		}
		who.trace.refund()
		if err := s.tell(ctx, who); err != nil {
			return Step{}, err
		}
		before, who.id, change = who.user, "", nil
	}
	who, offered := s.onDevice(who)
	groups, err := s.groups(ctx, who)
	if err != nil {
		return Step{}, err
	}
	grant := token.Grant{
		Pool: who.pool, Client: who.client, User: who.user, Groups: groups, AuthTime: s.Now(), Family: who.event,
		Origin: who.origin, DeviceKey: who.device,
	}
	if who.client.RevokesTokens() {
		grant.OriginJTI = uuid.NewString()
	}
	if grant.Changes, err = s.changes(ctx, who.subject(who.username), occasion, groups, who.metadata); err != nil {
		return Step{}, err
	}
	set, row, err := s.Tokens.Issue(ctx, grant)
	if err != nil {
		return Step{}, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if err := s.end(ctx, tx, who, before, change); err != nil {
			return err
		}
		if err := s.seen(ctx, tx, who); err != nil {
			return err
		}
		if err := s.makeRoom(ctx, tx, who); err != nil {
			return err
		}
		return tx.AddRefreshToken(ctx, row)
	})
	if err != nil {
		return Step{}, err
	}
	return Step{Tokens: &set, NewDevice: offered}, nil
}

// end spends the sign-in id, does what change does and forgets the attempts.
func (s *Service) end(ctx context.Context, tx store.Tx, who person, before *pool.User, change func(store.Tx, *pool.User) error) error {
	if err := s.spend(ctx, tx, who.pool.Key, who.id); err != nil {
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
	return s.clear(ctx, tx, who)
}

// spentFor is how long a sign-in is known to be used: longer than all its steps
// from the first on could take once more, 15 minutes each at most.
const spentFor = 3 * time.Hour

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
