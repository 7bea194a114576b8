package admin

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// ResourceServers makes, shows, lists, changes and deletes resource servers.
type ResourceServers struct{ o Options }

// Create makes a resource server under an identifier. Errors: NotFound for the
// pool, InvalidParameter for one that is there already, LimitExceeded.
func (s *ResourceServers) Create(ctx context.Context, poolID, identifier string, r pool.ResourceServer) error {
	if err := r.Check(); err != nil {
		return err
	}
	now := s.o.now()
	return s.o.change(ctx, "create resource server", poolID, func(tx store.Tx, p *pool.Pool) error {
		row := setting.ResourceServers.New(p.Key, identifier, r)
		row.Created, row.Modified = now, now
		count, err := row.Add(ctx, tx)
		if err == nil && count > pool.MaxResourceServers {
			return pool.E(pool.LimitExceeded, "The maximum number of resource servers of this user pool has been reached.")
		}
		return taken(again(err), "setting", pool.E(pool.InvalidParameter, identifier+" already exists in user pool "+poolID+"."))
	})
}

// Get returns a resource server, or NotFound.
func (s *ResourceServers) Get(ctx context.Context, poolID, identifier string) (r pool.ResourceServer, err error) {
	err = s.o.look(ctx, "get resource server", poolID, func(snap store.Snapshot, p *pool.Pool) error {
		row, err := setting.ResourceServers.Get(ctx, snap, p.Key, identifier)
		r = row.Value
		return swap(err, store.ErrNotFound, noResourceServer(identifier))
	})
	return r, err
}

// Update replaces a resource server. Clients that were allowed a scope that is
// gone keep it in their settings. Errors: NotFound, InvalidParameter.
func (s *ResourceServers) Update(ctx context.Context, poolID, identifier string, r pool.ResourceServer) error {
	if err := r.Check(); err != nil {
		return err
	}
	now := s.o.now()
	return s.o.change(ctx, "update resource server", poolID, func(tx store.Tx, p *pool.Pool) error {
		row, err := setting.ResourceServers.Get(ctx, tx, p.Key, identifier)
		if err != nil {
			return swap(err, store.ErrNotFound, noResourceServer(identifier))
		}
		row.Value, row.Modified = r, now
		return row.Update(ctx, tx)
	})
}

// Delete removes a resource server, or returns NotFound.
func (s *ResourceServers) Delete(ctx context.Context, poolID, identifier string) error {
	return s.o.change(ctx, "delete resource server", poolID, func(tx store.Tx, p *pool.Pool) error {
		err := setting.ResourceServers.Delete(ctx, tx, p.Key, identifier)
		return swap(err, store.ErrNotFound, noResourceServer(identifier))
	})
}

func noResourceServer(identifier string) error {
	return pool.E(pool.NotFound, "Resource server "+identifier+" does not exist.")
}

// maxResourceServerPage is the most resource servers that a page has.
const maxResourceServerPage = 50

// List returns a page of a pool's resource servers, whose IDs are their
// identifiers.
func (s *ResourceServers) List(ctx context.Context, poolID, token string, limit int) ([]setting.Row[pool.ResourceServer], string, error) {
	if limit < 1 || limit > maxResourceServerPage {
		limit = maxResourceServerPage
	}
	return list(ctx, &s.o, setting.ResourceServers, poolID, token, limit)
}
