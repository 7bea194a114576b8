package admin

import (
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Tags returns the tags of the pool that a resource name stands for.
// InvalidParameter for a name of another shape, NotFound for that of no pool
// here.
func (s *Pools) Tags(ctx context.Context, arn string) (map[string]string, error) {
	var p *pool.Pool
	id, err := pool.IDInARN(arn)
	if err == nil {
		err = s.o.Store.View(ctx, func(snap store.Snapshot) (err error) {
			p, err = directory.Pool(ctx, snap, id)
			return err
		})
	}
	if err == nil {
		err = s.named(p, arn)
	}
	if err != nil {
		return nil, fmt.Errorf("read tags: %w", err)
	}
	return p.Tags, nil
}

// Tag gives the pool of a resource name tags, or other values to those that it
// has. Errors as from Tags, and InvalidParameter for tags that it cannot have.
func (s *Pools) Tag(ctx context.Context, arn string, tags map[string]string) error {
	return s.changeTags(ctx, arn, func(p *pool.Pool) error { return p.Tag(tags) })
}

// Untag takes tags from the pool of a resource name; those that it has not got
// do not matter. Errors as from Tags.
func (s *Pools) Untag(ctx context.Context, arn string, keys []string) error {
	return s.changeTags(ctx, arn, func(p *pool.Pool) error {
		p.Untag(keys)
		return nil
	})
}

// changeTags does not touch when the pool was modified: tags are about the
// pool, not of it.
func (s *Pools) changeTags(ctx context.Context, arn string, do func(*pool.Pool) error) error {
	id, err := pool.IDInARN(arn)
	if err == nil {
		err = changePool(ctx, s.o.Store, id, func(p *pool.Pool) error {
			if err := s.named(p, arn); err != nil {
				return err
			}
			return do(p)
		})
	}
	if err != nil {
		return fmt.Errorf("change tags: %w", err)
	}
	return nil
}

// named returns NotFound unless arn is the whole name of p: a pool of another
// region or account is not here.
func (s *Pools) named(p *pool.Pool, arn string) error {
	if s.ARN(p) != arn {
		return directory.NoPool(p.ID)
	}
	return nil
}
