package admin

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Terms makes, shows, lists, changes and deletes what people agree to who sign
// up by a client.
type Terms struct{ o Options }

// TermsRow are terms as they are stored; their ID is a UUID.
type TermsRow = setting.Row[pool.Terms]

// Create gives a client terms. Errors: NotFound, TermsExist where it has some
// of that name, InvalidParameter, LimitExceeded.
func (s *Terms) Create(ctx context.Context, poolID, clientID string, terms pool.Terms) (row TermsRow, err error) {
	if err := terms.Check(); err != nil {
		return row, err
	}
	now, id := s.o.now(), uuid.NewString()
	err = s.o.change(ctx, "create terms", poolID, func(tx store.Tx, p *pool.Pool) error {
		if err := client(ctx, tx, p, clientID); err != nil {
			return err
		}
		row = setting.Terms.New(p.Key, id, terms)
		row.ClientID, row.Created, row.Modified = clientID, now, now
		count, err := row.Add(ctx, tx, pool.TermsKey(clientID, terms.Name))
		if err == nil && count > pool.MaxTerms {
			return pool.E(pool.LimitExceeded, "The maximum number of terms of this user pool has been reached.")
		}
		return taken(again(err), "name", termsExist(clientID, terms.Name))
	})
	return row, err
}

func termsExist(clientID, name string) error {
	return pool.E(pool.TermsExist, "Terms "+name+" already exist for client "+clientID+".")
}

func noTerms(id string) error { return pool.E(pool.NotFound, "Terms "+id+" do not exist.") }

// Get returns the terms of an ID, or NotFound.
func (s *Terms) Get(ctx context.Context, poolID, id string) (row TermsRow, err error) {
	err = s.o.look(ctx, "get terms", poolID, func(snap store.Snapshot, p *pool.Pool) (err error) {
		row, err = setting.Terms.Get(ctx, snap, p.Key, id)
		return swap(err, store.ErrNotFound, noTerms(id))
	})
	return row, err
}

// OfClient returns the terms of a name that a client was given, or NotFound.
func (s *Terms) OfClient(ctx context.Context, poolID, clientID, name string) (row TermsRow, err error) {
	err = s.o.look(ctx, "get terms", poolID, func(snap store.Snapshot, p *pool.Pool) (err error) {
		if err := client(ctx, snap, p, clientID); err != nil {
			return err
		}
		row, err = setting.Terms.Named(ctx, snap, p.Key, pool.TermsKey(clientID, name))
		return swap(err, store.ErrNotFound, noTerms(name))
	})
	return row, err
}

// Update changes what is not zero of terms. Errors: NotFound, TermsExist where
// the client has others of the new name, InvalidParameter,
// ConcurrentModification.
func (s *Terms) Update(ctx context.Context, poolID, id string, terms pool.Terms) (row TermsRow, err error) {
	now := s.o.now()
	err = s.o.change(ctx, "update terms", poolID, func(tx store.Tx, p *pool.Pool) (err error) {
		if row, err = setting.Terms.Get(ctx, tx, p.Key, id); err != nil {
			return swap(err, store.ErrNotFound, noTerms(id))
		}
		known := row.Value
		row.Value, row.Modified = terms, now
		row.Value.Name = cmp.Or(terms.Name, known.Name)
		row.Value.Source = cmp.Or(terms.Source, known.Source)
		row.Value.Enforcement = cmp.Or(terms.Enforcement, known.Enforcement)
		if terms.Links == nil {
			row.Value.Links = known.Links
		}
		if err := row.Value.Check(); err != nil {
			return err
		}
		err = row.Update(ctx, tx, pool.TermsKey(row.ClientID, row.Value.Name))
		return taken(err, "name", termsExist(row.ClientID, row.Value.Name))
	})
	return row, err
}

// Delete removes terms, or returns NotFound.
func (s *Terms) Delete(ctx context.Context, poolID, id string) error {
	return s.o.change(ctx, "delete terms", poolID, func(tx store.Tx, p *pool.Pool) error {
		return swap(setting.Terms.Delete(ctx, tx, p.Key, id), store.ErrNotFound, noTerms(id))
	})
}

// List returns a page of a pool's terms in the order of their IDs.
func (s *Terms) List(ctx context.Context, poolID, token string, limit int) ([]TermsRow, string, error) {
	return list(ctx, &s.o, setting.Terms, poolID, token, pageSize(limit))
}
