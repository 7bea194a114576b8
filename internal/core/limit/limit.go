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

// Password debits one attempt at a subject's password, or returns
// pool.NotAuthorized while it is locked; such an attempt does not count.
func (l *Limits) Password(ctx context.Context, tx store.Tx, poolKey int64, subject string) error {
	return l.debit(ctx, tx, poolKey, subject, FactorPassword, next,
		pool.E(pool.NotAuthorized, "Password attempts exceeded"))
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
	a, err := tx.LockAttempt(ctx, poolKey, subject, factor)
	if err != nil {
		return fmt.Errorf("read attempts at %s: %w", factor, err)
	}
	a, allowed := next(a, l.now())
	if !allowed {
		return refusal
	}
	a.PoolKey, a.Subject, a.Factor = poolKey, subject, factor
	if err := tx.PutAttempt(ctx, a); err != nil {
		return fmt.Errorf("count attempt at %s: %w", factor, err)
	}
	return nil
}
