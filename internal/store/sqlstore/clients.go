package sqlstore

import (
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const clientColumns = `c.key, c.version, c.id, c.pool_key, c.created, c.modified, c.sealed_secret, c.secret_created,
	c.second_secret, c.second_created, c.body`

func (t *Tx) scanClient(r Row) (*pool.Client, error) {
	key, version := r.Int(0), r.Int(1)
	if known, ok := t.cache.clients.get(key, version); ok {
		return known, nil
	}
	c := &pool.Client{
		Key: key, Version: version, ID: r.Text(2), PoolKey: r.Int(3),
		Created: moment(r.Int(4)), Modified: moment(r.Int(5)),
	}
	for column := 6; column < 10; column += 2 {
		if sealed := r.Bytes(column); sealed != nil {
			c.Secrets = append(c.Secrets, pool.ClientSecret{Created: moment(r.Int(column + 1)), Sealed: sealed})
		}
	}
	if err := decode("client", r.Text(10), &c.ClientSettings); err != nil {
		return nil, err
	}
	if t.mode == Reading {
		t.cache.clients.put(key, version, c)
	}
	return c, nil
}

// Client returns a client and its pool by the client's public id.
func (t *Tx) Client(ctx context.Context, id string) (*pool.Client, *pool.Pool, error) {
	var (
		c                      *pool.Client
		p                      *pool.Pool
		knownClient, knownPool bool
	)
	err := t.one(ctx, "read client", func(r Row) error {
		c, knownClient = t.cache.clients.get(r.Int(0), r.Int(1))
		p, knownPool = t.cache.pools.get(r.Int(2), r.Int(3))
		return nil
	}, `SELECT c.key, c.version, p.key, p.version FROM client c JOIN pool p ON p.key = c.pool_key WHERE c.id = $1`, id)
	if err != nil || knownClient && knownPool {
		return c, p, err
	}
	err = t.one(ctx, "read client", func(r Row) (err error) {
		if c, err = t.scanClient(r); err != nil {
			return err
		}
		p, err = t.scanPool(r, 11)
		return err
	}, `SELECT `+clientColumns+`, `+poolColumns+` FROM client c JOIN pool p ON p.key = c.pool_key WHERE c.id = $1`, id)
	return c, p, err
}

// Clients returns a pool's clients in the order of their ids.
func (t *Tx) Clients(ctx context.Context, poolKey int64, p store.Page) ([]*pool.Client, error) {
	return all(ctx, t, "list clients", t.scanClient,
		`SELECT `+clientColumns+` FROM client c WHERE c.pool_key = $1 AND c.id > $2 ORDER BY c.id LIMIT $3`,
		poolKey, p.After, int64(p.Limit))
}

// CountClients returns how many clients a pool has.
func (t *Tx) CountClients(ctx context.Context, poolKey int64) (int64, error) {
	return t.count(ctx, "count clients", `SELECT count(*) FROM client WHERE pool_key = $1`, poolKey)
}

// CreateClient adds c.
func (t *Tx) CreateClient(ctx context.Context, c *pool.Client) error {
	body, err := encode("client", c.ClientSettings)
	if err != nil {
		return err
	}
	first, second := secretsOf(c)
	return t.must(ctx, "create client", &store.ExistsError{Key: "client"},
		`INSERT INTO client (id, pool_key, version, created, modified, sealed_secret, secret_created, second_secret, second_created, body)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`,
		c.ID, c.PoolKey, micros(c.Created), micros(c.Modified), first.Sealed, micros(first.Created), second.Sealed, micros(second.Created), body)
}

// UpdateClient writes all of c but its id, its key and when it was made.
func (t *Tx) UpdateClient(ctx context.Context, c *pool.Client) error {
	body, err := encode("client", c.ClientSettings)
	if err != nil {
		return err
	}
	first, second := secretsOf(c)
	rows, err := t.conn.Exec(ctx, `UPDATE client SET version = version + 1, modified = $5, sealed_secret = $6, secret_created = $7,
			second_secret = $8, second_created = $9, body = $10
		WHERE pool_key = $1 AND id = $2 AND version = $3 AND key = $4`,
		c.PoolKey, c.ID, c.Version, c.Key, micros(c.Modified), first.Sealed, micros(first.Created),
		second.Sealed, micros(second.Created), body)
	if err != nil {
		return fmt.Errorf("update client: %w", err)
	}
	if rows == 0 {
		return t.missed(ctx, "update client", `SELECT count(*) FROM client WHERE pool_key = $1 AND id = $2`, c.PoolKey, c.ID)
	}
	return nil
}

// secretsOf returns the secrets of c as its row has them.
func secretsOf(c *pool.Client) (first, second pool.ClientSecret) {
	var both [pool.MaxClientSecrets]pool.ClientSecret
	copy(both[:], c.Secrets)
	return both[0], both[1]
}

// DeleteClient removes a client of a pool with the settings that go with it.
func (t *Tx) DeleteClient(ctx context.Context, poolKey int64, id string) error {
	err := t.must(ctx, "delete client", store.ErrNotFound,
		`DELETE FROM client WHERE id = $2 AND pool_key = $1`, poolKey, id)
	if err != nil {
		return err
	}
	return t.deleteSettingsOf(ctx, poolKey, id)
}
