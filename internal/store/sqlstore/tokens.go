package sqlstore

import (
	"context"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

// tokenColumns are the columns of a token. It is revoked when the first of its
// family is, also where it was issued while the family was being revoked.
const tokenColumns = `t.hash, t.family, t.parent, t.origin_jti, t.sub, t.client_id, t.generation,
	t.auth_time, t.issued, t.expires, t.rotated, t.device_key, t.agent, t.client_key,
	CASE WHEN t.parent IS NULL OR t.revoked <> 0 THEN t.revoked ELSE coalesce((SELECT f.revoked FROM refresh_token f
		WHERE f.pool_key = t.pool_key AND f.family = t.family AND f.parent IS NULL
		ORDER BY f.issued LIMIT 1), 0) END`

func scanToken(poolKey int64) func(Row) (store.RefreshToken, error) {
	return func(r Row) (store.RefreshToken, error) {
		return store.RefreshToken{
			PoolKey: poolKey, Hash: r.Bytes(0), Family: r.Text(1), Parent: r.Bytes(2), OriginJTI: r.Text(3),
			Sub: r.Text(4), ClientID: r.Text(5), Generation: r.Int(6),
			AuthTime: moment(r.Int(7)), Issued: moment(r.Int(8)), Expires: moment(r.Int(9)), Rotated: moment(r.Int(10)),
			DeviceKey: r.Text(11), Agent: r.Text(12), ClientKey: r.Int(13), Revoked: moment(r.Int(14)),
		}, nil
	}
}

func (t *Tx) oneToken(ctx context.Context, poolKey int64, where string, args ...any) (token store.RefreshToken, err error) {
	err = t.one(ctx, "read refresh token", func(r Row) (err error) { token, err = scanToken(poolKey)(r); return err },
		`SELECT `+tokenColumns+` FROM refresh_token t WHERE t.pool_key = $1 AND `+where, args...)
	return token, err
}

// RefreshToken returns the row of a token's hash.
func (t *Tx) RefreshToken(ctx context.Context, poolKey int64, hash []byte) (store.RefreshToken, error) {
	return t.oneToken(ctx, poolKey,
		`t.hash = $2`, poolKey, blob(hash))
}

// TokenFamily returns the first row of a family.
func (t *Tx) TokenFamily(ctx context.Context, poolKey int64, family string) (store.RefreshToken, error) {
	return t.oneToken(ctx, poolKey, `t.family = $2 AND t.parent IS NULL ORDER BY t.issued LIMIT 1`, poolKey, family)
}

// LatestToken returns the newest row of a family.
func (t *Tx) LatestToken(ctx context.Context, poolKey int64, family string) (store.RefreshToken, error) {
	return t.oneToken(ctx, poolKey, `t.family = $2 AND t.rotated = 0 ORDER BY t.issued DESC LIMIT 1`, poolKey, family)
}

// TokenFamilies returns the newest rows of the families of a user that are not
// revoked. Families are found by their first rows; the CROSS JOIN tells SQLite
// to begin with them.
func (t *Tx) TokenFamilies(ctx context.Context, poolKey int64, sub string, p store.Page) ([]store.RefreshToken, error) {
	return all(ctx, t, "list refresh tokens", scanToken(poolKey),
		`SELECT `+tokenColumns+` FROM refresh_token o CROSS JOIN refresh_token t
		WHERE o.pool_key = $1 AND o.sub = $2 AND length(o.parent) IS NULL AND o.revoked = 0 AND o.family > $3
		AND t.pool_key = o.pool_key AND t.hash = (SELECT l.hash FROM refresh_token l
			WHERE l.pool_key = o.pool_key AND l.family = o.family AND l.rotated = 0 ORDER BY l.issued DESC LIMIT 1)
		ORDER BY o.family LIMIT $4`, poolKey, sub, p.After, int64(p.Limit))
}

// AddRefreshToken adds a token.
func (t *Tx) AddRefreshToken(ctx context.Context, k store.RefreshToken) error {
	return t.must(ctx, "add refresh token", &store.ExistsError{Key: "refresh token"},
		`INSERT INTO refresh_token (pool_key, hash, family, parent, origin_jti, sub, client_id, generation,
			auth_time, issued, expires, rotated, revoked, device_key, agent, client_key)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (pool_key, hash) DO NOTHING`,
		k.PoolKey, blob(k.Hash), k.Family, k.Parent, k.OriginJTI, k.Sub, k.ClientID, k.Generation,
		micros(k.AuthTime), micros(k.Issued), micros(k.Expires), micros(k.Rotated), micros(k.Revoked),
		k.DeviceKey, k.Agent, k.ClientKey)
}

// RotateRefreshToken marks a token as replaced.
func (t *Tx) RotateRefreshToken(ctx context.Context, poolKey int64, hash []byte, now time.Time) error {
	return t.must(ctx, "rotate refresh token", store.ErrConflict,
		`UPDATE refresh_token SET rotated = $3 WHERE pool_key = $1 AND hash = $2 AND rotated = 0 AND revoked = 0`,
		poolKey, blob(hash), micros(now))
}

// SetTokenAgent replaces the agent of a token.
func (t *Tx) SetTokenAgent(ctx context.Context, poolKey int64, hash []byte, agent string) error {
	return t.exec(ctx, "set token agent",
		`UPDATE refresh_token SET agent = $3 WHERE pool_key = $1 AND hash = $2`, poolKey, blob(hash), agent)
}

// RevokeFamily marks the first token of a family as revoked, and with it all
// the others; the newest bear the mark themselves, so that they cannot be rotated.
func (t *Tx) RevokeFamily(ctx context.Context, poolKey int64, family string, now time.Time) error {
	return t.exec(ctx, "revoke family",
		`UPDATE refresh_token SET revoked = $3
		WHERE pool_key = $1 AND family = $2 AND revoked = 0 AND (parent IS NULL OR rotated = 0)`,
		poolKey, family, micros(now))
}

// RevokeDevice marks the tokens of a user's sign-ins from a device as revoked.
func (t *Tx) RevokeDevice(ctx context.Context, poolKey int64, sub, deviceKey string, now time.Time) error {
	return t.exec(ctx, "revoke device",
		`UPDATE refresh_token SET revoked = $4
		WHERE pool_key = $1 AND revoked = 0 AND (parent IS NULL OR rotated = 0) AND family IN
			(SELECT family FROM refresh_token WHERE pool_key = $1 AND sub = $2 AND length(parent) IS NULL AND revoked = 0 AND device_key = $3)`,
		poolKey, sub, deviceKey, micros(now))
}

// SignInSpent reports whether a sign-in id is marked as used.
func (t *Tx) SignInSpent(ctx context.Context, poolKey int64, id string) (bool, error) {
	n, err := t.count(ctx, "read spent sign-in", `SELECT count(*) FROM spent_sign_in WHERE pool_key = $1 AND id = $2`, poolKey, id)
	return n > 0, err
}

// SpendSignIn marks a sign-in id as used until expires.
func (t *Tx) SpendSignIn(ctx context.Context, poolKey int64, id string, expires time.Time) error {
	return t.must(ctx, "spend sign-in", &store.ExistsError{Key: "sign-in"},
		`INSERT INTO spent_sign_in (pool_key, id, expires) VALUES ($1, $2, $3) ON CONFLICT (pool_key, id) DO NOTHING`,
		poolKey, id, micros(expires))
}
