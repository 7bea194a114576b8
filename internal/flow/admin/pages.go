package admin

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Pages sets and shows how the pages of version 1 look.
type Pages struct{ o Options }

// PageRow is a look as it is stored; its ID is the client's, or pool.AllClients.
type PageRow = setting.Row[pool.PageLook]

// ownClient is the client that a request names, "" where it means all.
func ownClient(id string) string {
	if id == pool.AllClients {
		return ""
	}
	return id
}

// Set replaces the look of the pages for a client, or for all that have none of
// their own. Errors: NotFound, InvalidParameter, also for a pool without a
// domain, ConcurrentModification.
func (s *Pages) Set(ctx context.Context, poolID, clientID string, look pool.PageLook) (row PageRow, err error) {
	if err := look.Check(); err != nil {
		return row, err
	}
	now, clientID := s.o.now(), ownClient(clientID)
	err = s.o.change(ctx, "set page look", poolID, func(tx store.Tx, p *pool.Pool) (err error) {
		if err := client(ctx, tx, p, clientID); err != nil {
			return err
		}
		if err := hasDomain(ctx, tx, p); err != nil {
			return err
		}
		row, err = put(ctx, tx, setting.Pages, p.Key, clientID, look, now)
		return err
	})
	return row, err
}

// Get returns the look that the pages have for a client: its own, or that for
// all; false if neither was set. NotFound for the pool or the client.
func (s *Pages) Get(ctx context.Context, poolID, clientID string) (row PageRow, found bool, err error) {
	clientID = ownClient(clientID)
	err = s.o.look(ctx, "get page look", poolID, func(snap store.Snapshot, p *pool.Pool) (err error) {
		if err := client(ctx, snap, p, clientID); err != nil {
			return err
		}
		row, found, err = got(ctx, snap, setting.Pages, p.Key, clientID)
		if err == nil && !found && clientID != "" {
			row, found, err = got(ctx, snap, setting.Pages, p.Key, "")
		}
		return err
	})
	return row, found, err
}
