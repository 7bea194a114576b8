package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// The columns of a pool as scanPool reads them. The query comes first with
// key and version alone, so that an unchanged row is not fetched again.
const poolColumns = `p.key, p.version, p.id, p.created, p.modified, p.body`

// scanPool makes a pool of the columns from at on.
func (t *Tx) scanPool(r Row, at int) (*pool.Pool, error) {
	p := &pool.Pool{
		Key: r.Int(at), Version: r.Int(at + 1), ID: r.Text(at + 2),
		Created: moment(r.Int(at + 3)), Modified: moment(r.Int(at + 4)),
	}
	if known, ok := t.cache.pools.get(p.Key, p.Version); ok {
		return known, nil
	}
	if err := decodePool(p, r.Text(at+5)); err != nil {
		return nil, err
	}
	if t.mode == Reading {
		t.cache.pools.put(p.Key, p.Version, p)
	}
	return p, nil
}

// Pool returns the pool of a public id.
func (t *Tx) Pool(ctx context.Context, id string) (*pool.Pool, error) {
	var p *pool.Pool
	var known bool
	err := t.one(ctx, "read pool", func(r Row) error {
		p, known = t.cache.pools.get(r.Int(0), r.Int(1))
		return nil
	}, `SELECT key, version FROM pool WHERE id = $1`, id)
	if err != nil || known {
		return p, err
	}
	err = t.one(ctx, "read pool", func(r Row) (err error) { p, err = t.scanPool(r, 0); return err },
		`SELECT `+poolColumns+` FROM pool p WHERE p.id = $1`, id)
	return p, err
}

// PoolByKey returns the pool of an internal key.
func (t *Tx) PoolByKey(ctx context.Context, key int64) (*pool.Pool, error) {
	var p *pool.Pool
	var known bool
	err := t.one(ctx, "read pool", func(r Row) error {
		p, known = t.cache.pools.get(key, r.Int(0))
		return nil
	}, `SELECT version FROM pool WHERE key = $1`, key)
	if err != nil || known {
		return p, err
	}
	err = t.one(ctx, "read pool", func(r Row) (err error) { p, err = t.scanPool(r, 0); return err },
		`SELECT `+poolColumns+` FROM pool p WHERE p.key = $1`, key)
	return p, err
}

// Pools returns pools in the order of their ids.
func (t *Tx) Pools(ctx context.Context, p store.Page) ([]*pool.Pool, error) {
	return all(ctx, t, "list pools", func(r Row) (*pool.Pool, error) { return t.scanPool(r, 0) },
		`SELECT `+poolColumns+` FROM pool p WHERE p.id > $1 ORDER BY p.id LIMIT $2`, p.After, int64(p.Limit))
}

// CountPools returns how many pools there are.
func (t *Tx) CountPools(ctx context.Context) (int64, error) {
	return t.count(ctx, "count pools", `SELECT count(*) FROM pool`)
}

// CreatePool adds p and returns its new internal key.
func (t *Tx) CreatePool(ctx context.Context, p *pool.Pool) (key int64, err error) {
	body, err := encodePool(p)
	if err != nil {
		return 0, err
	}
	err = t.one(ctx, "create pool", func(r Row) error { key = r.Int(0); return nil },
		`INSERT INTO pool (id, version, created, modified, body) VALUES ($1, 1, $2, $3, $4)
		ON CONFLICT (id) DO NOTHING RETURNING key`, p.ID, micros(p.Created), micros(p.Modified), body)
	if errors.Is(err, store.ErrNotFound) {
		return 0, &store.ExistsError{Key: "pool"}
	}
	return key, err
}

// UpdatePool writes all of p but its id and when it was made.
func (t *Tx) UpdatePool(ctx context.Context, p *pool.Pool) error {
	body, err := encodePool(p)
	if err != nil {
		return err
	}
	rows, err := t.conn.Exec(ctx, `UPDATE pool SET version = version + 1, modified = $3, body = $4
		WHERE key = $1 AND version = $2`, p.Key, p.Version, micros(p.Modified), body)
	if err != nil {
		return fmt.Errorf("update pool: %w", err)
	}
	if rows == 0 {
		return t.missed(ctx, "update pool", `SELECT count(*) FROM pool WHERE key = $1`, p.Key)
	}
	return nil
}

// RemovePool makes the pool unreachable at once.
func (t *Tx) RemovePool(ctx context.Context, key int64, now time.Time) error {
	var id string
	err := t.one(ctx, "remove pool", func(r Row) error { id = r.Text(0); return nil },
		`DELETE FROM pool WHERE key = $1 RETURNING id`, key)
	if err != nil {
		return err
	}
	if err := t.exec(ctx, "remove clients", `DELETE FROM client WHERE pool_key = $1`, key); err != nil {
		return err
	}
	if err := t.exec(ctx, "remove signing keys", `DELETE FROM signing_key WHERE pool_key = $1`, key); err != nil {
		return err
	}
	return t.exec(ctx, "bury pool",
		`INSERT INTO tombstone (pool_key, id, removed) VALUES ($1, $2, $3)`, key, id, micros(now))
}
