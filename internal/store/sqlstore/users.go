package sqlstore

import (
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const userColumns = `u.sub, u.username, u.status, u.enabled, u.version, u.created, u.modified, u.attributes,
	u.sealed_password, u.password_set, u.session_generation, u.token_generation,
	u.sms_mfa, u.email_mfa, u.totp_mfa, u.preferred_mfa, u.webauthn_mfa`

// userWidth is how many userColumns there are.
const userWidth = 17

func scanUser(poolKey int64) func(Row) (*pool.User, error) {
	return func(r Row) (*pool.User, error) {
		u := &pool.User{
			PoolKey: poolKey, Sub: r.Text(0), Username: r.Text(1), Status: pool.Status(r.Text(2)),
			Enabled: r.Int(3) != 0, Version: r.Int(4), Created: moment(r.Int(5)), Modified: moment(r.Int(6)),
			SealedPassword: r.Bytes(8), PasswordSet: moment(r.Int(9)),
			SessionGeneration: r.Int(10), TokenGeneration: r.Int(11),
			Factors: pool.Factors{
				SMS: r.Int(12) != 0, Email: r.Int(13) != 0, SoftwareToken: r.Int(14) != 0, Preferred: r.Text(15),
				Passkey: r.Int(16) != 0,
			},
		}
		var err error
		u.Attributes, err = decodeAttributes(r.Text(7))
		return u, err
	}
}

func (t *Tx) oneUser(ctx context.Context, poolKey int64, sql string, args ...any) (u *pool.User, err error) {
	err = t.one(ctx, "read user", func(r Row) (err error) { u, err = scanUser(poolKey)(r); return err }, sql, args...)
	return u, err
}

// User returns the user of a sub.
func (t *Tx) User(ctx context.Context, poolKey int64, sub string) (*pool.User, error) {
	return t.oneUser(ctx, poolKey,
		`SELECT `+userColumns+` FROM app_user u WHERE u.pool_key = $1 AND u.sub = $2`, poolKey, sub)
}

// UserByName returns the user of a folded user name.
func (t *Tx) UserByName(ctx context.Context, poolKey int64, folded string) (*pool.User, error) {
	return t.oneUser(ctx, poolKey,
		`SELECT `+userColumns+` FROM app_user u WHERE u.pool_key = $1 AND u.username_folded = $2`, poolKey, folded)
}

// UserByAlias returns the user who holds an alias of any of up to three kinds.
func (t *Tx) UserByAlias(ctx context.Context, poolKey int64, folded string, kinds ...string) (*pool.User, error) {
	switch {
	case len(kinds) == 0:
		return nil, store.ErrNotFound
	case len(kinds) > 3:
		return nil, fmt.Errorf("read user by alias: %d kinds, at most 3", len(kinds))
	}
	k := [3]string{kinds[0], kinds[0], kinds[0]}
	copy(k[:], kinds)
	return t.oneUser(ctx, poolKey,
		`SELECT `+userColumns+` FROM alias a JOIN app_user u ON u.pool_key = a.pool_key AND u.sub = a.sub
		WHERE a.pool_key = $1 AND a.folded = $2 AND a.kind IN ($3, $4, $5)
		ORDER BY CASE a.kind WHEN $3 THEN 0 WHEN $4 THEN 1 ELSE 2 END LIMIT 1`,
		poolKey, folded, k[0], k[1], k[2])
}

// CountUsers counts a pool's users, up to 10,000.
func (t *Tx) CountUsers(ctx context.Context, poolKey int64) (int64, error) {
	return t.count(ctx, "count users",
		`SELECT count(*) FROM (SELECT 1 FROM app_user WHERE pool_key = $1 LIMIT 10000) AS counted`, poolKey)
}
