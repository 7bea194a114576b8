package sqlstore

import (
	"context"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// FormerPasswords returns the sealed passwords that a user had, the newest first.
func (t *Tx) FormerPasswords(ctx context.Context, poolKey int64, sub string, limit int) ([][]byte, error) {
	return all(ctx, t, "read former passwords", func(r Row) ([]byte, error) { return r.Bytes(0), nil },
		`SELECT sealed FROM former_password WHERE pool_key = $1 AND sub = $2 ORDER BY version DESC LIMIT $3`,
		poolKey, sub, int64(limit))
}

// KeepPassword keeps the password of u among the newest keep former ones.
func (t *Tx) KeepPassword(ctx context.Context, u *pool.User, keep int) error {
	if keep > 0 && u.SealedPassword != nil {
		err := t.must(ctx, "keep password", store.ErrConflict, // another one has replaced it since it was read
			`INSERT INTO former_password (pool_key, sub, version, sealed) VALUES ($1, $2, $3, $4)
			ON CONFLICT (pool_key, sub, version) DO NOTHING`,
			u.PoolKey, u.Sub, u.Version, blob(u.SealedPassword))
		if err != nil {
			return err
		}
	}
	return t.exec(ctx, "forget passwords",
		`DELETE FROM former_password WHERE pool_key = $1 AND sub = $2 AND version NOT IN
			(SELECT version FROM former_password WHERE pool_key = $1 AND sub = $2 ORDER BY version DESC LIMIT $3)`,
		u.PoolKey, u.Sub, int64(keep))
}
