package sqlstore

import (
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/store"
)

const passkeyColumns = `id, sub, created, used, counter, body`

func scanPasskey(poolKey int64) func(Row) (store.Passkey, error) {
	return func(r Row) (store.Passkey, error) {
		return store.Passkey{
			PoolKey: poolKey, ID: r.Text(0), Sub: r.Text(1), Created: moment(r.Int(2)), Used: moment(r.Int(3)),
			Counter: r.Int(4), Body: r.Text(5),
		}, nil
	}
}

// Passkey returns a passkey by its credential id.
func (t *Tx) Passkey(ctx context.Context, poolKey int64, id string) (k store.Passkey, err error) {
	err = t.one(ctx, "read passkey", func(r Row) (err error) { k, err = scanPasskey(poolKey)(r); return err },
		`SELECT `+passkeyColumns+` FROM passkey WHERE pool_key = $1 AND id = $2`, poolKey, id)
	return k, err
}

// Passkeys returns the passkeys of a user in the order of their ids.
func (t *Tx) Passkeys(ctx context.Context, poolKey int64, sub string, p store.Page) ([]store.Passkey, error) {
	return all(ctx, t, "list passkeys", scanPasskey(poolKey),
		`SELECT `+passkeyColumns+` FROM passkey WHERE pool_key = $1 AND sub = $2 AND id > $3 ORDER BY id LIMIT $4`,
		poolKey, sub, p.After, int64(p.Limit))
}

// AddPasskey adds k and counts those of its user, who is held meanwhile.
func (t *Tx) AddPasskey(ctx context.Context, k store.Passkey) (count int64, err error) {
	if err := t.holdUser(ctx, k.PoolKey, k.Sub); err != nil {
		return 0, err
	}
	err = t.must(ctx, "add passkey", &store.ExistsError{Key: "passkey"},
		`INSERT INTO passkey (pool_key, `+passkeyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (pool_key, id) DO NOTHING`,
		k.PoolKey, k.ID, k.Sub, micros(k.Created), micros(k.Used), k.Counter, k.Body)
	if err != nil {
		return 0, err
	}
	return t.count(ctx, "count passkeys", `SELECT count(*) FROM passkey WHERE pool_key = $1 AND sub = $2`, k.PoolKey, k.Sub)
}

// UsePasskey writes what a sign-in changes of k.
func (t *Tx) UsePasskey(ctx context.Context, k store.Passkey, before int64) error {
	n, err := t.conn.Exec(ctx, `UPDATE passkey SET used = $5, counter = $6, body = $7
		WHERE pool_key = $1 AND id = $2 AND sub = $3 AND counter = $4`,
		k.PoolKey, k.ID, k.Sub, before, micros(k.Used), k.Counter, k.Body)
	if err != nil {
		return fmt.Errorf("use passkey: %w", err)
	}
	if n == 0 {
		return t.missed(ctx, "use passkey",
			`SELECT count(*) FROM passkey WHERE pool_key = $1 AND id = $2 AND sub = $3`, k.PoolKey, k.ID, k.Sub)
	}
	return nil
}

// DeletePasskey removes a passkey of a user.
func (t *Tx) DeletePasskey(ctx context.Context, poolKey int64, sub, id string) error {
	return t.must(ctx, "delete passkey", store.ErrNotFound,
		`DELETE FROM passkey WHERE pool_key = $1 AND id = $2 AND sub = $3`, poolKey, id, sub)
}
