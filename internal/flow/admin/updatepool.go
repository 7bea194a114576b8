package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// PoolUpdate is what a caller asks a pool to be from now on. Settings that are
// zero go back to the service's defaults, but for three: the name, MFA, and the
// tags when they are nil, which have operations of their own.
type PoolUpdate struct {
	ID     string
	Legacy pool.LegacyTemplates
	pool.Settings
	Newer []string // as in NewPool
}

// Update replaces the settings of a pool, but for second factors that u leaves
// out. What was fixed when it was made
// stays: its schema and how people are named. Errors: NotFound, those of
// Create for settings, UserImportInProgress, and ConcurrentModification if
// others keep changing the pool.
func (s *Pools) Update(ctx context.Context, u PoolUpdate) error {
	now := s.o.now()
	err := changeRules(ctx, s.o.Store, u.ID, func(p *pool.Pool) error {
		settings, err := complete(u.keepMFA(p), u.Legacy)
		if err != nil {
			return err
		}
		settings.Name = cmp.Or(settings.Name, p.Name)
		if settings.Tags == nil {
			settings.Tags = p.Tags
		}
		p.Settings, p.Modified = settings, now
		if err := p.Check(); err != nil {
			return err
		}
		if err := p.CompleteSecond(); err != nil {
			return err
		}
		return refuse(poolRefusals, poolWish{&settings, u.Newer, s.o.Senders})
	})
	if err != nil {
		return fmt.Errorf("update pool: %w", concurrent(err))
	}
	return nil
}

// keepMFA returns the settings of u, with the second factors of p and what sends
// their text messages where u leaves them out: a caller who does not speak of
// them does not mean to leave people less protected.
func (u PoolUpdate) keepMFA(p *pool.Pool) pool.Settings {
	settings := u.Settings
	if settings.MFA == "" && p.MFA != "OFF" {
		settings.MFA = p.MFA
		if settings.SMS == nil {
			settings.SMS = p.SMS
		}
	}
	return settings
}

// AddAttributes adds custom attributes to the schema of a pool; they can never
// be taken out again. Errors: NotFound, InvalidParameter, UserImportInProgress.
func (s *Pools) AddAttributes(ctx context.Context, id string, wishes []pool.AttributeWish) error {
	now := s.o.now()
	err := changeRules(ctx, s.o.Store, id, func(p *pool.Pool) (err error) {
		p.Modified = now
		p.Schema, err = p.Schema.Add(wishes)
		return err
	})
	if err != nil {
		return fmt.Errorf("add custom attributes: %w", err)
	}
	return nil
}

// changePool writes what do makes of a copy of a pool, or returns NotFound. do
// may be called again with the pool as it is then.
func changePool(ctx context.Context, st store.Store, id string, do func(*pool.Pool) error) error {
	return st.Update(ctx, func(tx store.Tx) error {
		_, err := changeIn(ctx, tx, id, do)
		return err
	})
}

// changeRules is changePool for what users are imported by: it returns
// UserImportInProgress while some are.
func changeRules(ctx context.Context, st store.Store, id string, do func(*pool.Pool) error) error {
	return st.Update(ctx, func(tx store.Tx) error {
		p, err := changeIn(ctx, tx, id, do)
		if err != nil {
			return err
		}
		return notImporting(ctx, tx, p.Key)
	})
}

func changeIn(ctx context.Context, tx store.Tx, id string, do func(*pool.Pool) error) (*pool.Pool, error) {
	known, err := directory.Pool(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	p := *known
	if err := do(&p); err != nil {
		return nil, err
	}
	return &p, again(tx.UpdatePool(ctx, &p))
}

// notImporting returns UserImportInProgress while users are imported into a
// pool, by the rules that it had when that began. The pool's row was written
// before, so that no import starts meanwhile.
func notImporting(ctx context.Context, tx store.Tx, poolKey int64) error {
	_, err := tx.RunningImport(ctx, poolKey)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	return pool.E(pool.UserImportInProgress, "A user import job is in progress in this user pool.")
}

// again makes a conflict of a row that went away after it was read, so that
// the next try says who is missing.
func again(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return store.ErrConflict
	}
	return err
}

// concurrent gives a change that others were faster at every time its words
// for the caller.
func concurrent(err error) error {
	if !errors.Is(err, store.ErrConflict) {
		return err
	}
	return &pool.Error{Kind: pool.ConcurrentModification, Message: "Other requests are modifying the same resource. Please try again.", Err: err}
}
