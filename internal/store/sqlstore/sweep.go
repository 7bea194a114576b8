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
	{0, past("code", "pool_key, sub, purpose", "expires < $1")},
	{0, past("spent_sign_in", "pool_key, id", "expires < $1")},
	{0, past("conversation", "pool_key, sign_in_id", "expires < $1")},
	{accessAge, past("refresh_token", "pool_key, hash", "expires < $1")},
	{attemptAge, past("attempt", "pool_key, subject, factor", "since < $1 AND locked_until < $1")},
	{eventAge, past("auth_event", "pool_key, sub, id", "created < $1")},
	{messageAge, past("outbox", "id", "created < $1")},
	{0, past("outbox", "id", "destination = '' AND created < $1")},
}

// past is the delete of some rows of a table, by its key, that meet a condition.
// It stands outside as well, where it is judged again of a row that somebody
// else has written meanwhile: what was renewed stays.
func past(table, key, condition string) string {
	return `DELETE FROM ` + table + ` WHERE ` + condition + ` AND (` + key + `) IN
		(SELECT ` + key + ` FROM ` + table + ` WHERE ` + condition + ` LIMIT $2)`
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
