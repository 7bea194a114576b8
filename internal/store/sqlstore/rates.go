package sqlstore

import (
	"context"

	"github.com/cenote-auth/cenote/internal/store"
)

// Rates returns the rates of every pool and those of one.
func (t *Tx) Rates(ctx context.Context, poolKey int64) ([]store.Rate, error) {
	return all(ctx, t, "read rates", func(r Row) (store.Rate, error) {
		return store.Rate{PoolKey: r.Int(0), Category: r.Text(1), PerSecond: r.Int(2)}, nil
	}, `SELECT pool_key, category, per_second FROM rate WHERE pool_key IN ($1, $2) ORDER BY pool_key, category`,
		store.EveryPool, poolKey)
}

// SetRate sets the rate of a pool, or of every pool.
func (t *Tx) SetRate(ctx context.Context, r store.Rate) error {
	if r.PoolKey != store.EveryPool {
		if err := t.hold(ctx, r.PoolKey, ""); err != nil {
			return err
		}
	}
	return t.exec(ctx, "set rate",
		`INSERT INTO rate (pool_key, category, per_second) VALUES ($1, $2, $3)
		ON CONFLICT (pool_key, category) DO UPDATE SET per_second = excluded.per_second`,
		r.PoolKey, r.Category, r.PerSecond)
}
