package admin

import (
	"context"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Brandings makes, shows, changes and deletes how the pages of version 2 look
// for clients.
type Brandings struct{ o Options }

// BrandingRow is a look as it is stored; its ID is a UUID.
type BrandingRow = setting.Row[pool.Branding]

// Create gives a client a look. Errors: NotFound, BrandingExists for a second
// one, InvalidParameter, LimitExceeded.
func (s *Brandings) Create(ctx context.Context, poolID, clientID string, b pool.Branding) (row BrandingRow, err error) {
	if err := b.Check(); err != nil {
		return row, err
	}
	now, id := s.o.now(), uuid.NewString()
	err = s.o.change(ctx, "create branding", poolID, func(tx store.Tx, p *pool.Pool) error {
		if err := client(ctx, tx, p, clientID); err != nil {
			return err
		}
		row = setting.Brandings.New(p.Key, id, b)
		row.ClientID, row.Created, row.Modified = clientID, now, now
		count, err := row.Add(ctx, tx, clientID)
		if err == nil && count > pool.MaxBrandings {
			return pool.E(pool.LimitExceeded, "The maximum number of managed login branding styles of this user pool has been reached.")
		}
		return taken(again(err), "name", pool.E(pool.BrandingExists, "Managed login branding already exists for client "+clientID+"."))
	})
	return row, err
}

// Get returns the look of an ID, or NotFound.
func (s *Brandings) Get(ctx context.Context, poolID, id string) (row BrandingRow, err error) {
	err = s.o.look(ctx, "get branding", poolID, func(snap store.Snapshot, p *pool.Pool) (err error) {
		row, err = setting.Brandings.Get(ctx, snap, p.Key, id)
		return swap(err, store.ErrNotFound, noBranding(id))
	})
	return row, err
}

// OfClient returns the look that a client was given, or NotFound.
func (s *Brandings) OfClient(ctx context.Context, poolID, clientID string) (row BrandingRow, err error) {
	err = s.o.look(ctx, "get branding", poolID, func(snap store.Snapshot, p *pool.Pool) (err error) {
		if err := client(ctx, snap, p, clientID); err != nil {
			return err
		}
		row, err = setting.Brandings.Named(ctx, snap, p.Key, clientID)
		return swap(err, store.ErrNotFound, pool.E(pool.NotFound, "Managed login branding of client "+clientID+" does not exist."))
	})
	return row, err
}

func noBranding(id string) error {
	return pool.E(pool.NotFound, "Managed login branding "+id+" does not exist.")
}

// Update replaces what is sent of a look: the defaults take the place of all,
// settings or assets that are nil stay. Errors: NotFound, InvalidParameter,
// ConcurrentModification.
func (s *Brandings) Update(ctx context.Context, poolID, id string, b pool.Branding) (row BrandingRow, err error) {
	if err := b.Check(); err != nil {
		return row, err
	}
	now := s.o.now()
	err = s.o.change(ctx, "update branding", poolID, func(tx store.Tx, p *pool.Pool) (err error) {
		if row, err = setting.Brandings.Get(ctx, tx, p.Key, id); err != nil {
			return swap(err, store.ErrNotFound, noBranding(id))
		}
		after := b
		if !b.Defaults && b.Settings == nil {
			after.Settings = row.Value.Settings
		}
		if !b.Defaults && b.Assets == nil {
			after.Assets = row.Value.Assets
		}
		if err := after.Check(); err != nil {
			return err
		}
		row.Value, row.Modified = after, now
		return row.Update(ctx, tx, row.ClientID)
	})
	return row, err
}

// Delete removes a look, or returns NotFound.
func (s *Brandings) Delete(ctx context.Context, poolID, id string) error {
	return s.o.change(ctx, "delete branding", poolID, func(tx store.Tx, p *pool.Pool) error {
		return swap(setting.Brandings.Delete(ctx, tx, p.Key, id), store.ErrNotFound, noBranding(id))
	})
}
