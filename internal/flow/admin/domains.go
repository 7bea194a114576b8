package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Domains gives pools the domains that their pages are on, shows, changes and
// deletes them.
type Domains struct{ o Options }

// DomainWish is what a caller asks of a domain.
type DomainWish struct {
	PoolID         string
	Name           string // a prefix, or a host name
	Custom         bool   // CustomDomainConfig was sent
	LoginVersion   int32  // 0: not said
	CertificateARN string
	SecurityPolicy string
	Routing        bool // unbuilt.go refuses it
}

// Create gives a pool a domain that is active at once. Errors: NotFound for the
// pool, InvalidParameter for a name that is taken or cannot be had and for a
// second domain of a sort, FeatureUnavailableInTier, LimitExceeded, NotBuilt.
func (s *Domains) Create(ctx context.Context, w DomainWish) (pool.Domain, error) {
	if err := refuse(domainRefusals, &w); err != nil {
		return pool.Domain{}, err
	}
	now := s.o.now()
	d := pool.Domain{
		Name: w.Name, Custom: w.Custom, Version: 1, Created: now, Modified: now,
		LoginVersion: cmp.Or(w.LoginVersion, 1), CertificateARN: w.CertificateARN, SecurityPolicy: w.SecurityPolicy,
	}
	err := s.o.change(ctx, "create domain", w.PoolID, func(tx store.Tx, p *pool.Pool) error {
		d.PoolKey = p.Key
		if err := d.Check(p); err != nil {
			return err
		}
		err := again(tx.AddDomain(ctx, d))
		err = taken(err, "domain", pool.E(pool.InvalidParameter, "Domain already associated with another user pool."))
		err = taken(err, "pool", pool.E(pool.InvalidParameter, "User pool already has a domain configured."))
		if err != nil || !d.Custom {
			return err
		}
		count, err := tx.CountCustomDomains(ctx)
		if err == nil && count > pool.MaxCustomDomains {
			return pool.E(pool.LimitExceeded, "The maximum number of custom domains has been reached.")
		}
		return err
	})
	return d, err
}

// Describe returns the domain of a name with the pool that has it, or false.
func (s *Domains) Describe(ctx context.Context, name string) (d pool.Domain, p *pool.Pool, found bool, err error) {
	err = s.o.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if d, err = snap.Domain(ctx, name); err != nil {
			return err
		}
		p, err = snap.PoolByKey(ctx, d.PoolKey)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return pool.Domain{}, nil, false, nil
	case err != nil:
		return pool.Domain{}, nil, false, fmt.Errorf("describe domain: %w", err)
	}
	return d, p, true, nil
}

// Update changes what is sent of a domain. Errors: as of Create, and
// InvalidParameter if the pool has no such domain.
func (s *Domains) Update(ctx context.Context, w DomainWish) (d pool.Domain, err error) {
	if err := refuse(domainRefusals, &w); err != nil {
		return pool.Domain{}, err
	}
	now := s.o.now()
	err = s.o.change(ctx, "update domain", w.PoolID, func(tx store.Tx, p *pool.Pool) (err error) {
		d, err = tx.Domain(ctx, w.Name)
		if err == nil && d.PoolKey != p.Key {
			err = store.ErrNotFound
		}
		if err != nil {
			return swap(err, store.ErrNotFound, errNoDomain)
		}
		if w.Custom && !d.Custom {
			return pool.E(pool.InvalidParameter, "CustomDomainConfig cannot be given to a prefix domain.")
		}
		if w.Custom {
			d.CertificateARN, d.SecurityPolicy = w.CertificateARN, w.SecurityPolicy
		}
		d.LoginVersion, d.Modified = cmp.Or(w.LoginVersion, d.LoginVersion), now
		if err := d.Check(p); err != nil {
			return err
		}
		return tx.UpdateDomain(ctx, d)
	})
	return d, err
}

// Delete takes a domain from a pool; its name is free at once. Errors: NotFound
// for the pool, InvalidParameter if it has no such domain.
func (s *Domains) Delete(ctx context.Context, poolID, name string) error {
	return s.o.change(ctx, "delete domain", poolID, func(tx store.Tx, p *pool.Pool) error {
		return swap(tx.DeleteDomain(ctx, p.Key, name), store.ErrNotFound, errNoDomain)
	})
}

var errNoDomain = pool.E(pool.InvalidParameter, "No such domain or user pool exists.")

// Target returns where the name of a custom domain has to lead: the host of
// this server.
func (s *Domains) Target() string { return s.o.Host }

// AccountID returns the account that all pools are of.
func (s *Domains) AccountID() string { return s.o.Account }

// hasDomain returns InvalidParameter unless pages of p are anywhere.
func hasDomain(ctx context.Context, s store.DomainReader, p *pool.Pool) error {
	domains, err := s.DomainsOf(ctx, p.Key)
	if err == nil && len(domains) == 0 {
		return pool.E(pool.InvalidParameter, "There has to be an existing domain associated with this user pool")
	}
	return err
}

// withoutDomain returns InvalidParameter for a pool with a domain.
func withoutDomain(ctx context.Context, s store.DomainReader, p *pool.Pool) error {
	domains, err := s.DomainsOf(ctx, p.Key)
	if err == nil && len(domains) > 0 {
		return pool.E(pool.InvalidParameter, "User pool cannot be deleted. It has a domain configured that should be deleted first.")
	}
	return err
}
