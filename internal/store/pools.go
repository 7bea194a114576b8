package store

import (
	"context"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
)

// PoolReader finds pools.
type PoolReader interface {
	// Pool returns the pool of a public id, or ErrNotFound.
	Pool(ctx context.Context, id string) (*pool.Pool, error)
	// PoolByKey returns the pool of an internal key, or ErrNotFound.
	PoolByKey(ctx context.Context, key int64) (*pool.Pool, error)
	// Pools returns pools in the order of their ids. Page.After is an id.
	Pools(ctx context.Context, p Page) ([]*pool.Pool, error)
	// CountPools returns how many pools there are.
	CountPools(ctx context.Context) (int64, error)
}

// PoolWriter makes, changes and ends pools.
type PoolWriter interface {
	// CreatePool adds p and returns its new internal key, or ErrExists if
	// the id is taken. p.Key and p.Version are not read.
	CreatePool(ctx context.Context, p *pool.Pool) (key int64, err error)
	// UpdatePool writes all of p but its id and when it was made, which are
	// fixed, or returns ErrNotFound. It writes only if the row still has
	// p.Version: otherwise it returns ErrConflict, and Update runs the
	// transaction again. p itself is left as it is, so a second UpdatePool in
	// the same transaction needs the pool read again.
	UpdatePool(ctx context.Context, p *pool.Pool) error
	// RemovePool makes the pool unreachable at once: its row, its clients and
	// its signing keys go, a tombstone with the id and the time comes. What
	// else it owned stays until ClearPool. ErrNotFound if there is none.
	RemovePool(ctx context.Context, key int64, now time.Time) error
	// ClearPool deletes up to limit rows of a removed pool and returns how
	// many it deleted; 0 means that nothing is left. It refuses a pool
	// that was not removed. Jobs of the pool stay.
	ClearPool(ctx context.Context, key int64, limit int) (int, error)
}
