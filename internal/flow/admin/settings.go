package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Settings are the flows over what a pool has beside its clients, users and
// groups.
type Settings struct {
	ResourceServers *ResourceServers
	Domains         *Domains
	Providers       *Providers
	Pages           *Pages
	Brandings       *Brandings
	Terms           *Terms
	Protection      *Protection
	Certificates    *Certificates
	Limits          *Limits
}

// NewSettings returns Settings made of o; Tokens and Wake are not needed.
func NewSettings(o Options) *Settings {
	return &Settings{
		ResourceServers: &ResourceServers{o},
		Domains:         &Domains{o},
		Providers:       &Providers{o},
		Pages:           &Pages{o},
		Brandings:       &Brandings{o},
		Terms:           &Terms{o},
		Protection:      &Protection{o},
		Certificates:    &Certificates{o},
		Limits:          &Limits{o},
	}
}

// change runs do in a transaction with a pool, or returns NotFound.
// ConcurrentModification if others were faster every time.
func (o *Options) change(ctx context.Context, what, poolID string, do func(store.Tx, *pool.Pool) error) error {
	err := o.Store.Update(ctx, func(tx store.Tx) error {
		p, err := directory.Pool(ctx, tx, poolID)
		if err != nil {
			return err
		}
		return do(tx, p)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, concurrent(err))
	}
	return nil
}

// look runs do on a snapshot with a pool, or returns NotFound.
func (o *Options) look(ctx context.Context, what, poolID string, do func(store.Snapshot, *pool.Pool) error) error {
	err := o.Store.View(ctx, func(snap store.Snapshot) error {
		p, err := directory.Pool(ctx, snap, poolID)
		if err != nil {
			return err
		}
		return do(snap, p)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// list returns up to limit settings of a kind in the order of their IDs, and
// the token of the next page or "". Errors: NotFound for the pool,
// InvalidParameter for the token.
func list[T any](ctx context.Context, o *Options, k setting.Kind[T], poolID, token string, limit int) (rows []setting.Row[T], next string, err error) {
	err = o.look(ctx, "list settings", poolID, func(snap store.Snapshot, p *pool.Pool) error {
		after, err := o.Keyring.OpenPage(token, string(k), p.Key)
		if err != nil {
			return err
		}
		rows, err = k.List(ctx, snap, p.Key, store.Page{After: after, Limit: limit + 1})
		if err == nil && len(rows) > limit {
			rows = rows[:limit]
			next = o.Keyring.SealPage(rows[limit-1].ID, string(k), p.Key)
		}
		return err
	})
	return rows, next, err
}

// put writes what a pool, or a client of it unless clientID is "", has one of.
func put[T any](ctx context.Context, tx store.Tx, k setting.Kind[T], poolKey int64, clientID string, value T, now time.Time) (setting.Row[T], error) {
	id := cmp.Or(clientID, pool.AllClients)
	row, err := k.Get(ctx, tx, poolKey, id)
	switch {
	case err == nil:
		row.Value, row.Modified = value, now
		return row, row.Update(ctx, tx)
	case !errors.Is(err, store.ErrNotFound):
		return row, err
	}
	row = k.New(poolKey, id, value)
	row.ClientID, row.Created, row.Modified = clientID, now, now
	_, err = row.Add(ctx, tx)
	return row, swap(again(err), store.ErrExists, store.ErrConflict)
}

// drop removes what a pool, or a client of it unless clientID is "", has of a
// kind, if anything.
func drop[T any](ctx context.Context, tx store.Tx, k setting.Kind[T], poolKey int64, clientID string) error {
	return swap(k.Delete(ctx, tx, poolKey, cmp.Or(clientID, pool.AllClients)), store.ErrNotFound, nil)
}

// got returns what a pool, or a client of it unless clientID is "", has of a
// kind; false for nothing.
func got[T any](ctx context.Context, s store.SettingReader, k setting.Kind[T], poolKey int64, clientID string) (setting.Row[T], bool, error) {
	row, err := k.Get(ctx, s, poolKey, cmp.Or(clientID, pool.AllClients))
	if errors.Is(err, store.ErrNotFound) {
		return row, false, nil
	}
	return row, err == nil, err
}

// client returns NotFound unless p has a client with the given id; "" is fine.
func client(ctx context.Context, s store.Snapshot, p *pool.Pool, id string) error {
	if id == "" {
		return nil
	}
	_, _, err := directory.ClientOf(ctx, s, p.ID, id)
	return err
}

// swap returns other in place of an error that is or wraps old.
func swap(err, old, other error) error {
	if errors.Is(err, old) {
		return other
	}
	return err
}

// taken returns other for an ExistsError of a key.
func taken(err error, key string, other error) error {
	if e, ok := errors.AsType[*store.ExistsError](err); ok && e.Key == key {
		return other
	}
	return err
}
