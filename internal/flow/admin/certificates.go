package admin

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const (
	samlSigning = "saml-signing" // the ID of the certificate for SAML requests
	// certificateLife is how long a certificate is good. Source: the service's
	// documentation of GetSigningCertificate.
	certificateLife = 10 * 365 * 24 * time.Hour
)

// Certificates show with which certificates a pool signs.
type Certificates struct{ o Options }

// Signing returns the certificate of the key that signs what a pool asks of
// SAML providers, as X.509 in DER, or NotFound for the pool. The first call
// makes both; of callers at the same time all get the same.
func (s *Certificates) Signing(ctx context.Context, poolID string) ([]byte, error) {
	p, row, err := s.find(ctx, poolID)
	if err != nil || p == nil {
		return row.Value.DER, err
	}
	made, err := s.make(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("make signing certificate: %w", err)
	}
	err = s.o.change(ctx, "keep signing certificate", poolID, func(tx store.Tx, now *pool.Pool) error {
		if now.Key != p.Key { // made again since; what was made here is bound to the other
			return pool.E(pool.ConcurrentModification, "The user pool was made again.")
		}
		_, err := made.Add(ctx, tx)
		return again(err)
	})
	if err != nil && !errors.Is(err, store.ErrExists) {
		return nil, err
	}
	_, row, err = s.find(ctx, poolID)
	return row.Value.DER, err
}

// find returns the certificate of a pool, or the pool if it has none.
func (s *Certificates) find(ctx context.Context, poolID string) (p *pool.Pool, row setting.Row[pool.Certificate], err error) {
	err = s.o.look(ctx, "read signing certificate", poolID, func(snap store.Snapshot, found *pool.Pool) (err error) {
		p = nil
		row, err = setting.Certificates.Get(ctx, snap, found.Key, samlSigning)
		if errors.Is(err, store.ErrNotFound) {
			p, err = found, nil
		}
		return err
	})
	return p, row, err
}

// make returns a new key with its certificate, self-signed: a provider is told
// of it and asks nobody else.
func (s *Certificates) make(ctx context.Context, p *pool.Pool) (row setting.Row[pool.Certificate], err error) {
	key, err := s.o.Keys.Key(ctx)
	if err != nil {
		return row, err
	}
	serial := make([]byte, 16)
	rand.Read(serial) // never fails: crypto/rand ends the program instead
	now := s.o.now()
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial), Subject: pkix.Name{CommonName: p.ID},
		NotBefore: now, NotAfter: now.Add(certificateLife), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return row, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return row, err
	}
	row = setting.Certificates.New(p.Key, samlSigning, pool.Certificate{DER: der, Expires: template.NotAfter})
	row.Created, row.Modified = now, now
	setting.Seal(s.o.Keyring, &row.Setting, secret)
	return row, nil
}
