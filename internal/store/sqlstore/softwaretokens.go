package sqlstore

import (
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/store"
)

// SoftwareToken returns the software token of a user.
func (t *Tx) SoftwareToken(ctx context.Context, poolKey int64, sub string) (store.SoftwareToken, error) {
	token := store.SoftwareToken{PoolKey: poolKey, Sub: sub}
	err := t.one(ctx, "read software token", func(r Row) error {
		token.Sealed, token.Name, token.Used, token.Pending = r.Bytes(0), r.Text(1), r.Int(2), r.Bytes(3)
		return nil
	}, `SELECT sealed, name, used, pending FROM software_token WHERE pool_key = $1 AND sub = $2`, poolKey, sub)
	if err != nil {
		return store.SoftwareToken{}, err
	}
	return token, nil
}

// AskSoftwareToken keeps a pending seed in place of an earlier one.
func (t *Tx) AskSoftwareToken(ctx context.Context, poolKey int64, sub string, pending []byte) error {
	if err := t.holdUser(ctx, poolKey, sub); err != nil {
		return err
	}
	return t.exec(ctx, "ask software token",
		`INSERT INTO software_token (pool_key, sub, sealed, name, used, pending) VALUES ($1, $2, NULL, '', 0, $3)
		ON CONFLICT (pool_key, sub) DO UPDATE SET pending = excluded.pending`, poolKey, sub, blob(pending))
}

// VerifySoftwareToken makes the pending seed the one in use.
func (t *Tx) VerifySoftwareToken(ctx context.Context, poolKey int64, sub string, pending []byte, name string, step int64) error {
	return t.must(ctx, "verify software token", store.ErrNotFound,
		`UPDATE software_token SET sealed = pending, pending = NULL, name = $4, used = $5
		WHERE pool_key = $1 AND sub = $2 AND pending = $3`, poolKey, sub, blob(pending), name, step)
}

// UseSoftwareToken makes step the last used one of the seed in use.
func (t *Tx) UseSoftwareToken(ctx context.Context, poolKey int64, sub string, sealed []byte, step int64) error {
	n, err := t.conn.Exec(ctx,
		`UPDATE software_token SET used = $4 WHERE pool_key = $1 AND sub = $2 AND sealed = $3 AND used < $4`,
		poolKey, sub, blob(sealed), step)
	if err != nil {
		return fmt.Errorf("use software token: %w", err)
	}
	if n > 0 {
		return nil
	}
	n, err = t.count(ctx, "use software token",
		`SELECT count(*) FROM software_token WHERE pool_key = $1 AND sub = $2 AND sealed = $3`, poolKey, sub, blob(sealed))
	if err != nil {
		return err
	}
	if n == 0 {
		return store.ErrNotFound
	}
	return &store.ExistsError{Key: "step"}
}

// DeleteSoftwareToken removes the software token of a user, if there is one.
func (t *Tx) DeleteSoftwareToken(ctx context.Context, poolKey int64, sub string) error {
	return t.exec(ctx, "delete software token", `DELETE FROM software_token WHERE pool_key = $1 AND sub = $2`, poolKey, sub)
}
