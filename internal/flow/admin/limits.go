package admin

import (
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Limits shows and changes how many requests a second are admitted.
type Limits struct{ o Options }

// Limit is how many requests a second a category admits, of each pool.
type Limit struct {
	PerSecond int64 // limit.MaxRate where nobody is counted
	Default   int64 // the service's number
}

// The attributes that a limit is named by. Without a pool it is that of all
// pools which have none of their own; that it can be given is our own.
const (
	attributeCategory = "Category"
	attributePool     = "UserPoolId"
)

// Get returns the limit that attributes name. Errors: InvalidParameter for
// what names none, NotFound for the pool.
func (s *Limits) Get(ctx context.Context, attributes map[string]string) (l Limit, err error) {
	q, err := quota(attributes)
	if err != nil {
		return l, err
	}
	err = s.o.Store.View(ctx, func(snap store.Snapshot) error {
		key, err := limited(ctx, snap, attributes)
		if err != nil {
			return err
		}
		rows, err := snap.Rates(ctx, key)
		l = Limit{s.o.Rates.Of(rows, q), q.PerSecond}
		return err
	})
	if err != nil {
		return Limit{}, fmt.Errorf("get limit: %w", err)
	}
	return l, nil
}

// Set changes the limit that attributes name. This node obeys at once, others
// within limit.RateDelay. Errors: as of Get, InvalidParameter for less than 1,
// ServiceQuotaExceeded for more than limit.MaxRate.
func (s *Limits) Set(ctx context.Context, attributes map[string]string, perSecond int64) (Limit, error) {
	q, err := quota(attributes)
	switch {
	case err != nil:
		return Limit{}, err
	case perSecond < 1:
		return Limit{}, pool.E(pool.InvalidParameter, "RequestedLimitValue must be at least 1.")
	case perSecond > limit.MaxRate:
		return Limit{}, pool.E(pool.ServiceQuotaExceeded, fmt.Sprintf("RequestedLimitValue must be at most %d.", limit.MaxRate))
	}
	err = s.o.Store.Update(ctx, func(tx store.Tx) error {
		key, err := limited(ctx, tx, attributes)
		if err != nil {
			return err
		}
		return again(tx.SetRate(ctx, store.Rate{PoolKey: key, Category: q.Name, PerSecond: perSecond}))
	})
	if err != nil {
		return Limit{}, fmt.Errorf("set limit: %w", err)
	}
	s.o.Rates.Reread()
	return Limit{perSecond, q.PerSecond}, nil
}

// quota returns the category that attributes name, or InvalidParameter.
func quota(attributes map[string]string) (limit.Quota, error) {
	for name := range attributes {
		if name != attributeCategory && name != attributePool {
			return limit.Quota{}, pool.E(pool.InvalidParameter, "Invalid attribute of a limit: "+name+".")
		}
	}
	q, known := limit.FindQuota(attributes[attributeCategory])
	if !known {
		return q, pool.E(pool.InvalidParameter, "Invalid category: "+attributes[attributeCategory]+".")
	}
	return q, nil
}

// limited returns the key of the pool that attributes name, or NotFound.
func limited(ctx context.Context, s store.PoolReader, attributes map[string]string) (int64, error) {
	poolID, given := attributes[attributePool]
	if !given {
		return store.EveryPool, nil
	}
	p, err := directory.Pool(ctx, s, poolID)
	if err != nil {
		return 0, err
	}
	return p.Key, nil
}
