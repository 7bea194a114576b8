package server

import (
	"context"
	"time"

	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// The job that rotates signing keys which are old, and the time between two
// looks for such.
const (
	kindRotateKeys  = "rotate-signing-keys"
	rotateKeysPause = time.Hour
)

// rotateAged is the step of that job. Its state is the id of the last pool that
// was looked at.
func rotateAged(tokens *token.Tokens, age time.Duration) func(context.Context, store.Job) ([]byte, bool, error) {
	return func(ctx context.Context, j store.Job) ([]byte, bool, error) {
		next, err := tokens.RotateAged(ctx, string(j.State), age)
		return []byte(next), next == "", err
	}
}

// SigningKeys are the keys that sign the tokens of a database's pools, for
// operators.
type SigningKeys struct {
	store  store.Store
	tokens *token.Tokens
}

// KeyRotation says when the keys of a pool change.
type KeyRotation struct {
	PoolID string
	token.KeyRotation
}

// OpenSigningKeys opens the database of cenote serve that c names, and makes
// none. Of c it reads how to find it, and the master key. A running server on
// SQLite has its database to itself, one on PostgreSQL has not.
func OpenSigningKeys(ctx context.Context, c Config) (*SigningKeys, error) {
	if err := wantDatabase(c); err != nil {
		return nil, err
	}
	now := clock.New()
	st, keys, err := openServed(ctx, c, now, "stop it for as long, or let it rotate keys itself by --signing-key-age")
	if err != nil {
		return nil, err
	}
	return &SigningKeys{st, token.New(token.Options{
		Store: st, Keyring: keys, Now: now.Now, Keys: token.NewStock(0),
		Issuer: func(*pool.Pool) string { return "" }, // nothing is issued
	})}, nil
}

// Rotate begins to exchange the keys of a pool, or of all if poolID is "", and
// calls done for each.
func (k *SigningKeys) Rotate(ctx context.Context, poolID string, done func(KeyRotation) error) error {
	if poolID == "" {
		return k.rotateAll(ctx, done)
	}
	var p *pool.Pool
	err := k.store.View(ctx, func(snap store.Snapshot) (err error) {
		p, err = directory.Pool(ctx, snap, poolID)
		return err
	})
	if err != nil {
		return err
	}
	return k.rotate(ctx, p, done)
}

// poolsAPage is how many pools are read at a time.
const poolsAPage = 100

func (k *SigningKeys) rotateAll(ctx context.Context, done func(KeyRotation) error) error {
	for after, more := "", true; more; {
		var pools []*pool.Pool
		err := k.store.View(ctx, func(snap store.Snapshot) (err error) {
			pools, err = snap.Pools(ctx, store.Page{After: after, Limit: poolsAPage})
			return err
		})
		if err != nil {
			return err
		}
		for _, p := range pools {
			if err := k.rotate(ctx, p, done); err != nil {
				return err
			}
			after = p.ID
		}
		more = len(pools) == poolsAPage
	}
	return nil
}

func (k *SigningKeys) rotate(ctx context.Context, p *pool.Pool, done func(KeyRotation) error) error {
	r, err := k.tokens.RotateKeys(ctx, p)
	if err != nil {
		return err
	}
	return done(KeyRotation{p.ID, r})
}

// Close closes the database.
func (k *SigningKeys) Close() error { return k.store.Close() }
