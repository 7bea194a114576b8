package sqlstore

import (
	"context"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

// DataKeys returns all data keys, the oldest first.
func (t *Tx) DataKeys(ctx context.Context) ([]store.DataKey, error) {
	return all(ctx, t, "read data keys", func(r Row) (store.DataKey, error) {
		return store.DataKey{ID: uint32(r.Int(0)), Wrapped: r.Bytes(1), Created: moment(r.Int(2))}, nil
	}, `SELECT id, wrapped, created FROM data_key ORDER BY id`)
}

// AddDataKey adds k.
func (t *Tx) AddDataKey(ctx context.Context, k store.DataKey) error {
	return t.must(ctx, "add data key", &store.ExistsError{Key: "data key"},
		`INSERT INTO data_key (id, wrapped, created) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING`,
		int64(k.ID), blob(k.Wrapped), micros(k.Created))
}

// SigningKeys returns the keys of a pool, the oldest first.
func (t *Tx) SigningKeys(ctx context.Context, poolKey int64) ([]store.SigningKey, error) {
	return all(ctx, t, "read signing keys", func(r Row) (store.SigningKey, error) {
		return store.SigningKey{
			PoolKey: poolKey, ID: r.Text(0), Use: r.Text(1), Sealed: r.Bytes(2), Public: r.Bytes(3),
			Created: moment(r.Int(4)), Starts: moment(r.Int(5)), Retires: moment(r.Int(6)),
		}, nil
	}, `SELECT id, use, sealed, public, created, starts, retires
		FROM signing_key WHERE pool_key = $1 ORDER BY created, id`, poolKey)
}

// AddSigningKey adds k.
func (t *Tx) AddSigningKey(ctx context.Context, k store.SigningKey) error {
	return t.must(ctx, "add signing key", &store.ExistsError{Key: "signing key"},
		`INSERT INTO signing_key (pool_key, id, use, sealed, public, created, starts, retires)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (pool_key, id) DO NOTHING`,
		k.PoolKey, k.ID, k.Use, blob(k.Sealed), blob(k.Public), micros(k.Created), micros(k.Starts), micros(k.Retires))
}

// RetireSigningKey says when a key leaves the JWKS.
func (t *Tx) RetireSigningKey(ctx context.Context, poolKey int64, id string, retires time.Time) error {
	return t.must(ctx, "retire signing key", store.ErrConflict,
		`UPDATE signing_key SET retires = $3 WHERE pool_key = $1 AND id = $2 AND retires = 0`, poolKey, id, micros(retires))
}

// DeleteSigningKeys removes the keys of a pool that retired before a time.
func (t *Tx) DeleteSigningKeys(ctx context.Context, poolKey int64, before time.Time) error {
	return t.exec(ctx, "delete signing keys",
		`DELETE FROM signing_key WHERE pool_key = $1 AND retires <> 0 AND retires < $2`, poolKey, micros(before))
}
