package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// searchArgs are the columns of what is searchable, in that order, NULL where
// the user has none.
func searchArgs(n store.Names) (args [len(store.Searchable)]any) {
	for i, name := range store.Searchable {
		if v, ok := n.Search[name]; ok {
			args[i] = v
		}
	}
	return args
}

// CreateUser adds u under its names.
func (t *Tx) CreateUser(ctx context.Context, u *pool.User, n store.Names) error {
	attributes, err := encode("user", u.Attributes)
	if err != nil {
		return err
	}
	s := searchArgs(n)
	rows, err := t.conn.Exec(ctx, `INSERT INTO app_user (pool_key, sub, username, username_folded, status, enabled,
			version, created, modified, attributes, sealed_password, password_set, session_generation, token_generation,
			email, phone_number, name, given_name, family_name, preferred_username,
			sms_mfa, email_mfa, totp_mfa, preferred_mfa, webauthn_mfa)
		VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
		ON CONFLICT DO NOTHING`,
		u.PoolKey, u.Sub, u.Username, n.Username, string(u.Status), flag(u.Enabled), micros(u.Created), micros(u.Modified),
		attributes, u.SealedPassword, micros(u.PasswordSet), u.SessionGeneration, u.TokenGeneration,
		s[0], s[1], s[2], s[3], s[4], s[5],
		flag(u.Factors.SMS), flag(u.Factors.Email), flag(u.Factors.SoftwareToken), u.Factors.Preferred,
		flag(u.Factors.Passkey))
	if err != nil {
		return fmt.Errorf("create user: %w", err)
	}
	if rows == 0 {
		return t.takenUser(ctx, u)
	}
	return t.addAliases(ctx, u, n.Aliases)
}

// takenUser says which key of a user was taken.
func (t *Tx) takenUser(ctx context.Context, u *pool.User) error {
	n, err := t.count(ctx, "create user", `SELECT count(*) FROM app_user WHERE pool_key = $1 AND sub = $2`, u.PoolKey, u.Sub)
	if err != nil {
		return err
	}
	if n > 0 {
		return &store.ExistsError{Key: "sub"}
	}
	return &store.ExistsError{Key: "username"}
}

func (t *Tx) addAliases(ctx context.Context, u *pool.User, aliases []pool.Alias) error {
	for _, a := range aliases {
		err := t.must(ctx, "add alias", &store.ExistsError{Key: a.Kind},
			`INSERT INTO alias (pool_key, kind, folded, sub) VALUES ($1, $2, $3, $4)
			ON CONFLICT (pool_key, kind, folded) DO NOTHING`, u.PoolKey, a.Kind, a.Folded, u.Sub)
		if err != nil {
			return err
		}
	}
	return nil
}

// UpdateUser writes all of u but its user name and replaces its other names.
func (t *Tx) UpdateUser(ctx context.Context, u *pool.User, n store.Names) error {
	attributes, err := encode("user", u.Attributes)
	if err != nil {
		return err
	}
	s := searchArgs(n)
	rows, err := t.conn.Exec(ctx, `UPDATE app_user SET status = $4, enabled = $5, version = version + 1,
			created = $6, modified = $7, attributes = $8, sealed_password = $9, password_set = $10,
			session_generation = $11, token_generation = $12, email = $13, phone_number = $14, name = $15,
			given_name = $16, family_name = $17, preferred_username = $18,
			sms_mfa = $19, email_mfa = $20, totp_mfa = $21, preferred_mfa = $22, webauthn_mfa = $23
		WHERE pool_key = $1 AND sub = $2 AND version = $3`,
		u.PoolKey, u.Sub, u.Version, string(u.Status), flag(u.Enabled), micros(u.Created), micros(u.Modified),
		attributes, u.SealedPassword, micros(u.PasswordSet), u.SessionGeneration, u.TokenGeneration,
		s[0], s[1], s[2], s[3], s[4], s[5],
		flag(u.Factors.SMS), flag(u.Factors.Email), flag(u.Factors.SoftwareToken), u.Factors.Preferred,
		flag(u.Factors.Passkey))
	if err != nil {
		return fmt.Errorf("update user: %w", err)
	}
	if rows == 0 {
		return t.missed(ctx, "update user", `SELECT count(*) FROM app_user WHERE pool_key = $1 AND sub = $2`, u.PoolKey, u.Sub)
	}
	return t.replaceAliases(ctx, u, n.Aliases)
}

