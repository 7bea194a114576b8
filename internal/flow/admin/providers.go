package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Providers makes, shows, lists, changes and deletes identity providers, and
// ties users to identities there.
type Providers struct{ o Options }

// ProviderRow is an identity provider as it is stored; its ID is its name.
type ProviderRow = setting.Row[pool.IdentityProvider]

// NewProvider is what a caller asks of a new identity provider.
type NewProvider struct {
	PoolID string
	Name   string
	pool.IdentityProvider
	AcrMapping bool // unbuilt.go refuses it
}

// Create makes an identity provider and returns it with its details. Errors:
// NotFound for the pool, DuplicateProvider for a name that is taken,
// InvalidParameter, LimitExceeded, NotBuilt.
func (s *Providers) Create(ctx context.Context, n NewProvider) (row ProviderRow, err error) {
	if err := refuse(providerRefusals, n.AcrMapping); err != nil {
		return row, err
	}
	n.Complete()
	now := s.o.now()
	err = s.o.change(ctx, "create identity provider", n.PoolID, func(tx store.Tx, p *pool.Pool) error {
		if err := n.Check(n.Name, p.Schema); err != nil {
			return err
		}
		row = setting.Providers.New(p.Key, n.Name, n.IdentityProvider)
		row.Created, row.Modified = now, now
		if err := s.seal(&row); err != nil {
			return err
		}
		count, err := row.Add(ctx, tx, n.Identifiers...)
		if err == nil && count > pool.MaxProviders {
			return pool.E(pool.LimitExceeded, "The maximum number of identity providers of this user pool has been reached.")
		}
		err = taken(again(err), "name", errIdentifier)
		return taken(err, "setting", pool.E(pool.DuplicateProvider, "A provider with the name "+n.Name+" already exists in the User Pool."))
	})
	return row, err
}

var errIdentifier = pool.E(pool.InvalidParameter, "An identifier is already used by another identity provider of the user pool.")

// seal puts the details of a provider where the row keeps secrets.
func (s *Providers) seal(row *ProviderRow) error {
	details, err := json.Marshal(row.Value.Details)
	if err != nil {
		return fmt.Errorf("encode provider details: %w", err)
	}
	setting.Seal(s.o.Keyring, &row.Setting, details)
	return nil
}

// open gives a row from the store its details.
func (s *Providers) open(row *ProviderRow) error {
	details, err := setting.Open(s.o.Keyring, row.Setting)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(details, &row.Value.Details); err != nil {
		return errors.New("decode provider details") // what went wrong may quote them
	}
	return nil
}

// Get returns an identity provider with its details, or NotFound.
func (s *Providers) Get(ctx context.Context, poolID, name string) (row ProviderRow, err error) {
	err = s.o.look(ctx, "get identity provider", poolID, func(snap store.Snapshot, p *pool.Pool) (err error) {
		if row, err = setting.Providers.Get(ctx, snap, p.Key, name); err != nil {
			return swap(err, store.ErrNotFound, noProvider(name))
		}
		return s.open(&row)
	})
	return row, err
}

// ByIdentifier returns the identity provider that an identifier asks for, or
// NotFound.
func (s *Providers) ByIdentifier(ctx context.Context, poolID, identifier string) (row ProviderRow, err error) {
	err = s.o.look(ctx, "get identity provider", poolID, func(snap store.Snapshot, p *pool.Pool) (err error) {
		if row, err = setting.Providers.Named(ctx, snap, p.Key, identifier); err != nil {
			return swap(err, store.ErrNotFound, pool.E(pool.NotFound, "Identity provider with the identifier "+identifier+" does not exist."))
		}
		return s.open(&row)
	})
	return row, err
}

func noProvider(name string) error {
	return pool.E(pool.NotFound, "Identity provider "+name+" does not exist.")
}

// ProviderUpdate is what a caller asks a provider to be from now on; what is
// nil stays as it is.
type ProviderUpdate struct {
	PoolID      string
	Name        string
	Details     map[string]string
	Mapping     map[string]string
	Identifiers []string
	AcrMapping  bool // unbuilt.go refuses it
}

// Update changes an identity provider. Errors: NotFound, InvalidParameter,
// ConcurrentModification, NotBuilt.
func (s *Providers) Update(ctx context.Context, u ProviderUpdate) (row ProviderRow, err error) {
	if err := refuse(providerRefusals, u.AcrMapping); err != nil {
		return row, err
	}
	now := s.o.now()
	err = s.o.change(ctx, "update identity provider", u.PoolID, func(tx store.Tx, p *pool.Pool) (err error) {
		if row, err = setting.Providers.Get(ctx, tx, p.Key, u.Name); err != nil {
			return swap(err, store.ErrNotFound, noProvider(u.Name))
		}
		if err := s.open(&row); err != nil {
			return err
		}
		row.Modified = now
		if u.Details != nil {
			row.Value.Details = u.Details
		}
		if u.Mapping != nil {
			row.Value.Mapping = u.Mapping
			row.Value.Complete()
		}
		if u.Identifiers != nil {
			row.Value.Identifiers = u.Identifiers
		}
		if err := row.Value.Check(u.Name, p.Schema); err != nil {
			return err
		}
		if err := s.seal(&row); err != nil {
			return err
		}
		return taken(row.Update(ctx, tx, row.Value.Identifiers...), "name", errIdentifier)
	})
	return row, err
}

// Delete removes an identity provider, or returns NotFound. App clients that
// name it and users who are linked to identities there stay as they are.
func (s *Providers) Delete(ctx context.Context, poolID, name string) error {
	return s.o.change(ctx, "delete identity provider", poolID, func(tx store.Tx, p *pool.Pool) error {
		return swap(setting.Providers.Delete(ctx, tx, p.Key, name), store.ErrNotFound, noProvider(name))
	})
}

// maxProviderPage is the most identity providers that a page has. Source:
// ProvidersListType in model/, whatever a caller may ask for.
const maxProviderPage = 50

// List returns a page of a pool's identity providers without their details.
func (s *Providers) List(ctx context.Context, poolID, token string, limit int) ([]ProviderRow, string, error) {
	if limit < 1 || limit > maxProviderPage {
		limit = maxProviderPage
	}
	return list(ctx, &s.o, setting.Providers, poolID, token, limit)
}
