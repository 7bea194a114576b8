package sqlstore

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const domainColumns = `name, pool_key, custom, version, created, modified, login_version, certificate, security_policy`

func scanDomain(r Row) (pool.Domain, error) {
	return pool.Domain{
		Name: r.Text(0), PoolKey: r.Int(1), Custom: r.Int(2) != 0, Version: r.Int(3), Created: moment(r.Int(4)),
		Modified: moment(r.Int(5)), LoginVersion: int32(r.Int(6)), CertificateARN: r.Text(7), SecurityPolicy: r.Text(8),
	}, nil
}

// Domain returns the domain of a name.
func (t *Tx) Domain(ctx context.Context, name string) (d pool.Domain, err error) {
	err = t.one(ctx, "read domain", func(r Row) (err error) { d, err = scanDomain(r); return err },
		`SELECT `+domainColumns+` FROM domain WHERE name = $1`, name)
	return d, err
}

// DomainsOf returns the domains of a pool.
func (t *Tx) DomainsOf(ctx context.Context, poolKey int64) ([]pool.Domain, error) {
	return all(ctx, t, "read domains of pool", scanDomain,
		`SELECT `+domainColumns+` FROM domain WHERE pool_key = $1 ORDER BY custom`, poolKey)
}

// CountCustomDomains returns how many domains of all pools are custom ones.
func (t *Tx) CountCustomDomains(ctx context.Context) (int64, error) {
	return t.count(ctx, "count custom domains", `SELECT count(*) FROM domain WHERE custom = 1`)
}

// AddDomain adds d.
func (t *Tx) AddDomain(ctx context.Context, d pool.Domain) error {
	if err := t.hold(ctx, d.PoolKey, ""); err != nil {
		return err
	}
	err := t.must(ctx, "add domain", &store.ExistsError{Key: "domain"},
		`INSERT INTO domain (`+domainColumns+`) VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		d.Name, d.PoolKey, flag(d.Custom), micros(d.Created), micros(d.Modified), int64(d.LoginVersion), d.CertificateARN, d.SecurityPolicy)
	if !errors.Is(err, store.ErrExists) {
		return err
	}
	n, countErr := t.count(ctx, "add domain", `SELECT count(*) FROM domain WHERE name = $1`, d.Name)
	if countErr != nil {
		return countErr
	}
	if n == 0 {
		return &store.ExistsError{Key: "pool"}
	}
	return err
}

// UpdateDomain writes all of d but what is fixed.
func (t *Tx) UpdateDomain(ctx context.Context, d pool.Domain) error {
	return t.must(ctx, "update domain", store.ErrConflict,
		`UPDATE domain SET version = version + 1, modified = $4, login_version = $5, certificate = $6, security_policy = $7
		WHERE name = $1 AND pool_key = $2 AND version = $3`,
		d.Name, d.PoolKey, d.Version, micros(d.Modified), int64(d.LoginVersion), d.CertificateARN, d.SecurityPolicy)
}

// DeleteDomain removes a domain of a pool.
func (t *Tx) DeleteDomain(ctx context.Context, poolKey int64, name string) error {
	return t.must(ctx, "delete domain", store.ErrNotFound,
		`DELETE FROM domain WHERE name = $2 AND pool_key = $1`, poolKey, name)
}