// replaceAliases writes the difference between the aliases that u has and
// those that it shall have; mostly there is none.
func (t *Tx) replaceAliases(ctx context.Context, u *pool.User, want []pool.Alias) error {
	have, err := all(ctx, t, "read aliases", func(r Row) (pool.Alias, error) {
		return pool.Alias{Kind: r.Text(0), Folded: r.Text(1)}, nil
	}, `SELECT kind, folded FROM alias WHERE pool_key = $1 AND sub = $2`, u.PoolKey, u.Sub)
	if err != nil {
		return err
	}
	for _, a := range have {
		if slices.Contains(want, a) {
			continue
		}
		if err := t.exec(ctx, "remove alias",
			`DELETE FROM alias WHERE pool_key = $1 AND kind = $2 AND folded = $3 AND sub = $4`,
			u.PoolKey, a.Kind, a.Folded, u.Sub); err != nil {
			return err
		}
	}
	added := slices.DeleteFunc(slices.Clone(want), func(a pool.Alias) bool { return slices.Contains(have, a) })
	return t.addAliases(ctx, u, added)
}

// TakeAlias removes an alias from whoever holds it.
func (t *Tx) TakeAlias(ctx context.Context, poolKey int64, a pool.Alias) (sub string, err error) {
	err = t.one(ctx, "take alias", func(r Row) error { sub = r.Text(0); return nil },
		`DELETE FROM alias WHERE pool_key = $1 AND kind = $2 AND folded = $3 RETURNING sub`, poolKey, a.Kind, a.Folded)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return sub, err
}

// holdUser writes the row of a user as it is, and so holds it against a
// deletion and against others who hold it until the transaction ends.
func (t *Tx) holdUser(ctx context.Context, poolKey int64, sub string) error {
	return t.must(ctx, "hold user", store.ErrNotFound,
		`UPDATE app_user SET version = version WHERE pool_key = $1 AND sub = $2`, poolKey, sub)
}

// DeleteUser removes a user with everything that is its own.
func (t *Tx) DeleteUser(ctx context.Context, poolKey int64, sub string) error {
	err := t.must(ctx, "delete user", store.ErrNotFound,
		`DELETE FROM app_user WHERE pool_key = $1 AND sub = $2`, poolKey, sub)
	if err != nil {
		return err
	}
	for _, sql := range []string{
		`DELETE FROM alias WHERE pool_key = $1 AND sub = $2`,
		`DELETE FROM former_password WHERE pool_key = $1 AND sub = $2`,
		`DELETE FROM membership WHERE pool_key = $1 AND sub = $2`,
		`DELETE FROM code WHERE pool_key = $1 AND sub = $2`,
		`DELETE FROM attempt WHERE pool_key = $1 AND subject = $2`,
		`DELETE FROM refresh_token WHERE pool_key = $1 AND family IN
			(SELECT family FROM refresh_token WHERE pool_key = $1 AND sub = $2 AND length(parent) IS NULL)`,
		`DELETE FROM software_token WHERE pool_key = $1 AND sub = $2`,
		`DELETE FROM passkey WHERE pool_key = $1 AND sub = $2`,
		`DELETE FROM device WHERE pool_key = $1 AND sub = $2`,
		`DELETE FROM conversation WHERE pool_key = $1 AND sub = $2`,
		`DELETE FROM auth_event WHERE pool_key = $1 AND sub = $2`,
	} {
		if err := t.exec(ctx, "delete user", sql, poolKey, sub); err != nil {
			return err
		}
	}
	return nil
}
