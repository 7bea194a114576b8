package sqlstore

import (
	"context"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

const tokenColumns = `hash, family, parent, origin_jti, sub, client_id, generation,
	auth_time, issued, expires, rotated, revoked`

func (t *Tx) oneToken(ctx context.Context, poolKey int64, sql string, args ...any) (store.RefreshToken, error) {
	token := store.RefreshToken{PoolKey: poolKey}
	err := t.one(ctx, "read refresh token", func(r Row) error {
		token.Hash, token.Family, token.Parent, token.OriginJTI = r.Bytes(0), r.Text(1), r.Bytes(2), r.Text(3)
		token.Sub, token.ClientID, token.Generation = r.Text(4), r.Text(5), r.Int(6)
		token.AuthTime, token.Issued, token.Expires = moment(r.Int(7)), moment(r.Int(8)), moment(r.Int(9))
		token.Rotated, token.Revoked = moment(r.Int(10)), moment(r.Int(11))
		return nil
	}, sql, args...)
	if err != nil {
		return store.RefreshToken{}, err
	}
	return token, nil
}

// RefreshToken returns the row of a token's hash.
func (t *Tx) RefreshToken(ctx context.Context, poolKey int64, hash []byte) (store.RefreshToken, error) {
	return t.oneToken(ctx, poolKey,
		`SELECT `+tokenColumns+` FROM refresh_token WHERE pool_key = $1 AND hash = $2`, poolKey, blob(hash))
}

// TokenFamily returns the first row of a family.
func (t *Tx) TokenFamily(ctx context.Context, poolKey int64, family string) (store.RefreshToken, error) {
	return t.oneToken(ctx, poolKey,
		`SELECT `+tokenColumns+` FROM refresh_token WHERE pool_key = $1 AND family = $2 AND parent IS NULL LIMIT 1`, poolKey, family)
}

// AddRefreshToken adds a token.
func (t *Tx) AddRefreshToken(ctx context.Context, k store.RefreshToken) error {
	return t.must(ctx, "add refresh token", &store.ExistsError{Key: "refresh token"},
		`INSERT INTO refresh_token (pool_key, `+tokenColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (pool_key, hash) DO NOTHING`,
		k.PoolKey, blob(k.Hash), k.Family, k.Parent, k.OriginJTI, k.Sub, k.ClientID, k.Generation,
		micros(k.AuthTime), micros(k.Issued), micros(k.Expires), micros(k.Rotated), micros(k.Revoked))
}

// RotateRefreshToken marks a token as replaced.
func (t *Tx) RotateRefreshToken(ctx context.Context, poolKey int64, hash []byte, now time.Time) error {
	return t.must(ctx, "rotate refresh token", store.ErrConflict,
		`UPDATE refresh_token SET rotated = $3 WHERE pool_key = $1 AND hash = $2 AND rotated = 0 AND revoked = 0`,
		poolKey, blob(hash), micros(now))
}

// RevokeFamily marks all tokens of a family as revoked.
func (t *Tx) RevokeFamily(ctx context.Context, poolKey int64, family string, now time.Time) error {
	return t.exec(ctx, "revoke family",
		`UPDATE refresh_token SET revoked = $3 WHERE pool_key = $1 AND family = $2 AND revoked = 0`,
		poolKey, family, micros(now))
}

// SpendSignIn marks a sign-in id as used until expires.
func (t *Tx) SpendSignIn(ctx context.Context, poolKey int64, id string, expires time.Time) error {
	return t.must(ctx, "spend sign-in", &store.ExistsError{Key: "sign-in"},
		`INSERT INTO spent_sign_in (pool_key, id, expires) VALUES ($1, $2, $3) ON CONFLICT (pool_key, id) DO NOTHING`,
		poolKey, id, micros(expires))
}
