package sqlstore

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// How long rows stay that carry no expiry of their own.
const (
	attemptAge = 24 * time.Hour // since the last attempt or the start of a window
	messageAge = 7 * 24 * time.Hour
	eventAge   = 90 * 24 * time.Hour
	// accessAge is how long an access token lives at the most. One that was
	// got with the last breath of a refresh token still needs its family.
	accessAge = 24 * time.Hour
	// stragglerAge is how long a removed pool is searched again for rows of
	// transactions that were open when it was removed.
	stragglerAge = 24 * time.Hour
)

// owned are the tables with rows of a pool, each with the delete of some of
// its rows. Jobs stay: the job that clears the pool is one of them.
var owned = []string{
	first("alias", "kind, folded", "$2"),
	first("former_password", "sub, version", "$2"),
	first("code", "sub, purpose", "$2"),
	first("attempt", "subject, factor", "$2"),
	first("spent_sign_in", "id", "$2"),
	first("refresh_token", "hash", "$2"),
	first("software_token", "sub", "$2"),
	first("passkey", "id", "$2"),
	first("device", "sub, key", "$2"),
	first("conversation", "sign_in_id", "$2"),
	first("auth_event", "sub, id", "$2"),
	`DELETE FROM outbox WHERE pool_key = $1 AND id IN
		(SELECT id FROM outbox WHERE pool_key = $1 LIMIT $2)`,
	`DELETE FROM client WHERE pool_key = $1 AND id IN
		(SELECT id FROM client WHERE pool_key = $1 LIMIT $2)`,
	first("signing_key", "id", "$2"),
	first("membership", "sub, group_key", "$2"),
	first("app_group", "name", "$2"),
	first("setting_name", "kind, name", "$2"),
	first("setting", "kind, id", "$2"),
	`DELETE FROM domain WHERE pool_key = $1 AND name IN
		(SELECT name FROM domain WHERE pool_key = $1 LIMIT $2)`,
	`DELETE FROM rate WHERE pool_key = $1 AND category IN
		(SELECT category FROM rate WHERE pool_key = $1 LIMIT $2)`,
	// Parts are large, so there are fewer of them in a step.
	first("user_import_part", "import_id, upload, number", "($2 + 19) / 20"),
	first("user_import", "id", "$2"),
	first("app_user", "sub", "$2"),
}

// first is the delete of the first rows of a pool in a table, in the order of
// its key, whose columns follow the pool's. The end of them is looked up first:
// so it is one range of the key, whether or not the database knows by now how
// many rows there are.
func first(table, key, limit string) string {
	last := strings.ReplaceAll(key, ",", " DESC,") + " DESC"
	return `DELETE FROM ` + table + ` WHERE pool_key = $1 AND (` + key + `) <= (SELECT ` + key + ` FROM
		(SELECT ` + key + ` FROM ` + table + ` WHERE pool_key = $1 ORDER BY ` + key + ` LIMIT ` + limit + `) AS head
		ORDER BY ` + last + ` LIMIT 1)`
}

// expired are the deletes of rows that a time has passed by.
var expired = []struct {
	age time.Duration
	sql string
}{
	{0, `DELETE FROM code WHERE (pool_key, sub, purpose) IN
		(SELECT pool_key, sub, purpose FROM code WHERE expires < $1 LIMIT $2)`},
	{0, `DELETE FROM spent_sign_in WHERE (pool_key, id) IN
		(SELECT pool_key, id FROM spent_sign_in WHERE expires < $1 LIMIT $2)`},
	{0, `DELETE FROM conversation WHERE (pool_key, sign_in_id) IN
		(SELECT pool_key, sign_in_id FROM conversation WHERE expires < $1 LIMIT $2)`},
	{accessAge, `DELETE FROM refresh_token WHERE (pool_key, hash) IN
		(SELECT pool_key, hash FROM refresh_token WHERE expires < $1 LIMIT $2)`},
	{attemptAge, `DELETE FROM attempt WHERE since < $1 AND locked_until < $1 AND (pool_key, subject, factor) IN
		(SELECT pool_key, subject, factor FROM attempt WHERE since < $1 AND locked_until < $1 LIMIT $2)`},
	{eventAge, `DELETE FROM auth_event WHERE (pool_key, sub, id) IN
		(SELECT pool_key, sub, id FROM auth_event WHERE created < $1 LIMIT $2)`},
	{messageAge, `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE created < $1 LIMIT $2)`},
	{0, `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE destination = '' AND created < $1 LIMIT $2)`},
}

// ClearPool deletes up to limit rows of a removed pool.
func (t *Tx) ClearPool(ctx context.Context, key int64, limit int) (int, error) {
	n, err := t.count(ctx, "clear pool", `SELECT count(*) FROM pool WHERE key = $1`, key)
	if err != nil {
		return 0, err
	}
	if n != 0 {
		return 0, fmt.Errorf("clear pool: pool %d was not removed", key)
	}
	done := 0
	for _, sql := range owned {
		if done >= limit {
			break
		}
		n, err := t.conn.Exec(ctx, sql, key, int64(limit-done))
		if err != nil {
			return 0, fmt.Errorf("clear pool: %w", err)
		}
		done += int(n)
	}
	return done, nil
}

// Sweep deletes up to limit rows that expired before now, and what is left of
// pools that were removed a short while ago.
func (t *Tx) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	done := 0
	for _, e := range expired {
		if done >= limit {
			return done, nil
		}
		n, err := t.conn.Exec(ctx, e.sql, micros(now.Add(-e.age)), int64(limit-done))
		if err != nil {
			return 0, fmt.Errorf("sweep: %w", err)
		}
		done += int(n)
	}
	keys, err := all(ctx, t, "read tombstones", func(r Row) (int64, error) { return r.Int(0), nil },
		`SELECT pool_key FROM tombstone WHERE removed > $1 ORDER BY removed DESC LIMIT 20`, micros(now.Add(-stragglerAge)))
	if err != nil {
		return 0, err
	}
	for _, key := range keys {
		if done >= limit {
			break
		}
		n, err := t.ClearPool(ctx, key, limit-done)
		if err != nil {
			return 0, err
		}
		done += n
	}
	return done, nil
}
