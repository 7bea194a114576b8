package admin

import (
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/job"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Pools makes, shows, lists, changes and deletes user pools.
type Pools struct{ o Options }

// NewPools returns Pools made of o.
func NewPools(o Options) *Pools { return &Pools{o} }

// ARN returns the resource name of a pool, which policies and tags know it by.
func (s *Pools) ARN(p *pool.Pool) string {
	return p.ARN(s.o.Account)
}

// Facts are what there is of a pool beside its settings.
type Facts struct {
	Users   int64 // about; see store.CountUsers
	Domains []pool.Domain
}

// Describe returns a pool, or NotFound.
func (s *Pools) Describe(ctx context.Context, id string) (p *pool.Pool, facts Facts, err error) {
	err = s.o.Store.View(ctx, func(snap store.Snapshot) error {
		if p, err = directory.Pool(ctx, snap, id); err != nil {
			return err
		}
		if facts.Users, err = snap.CountUsers(ctx, p.Key); err != nil {
			return err
		}
		facts.Domains, err = snap.DomainsOf(ctx, p.Key)
		return err
	})
	if err != nil {
		return nil, Facts{}, fmt.Errorf("describe pool: %w", err)
	}
	return p, facts, nil
}

// List returns up to limit pools of all regions in the order of their ids, 60
// if limit is out of range, and the token of the next page or "".
func (s *Pools) List(ctx context.Context, token string, limit int) (pools []*pool.Pool, next string, err error) {
	after, err := s.o.Keyring.OpenPage(token, "pools")
	if err != nil {
		return nil, "", err
	}
	limit = pageSize(limit)
	err = s.o.Store.View(ctx, func(snap store.Snapshot) error {
		pools, err = snap.Pools(ctx, store.Page{After: after, Limit: limit + 1})
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("list pools: %w", err)
	}
	if len(pools) > limit {
		pools = pools[:limit]
		next = s.o.Keyring.SealPage(pools[limit-1].ID, "pools")
	}
	return pools, next, nil
}

// Delete makes a pool unreachable at once and leaves a job that deletes what
// it owned. InvalidParameter while it is protected against deletion or has a
// domain.
func (s *Pools) Delete(ctx context.Context, id string) error {
	now := s.o.now()
	err := s.o.Store.Update(ctx, func(tx store.Tx) error {
		p, err := directory.Pool(ctx, tx, id)
		if err != nil {
			return err
		}
		if p.DeletionProtection {
			return pool.E(pool.InvalidParameter,
				"The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
		}
		// Writing it first makes sure that nobody has protected it since it was
		// read, and that nobody gives it a domain.
		if err := again(tx.UpdatePool(ctx, p)); err != nil {
			return err
		}
		if err := withoutDomain(ctx, tx, p); err != nil {
			return err
		}
		if err := notImporting(ctx, tx, p.Key); err != nil {
			return err
		}
		if err := tx.RemovePool(ctx, p.Key, now); err != nil {
			return err
		}
		return tx.AddJob(ctx, job.PoolDeletion(p.Key, now))
	})
	if err != nil {
		return fmt.Errorf("delete pool: %w", err)
	}
	if s.o.Wake != nil {
		s.o.Wake()
	}
	return nil
}

// maxPage is the most pools or clients that a page has, and what it has unasked.
const maxPage = 60

func pageSize(limit int) int {
	if limit < 1 || limit > maxPage {
		return maxPage
	}
	return limit
}
