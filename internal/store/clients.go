package store

import (
	"context"

	"github.com/cenote-auth/cenote/internal/pool"
)

// ClientReader finds app clients.
type ClientReader interface {
	// Client returns a client and its pool by the client's public id, or
	// ErrNotFound. It is one indexed read when neither has changed since the
	// last time: unchanged rows are not decoded again.
	Client(ctx context.Context, id string) (*pool.Client, *pool.Pool, error)
	// Clients returns a pool's clients in the order of their ids.
	Clients(ctx context.Context, poolKey int64, p Page) ([]*pool.Client, error)
	// CountClients returns how many clients a pool has.
	CountClients(ctx context.Context, poolKey int64) (int64, error)
}

// ClientWriter makes, changes and ends app clients.
type ClientWriter interface {
	// CreateClient adds c, or returns ErrExists if the id is taken in any pool.
	// c.Key and c.Version are not read.
	CreateClient(ctx context.Context, c *pool.Client) error
	// UpdateClient writes all of c but its id, its key and when it was made, as
	// UpdatePool writes a pool. A client that took the id of c after c was
	// deleted is another one: ErrConflict.
	UpdateClient(ctx context.Context, c *pool.Client) error
	// DeleteClient removes a client of a pool with the settings that go with
	// it, or returns ErrNotFound.
	DeleteClient(ctx context.Context, poolKey int64, id string) error
}
