package store

import "context"

// EveryPool stands for the key of a pool in a Rate that holds for all which
// have none of their own. No pool has it.
const EveryPool int64 = 0

// Rate is how many requests of a category a pool admits.
type Rate struct {
	PoolKey   int64 // or EveryPool
	Category  string
	PerSecond int64
}

// RateReader finds rates.
type RateReader interface {
	// Rates returns the rates that were set for every pool, and after them
	// those of a pool.
	Rates(ctx context.Context, poolKey int64) ([]Rate, error)
}

// RateWriter changes rates.
type RateWriter interface {
	// SetRate puts r in the place of the rate of that pool and category.
	// ErrNotFound if the pool is gone; it is held until the transaction ends.
	SetRate(ctx context.Context, r Rate) error
}
