package sqlstore

import (
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/store"
)

const settingColumns = `s.pool_key, s.kind, s.id, s.client_id, s.version, s.created, s.modified, s.body, s.sealed`

func scanSetting(r Row) (store.Setting, error) {
	return store.Setting{
		PoolKey: r.Int(0), Kind: r.Text(1), ID: r.Text(2), ClientID: r.Text(3), Version: r.Int(4),
		Created: moment(r.Int(5)), Modified: moment(r.Int(6)), Body: r.Text(7), Sealed: r.Bytes(8),
	}, nil
}

// Setting returns the setting of an ID.
func (t *Tx) Setting(ctx context.Context, poolKey int64, kind, id string) (s store.Setting, err error) {
	err = t.one(ctx, "read setting", func(r Row) (err error) { s, err = scanSetting(r); return err },
		`SELECT `+settingColumns+` FROM setting s WHERE s.pool_key = $1 AND s.kind = $2 AND s.id = $3`, poolKey, kind, id)
	return s, err
}

// SettingByName returns the setting with a second name.
func (t *Tx) SettingByName(ctx context.Context, poolKey int64, kind, name string) (s store.Setting, err error) {
	err = t.one(ctx, "read setting", func(r Row) (err error) { s, err = scanSetting(r); return err },
		`SELECT `+settingColumns+` FROM setting_name n JOIN setting s
			ON s.pool_key = n.pool_key AND s.kind = n.kind AND s.id = n.id
		WHERE n.pool_key = $1 AND n.kind = $2 AND n.name = $3`, poolKey, kind, name)
	return s, err
}

// Settings returns a pool's settings of a kind in the order of their IDs.
func (t *Tx) Settings(ctx context.Context, poolKey int64, kind string, p store.Page) ([]store.Setting, error) {
	return all(ctx, t, "list settings", scanSetting,
		`SELECT `+settingColumns+` FROM setting s WHERE s.pool_key = $1 AND s.kind = $2 AND s.id > $3 ORDER BY s.id LIMIT $4`,
		poolKey, kind, p.After, int64(p.Limit))
}

// hold keeps a pool, and a client of it unless clientID is "", as they are
// until the transaction ends.
func (t *Tx) hold(ctx context.Context, poolKey int64, clientID string) error {
	err := t.must(ctx, "hold pool", store.ErrNotFound, `UPDATE pool SET version = version WHERE key = $1`, poolKey)
	if err != nil || clientID == "" {
		return err
	}
	return t.must(ctx, "hold client", store.ErrNotFound,
		`UPDATE client SET version = version WHERE id = $2 AND pool_key = $1`, poolKey, clientID)
}

// AddSetting adds s with second names.
func (t *Tx) AddSetting(ctx context.Context, s store.Setting, names ...string) (count int64, err error) {
	if err := t.hold(ctx, s.PoolKey, s.ClientID); err != nil {
		return 0, err
	}
	err = t.must(ctx, "add setting", &store.ExistsError{Key: "setting"},
		`INSERT INTO setting (pool_key, kind, id, client_id, version, created, modified, body, sealed)
		VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8) ON CONFLICT (pool_key, kind, id) DO NOTHING`,
		s.PoolKey, s.Kind, s.ID, s.ClientID, micros(s.Created), micros(s.Modified), s.Body, s.Sealed)
	if err != nil {
		return 0, err
	}
	if err := t.nameSetting(ctx, s, names); err != nil {
		return 0, err
	}
	return t.count(ctx, "count settings", `SELECT count(*) FROM setting WHERE pool_key = $1 AND kind = $2`, s.PoolKey, s.Kind)
}

func (t *Tx) nameSetting(ctx context.Context, s store.Setting, names []string) error {
	for _, name := range names {
		err := t.must(ctx, "name setting", &store.ExistsError{Key: "name"},
			`INSERT INTO setting_name (pool_key, kind, name, id) VALUES ($1, $2, $3, $4)
			ON CONFLICT (pool_key, kind, name) DO NOTHING`, s.PoolKey, s.Kind, name, s.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// UpdateSetting writes s and its second names.
func (t *Tx) UpdateSetting(ctx context.Context, s store.Setting, names ...string) error {
	err := t.must(ctx, "update setting", store.ErrConflict,
		`UPDATE setting SET version = version + 1, modified = $5, body = $6, sealed = $7
		WHERE pool_key = $1 AND kind = $2 AND id = $3 AND version = $4`,
		s.PoolKey, s.Kind, s.ID, s.Version, micros(s.Modified), s.Body, s.Sealed)
	if err != nil {
		return err
	}
	if err := t.unnameSetting(ctx, s.PoolKey, s.Kind, s.ID); err != nil {
		return err
	}
	return t.nameSetting(ctx, s, names)
}

func (t *Tx) unnameSetting(ctx context.Context, poolKey int64, kind, id string) error {
	return t.exec(ctx, "delete names of setting",
		`DELETE FROM setting_name WHERE pool_key = $1 AND kind = $2 AND id = $3`, poolKey, kind, id)
}

// DeleteSetting removes a setting with its names.
func (t *Tx) DeleteSetting(ctx context.Context, poolKey int64, kind, id string) error {
	err := t.must(ctx, "delete setting", store.ErrNotFound,
		`DELETE FROM setting WHERE pool_key = $1 AND kind = $2 AND id = $3`, poolKey, kind, id)
	if err != nil {
		return err
	}
	return t.unnameSetting(ctx, poolKey, kind, id)
}

// deleteSettingsOf removes the settings that go with an app client. It comes
// after the client's row is gone, so that nobody adds one more.
func (t *Tx) deleteSettingsOf(ctx context.Context, poolKey int64, clientID string) error {
	for _, sql := range []string{
		`DELETE FROM setting_name WHERE pool_key = $1 AND (kind, id) IN
			(SELECT kind, id FROM setting WHERE pool_key = $1 AND client_id = $2)`,
		`DELETE FROM setting WHERE pool_key = $1 AND client_id = $2`,
	} {
		if _, err := t.conn.Exec(ctx, sql, poolKey, clientID); err != nil {
			return fmt.Errorf("delete settings of client: %w", err)
		}
	}
	return nil
}
