package sqlstore

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/store"
)

// LockAttempt returns the count of a subject and factor. Beside other writers
// it writes the row, as it is or empty, and so holds it until the transaction
// ends.
func (t *Tx) LockAttempt(ctx context.Context, poolKey int64, subject, factor string) (store.Attempt, error) {
	a := store.Attempt{PoolKey: poolKey, Subject: subject, Factor: factor}
	sql := `INSERT INTO attempt (pool_key, subject, factor, tries, since, locked_until) VALUES ($1, $2, $3, 0, 0, 0)
		ON CONFLICT (pool_key, subject, factor) DO UPDATE SET tries = attempt.tries
		RETURNING tries, since, locked_until`
	if t.mode == Alone {
		sql = `SELECT tries, since, locked_until FROM attempt WHERE pool_key = $1 AND subject = $2 AND factor = $3`
	}
	err := t.one(ctx, "lock attempt", func(r Row) error {
		a.Count, a.Since, a.Until = r.Int(0), moment(r.Int(1)), moment(r.Int(2))
		return nil
	}, sql, poolKey, subject, factor)
	if errors.Is(err, store.ErrNotFound) {
		err = nil // nobody tried yet
	}
	return a, err
}

// PutAttempt writes a count that LockAttempt returned.
func (t *Tx) PutAttempt(ctx context.Context, a store.Attempt) error {
	return t.exec(ctx, "put attempt",
		`INSERT INTO attempt (pool_key, subject, factor, tries, since, locked_until) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (pool_key, subject, factor) DO UPDATE
		SET tries = excluded.tries, since = excluded.since, locked_until = excluded.locked_until`,
		a.PoolKey, a.Subject, a.Factor, a.Count, micros(a.Since), micros(a.Until))
}

// ClearAttempt forgets a count, if there is one.
func (t *Tx) ClearAttempt(ctx context.Context, poolKey int64, subject, factor string) error {
	return t.exec(ctx, "clear attempt",
		`DELETE FROM attempt WHERE pool_key = $1 AND subject = $2 AND factor = $3`, poolKey, subject, factor)
}
