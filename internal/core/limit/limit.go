package limit

import (
	"context"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Limits counts attempts. It is safe for concurrent use.
type Limits struct{ now func() time.Time }

// New returns limits by a clock; time.Now if now is nil.
func New(now func() time.Time) *Limits {
	if now == nil {
		now = time.Now
	}
	return &Limits{now}
}

// errLocked is the answer to who is locked out of passwords, and of what is
// counted like them.
var errLocked = pool.E(pool.NotAuthorized, "Password attempts exceeded")

// Password debits one attempt at a subject's password, or returns
// pool.NotAuthorized while it is locked; such an attempt does not count.
// The count is how many there were, this one among them.
func (l *Limits) Password(ctx context.Context, tx store.Tx, poolKey int64, subject string) (count int64, err error) {
	return l.count(ctx, tx, poolKey, subject, FactorPassword, next, errLocked)
}

// Hourly debits one attempt by a rule, or returns pool.LimitExceeded when the
// hour's attempts are spent.
func (l *Limits) Hourly(ctx context.Context, tx store.Tx, poolKey int64, subject string, rule Rule) error {
	return l.debit(ctx, tx, poolKey, subject, rule.Factor, rule.next,
		pool.E(pool.LimitExceeded, "Attempt limit exceeded, please try after some time."))
}

// Clear forgets the attempts of a subject at a factor, after a success.
func (l *Limits) Clear(ctx context.Context, tx store.Tx, poolKey int64, subject, factor string) error {
	if err := tx.ClearAttempt(ctx, poolKey, subject, factor); err != nil {
		return fmt.Errorf("forget attempts at %s: %w", factor, err)
	}
	return nil
}

func (l *Limits) debit(
	ctx context.Context, tx store.Tx, poolKey int64, subject, factor string,
	next func(store.Attempt, time.Time) (store.Attempt, bool), refusal error,
) error {
	_, err := l.count(ctx, tx, poolKey, subject, factor, next, refusal)
	return err
}

func (l *Limits) count(
	ctx context.Context, tx store.Tx, poolKey int64, subject, factor string,
	next func(store.Attempt, time.Time) (store.Attempt, bool), refusal error,
) (int64, error) {
	a, err := tx.LockAttempt(ctx, poolKey, subject, factor)
	if err != nil {
		return 0, fmt.Errorf("read attempts at %s: %w", factor, err)
	}
	a, allowed := next(a, l.now())
	if !allowed {
		return 0, refusal
	}
	a.PoolKey, a.Subject, a.Factor = poolKey, subject, factor
	if err := tx.PutAttempt(ctx, a); err != nil {
		return 0, fmt.Errorf("count attempt at %s: %w", factor, err)
	}
	return a.Count, nil
}
