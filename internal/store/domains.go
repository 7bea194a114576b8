package store

import (
	"context"

	"github.com/cenote-auth/cenote/internal/pool"
)

// DomainReader finds the domains of pools.
type DomainReader interface {
	// Domain returns the domain of a name, whichever pool it is of, or
	// ErrNotFound.
	Domain(ctx context.Context, name string) (pool.Domain, error)
	// DomainsOf returns the domains of a pool, two at most, that with a prefix
	// before the custom one.
	DomainsOf(ctx context.Context, poolKey int64) ([]pool.Domain, error)
	// CountCustomDomains returns how many domains of all pools are custom ones.
	CountCustomDomains(ctx context.Context) (int64, error)
}

// DomainWriter changes the domains of pools.
type DomainWriter interface {
	// AddDomain adds d. *ExistsError with the key domain if any pool has one of
	// that name, else with the key pool if its pool has one of that sort; ErrNotFound
	// if the pool is gone, whose row is held until the transaction ends.
	AddDomain(ctx context.Context, d pool.Domain) error
	// UpdateDomain writes all of d but its name, its pool, its sort and when it
	// was made, as UpdateSetting writes a setting.
	UpdateDomain(ctx context.Context, d pool.Domain) error
	// DeleteDomain removes a domain of a pool, or returns ErrNotFound.
	DeleteDomain(ctx context.Context, poolKey int64, name string) error
}
