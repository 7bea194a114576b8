package token

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// NewSigningKeys returns the two keys of a new pool, one for each kind of JWT,
// which sign from now on. Their PoolKey is for the caller to set.
func (t *Tokens) NewSigningKeys(ctx context.Context) ([]store.SigningKey, error) {
	now := t.now()
	var rows []store.SigningKey
	for _, use := range []string{useID, useAccess} {
		private, err := t.source.Key(ctx)
		if err != nil {
			return nil, fmt.Errorf("make a signing key: %w", err)
		}
		secret, err := x509.MarshalPKCS8PrivateKey(private)
		if err != nil {
			return nil, fmt.Errorf("encode a signing key: %w", err)
		}
		public, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
		if err != nil {
			return nil, fmt.Errorf("encode a signing key: %w", err)
		}
		id := t.newKeyID()
		rows = append(rows, store.SigningKey{
			ID: id, Use: use, Sealed: t.keyring.Seal(keyring.SigningKey, secret, id, use, public), Public: public, Created: now, Starts: now,
		})
	}
	return rows, nil
}

// newKeyID returns a kid in the service's shape: 44 characters of base64.
func (t *Tokens) newKeyID() string {
	b := make([]byte, 32)
	t.random(b)
	return base64.StdEncoding.EncodeToString(b)
}

// key is a signing key ready for use.
type key struct {
	id, use         string
	header          string // the first part of each token that it signs, and of no other
	public          *rsa.PublicKey
	private         func() (*rsa.PrivateKey, error) // opened and parsed at the first call
	starts, retires time.Time
}

// newKey makes a key of a row that we wrote: the seal over the private half
// covers the public one, so that who can write the database alone can make no
// key that verifies.
func (t *Tokens) newKey(row store.SigningKey) (*key, error) {
	if _, err := t.openSecret(row); err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKIXPublicKey(row.Public)
	if err != nil {
		return nil, fmt.Errorf("parse public key %s: %w", row.ID, err)
	}
	public, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("public key %s is a %T", row.ID, parsed)
	}
	header, err := json.Marshal(struct {
		ID        string `json:"kid"`
		Algorithm string `json:"alg"`
	}{row.ID, "RS256"})
	if err != nil {
		return nil, fmt.Errorf("header for key %s: %w", row.ID, err)
	}
	return &key{
		id: row.ID, use: row.Use, header: base64.RawURLEncoding.EncodeToString(header), public: public,
		private: sync.OnceValues(func() (*rsa.PrivateKey, error) { return t.openPrivate(row) }),
		starts:  row.Starts, retires: row.Retires,
	}, nil
}

// openSecret returns the private half of a row, as PKCS #8.
func (t *Tokens) openSecret(row store.SigningKey) ([]byte, error) {
	secret, err := t.keyring.Open(keyring.SigningKey, row.Sealed, row.ID, row.Use, row.Public)
	if err != nil {
		return nil, fmt.Errorf("open signing key %s: %w", row.ID, err)
	}
	return secret, nil
}

func (t *Tokens) openPrivate(row store.SigningKey) (*rsa.PrivateKey, error) {
	secret, err := t.openSecret(row)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(secret)
	if err != nil {
		return nil, fmt.Errorf("parse signing key %s", row.ID) // the cause could repeat what it read
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("signing key %s is a %T", row.ID, parsed)
	}
	return private, nil
}

// published reports whether a key stands in the JWKS: until it retires, and
// also before it signs, so that it is known when it does.
func (k *key) published(now time.Time) bool { return k.retires.IsZero() || now.Before(k.retires) }

// signer returns the key that signs for a use: of those that have started the
// latest. If none has, as when clocks differ, it is the first that will.
func (t *Tokens) signer(ctx context.Context, p *pool.Pool, use string) (*key, error) {
	var found *key
	err := t.search(ctx, p, t.readKeys, func(keys []*key, now time.Time) bool {
		for _, k := range keys {
			if k.use != use || !k.published(now) {
				continue
			}
			started, foundStarted := !k.starts.After(now), found != nil && !found.starts.After(now)
			if found == nil || started && (!foundStarted || k.starts.After(found.starts)) ||
				!started && !foundStarted && k.starts.Before(found.starts) {
				found = k
			}
		}
		return found != nil
	})
	if err == nil && found == nil {
		err = fmt.Errorf("pool %s has no key for %s tokens", p.ID, use)
	}
	return found, err
}

// verifier returns the key whose tokens of a use open with header, or nil.
func (t *Tokens) verifier(ctx context.Context, snap store.Snapshot, p *pool.Pool, use, header string) (*key, error) {
	var found *key
	err := t.search(ctx, p, snap.SigningKeys, func(keys []*key, now time.Time) bool {
		for _, k := range keys {
			if k.use == use && k.header == header && k.published(now) {
				found = k
			}
		}
		return found != nil
	})
	return found, err
}

// readKeys reads the rows of a pool's keys.
func (t *Tokens) readKeys(ctx context.Context, poolKey int64) (rows []store.SigningKey, err error) {
	err = t.store.View(ctx, func(snap store.Snapshot) error {
		rows, err = snap.SigningKeys(ctx, poolKey)
		return err
	})
	return rows, err
}
