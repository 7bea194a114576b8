package token

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// The times of a rotation, from when its keys are written.
const (
	// JWKSLifetime is for how long anybody may keep a JWKS that was fetched here.
	JWKSLifetime = 5 * time.Minute
	// keysAhead is when the new keys begin to sign: each node has read them by
	// then (keysFresh), what it published before has run out, and clocks may
	// differ by as much again.
	keysAhead = keysFresh + JWKSLifetime + 5*time.Minute
	// keysAfter is for how long the old keys stay published once the new ones
	// sign: what they signed last lives for a day at the most.
	keysAfter = 24*time.Hour + 5*time.Minute
)

// KeyRotation says when the keys of a pool change.
type KeyRotation struct {
	Starts  time.Time // the new keys sign from here on
	Retires time.Time // the old ones are gone from the JWKS
	Running bool      // it had begun before
}

// RotateKeys gives a pool new signing keys, which are published now and sign
// later, and has the old ones retire when nothing that they signed is good any
// more. So tokens verify at any moment against a JWKS that is not older than
// JWKSLifetime. While a rotation has begun and its keys do not sign yet it
// returns that one.
func (t *Tokens) RotateKeys(ctx context.Context, p *pool.Pool) (KeyRotation, error) {
	fresh, err := t.NewSigningKeys(ctx)
	if err != nil {
		return KeyRotation{}, err
	}
	now := t.now()
	r := KeyRotation{Starts: now.Add(keysAhead), Retires: now.Add(keysAhead + keysAfter)}
	for i := range fresh {
		fresh[i].PoolKey, fresh[i].Starts = p.Key, r.Starts
	}
	var found KeyRotation
	err = t.store.Update(ctx, func(tx store.Tx) error {
		old, err := tx.SigningKeys(ctx, p.Key)
		if err != nil {
			return fmt.Errorf("read signing keys: %w", err)
		}
		if starts := newest(old); starts.After(now) {
			found = KeyRotation{Starts: starts, Retires: starts.Add(keysAfter), Running: true}
			return nil
		}
		found = r
		if err := tx.DeleteSigningKeys(ctx, p.Key, now); err != nil {
			return fmt.Errorf("delete signing keys that retired: %w", err)
		}
		return replaceKeys(ctx, tx, old, fresh, r.Retires)
	})
	if err != nil {
		return KeyRotation{}, fmt.Errorf("rotate the keys of pool %s: %w", p.ID, err)
	}
	return found, nil
}

// replaceKeys has the keys retire that are not to retire yet, and adds others.
func replaceKeys(ctx context.Context, tx store.Tx, old, fresh []store.SigningKey, retires time.Time) error {
	for _, k := range old {
		if !k.Retires.IsZero() {
			continue
		}
		if err := tx.RetireSigningKey(ctx, k.PoolKey, k.ID, retires); err != nil {
			return fmt.Errorf("retire signing key %s: %w", k.ID, err)
		}
	}
	for _, k := range fresh {
		if err := tx.AddSigningKey(ctx, k); err != nil {
			return fmt.Errorf("add a signing key: %w", err)
		}
	}
	return nil
}

// newest returns when the latest of keys starts.
func newest(keys []store.SigningKey) (starts time.Time) {
	for _, k := range keys {
		if k.Starts.After(starts) {
			starts = k.Starts
		}
	}
	return starts
}

// poolsAStep is how many pools RotateAged looks at.
const poolsAStep = 20

// RotateAged rotates the keys of the next pools after one with an id whose keys
// have signed for at least age. It returns the id to go on after, or "" at the
// end.
func (t *Tokens) RotateAged(ctx context.Context, after string, age time.Duration) (next string, err error) {
	var due []*pool.Pool
	err = t.store.View(ctx, func(snap store.Snapshot) error {
		pools, err := snap.Pools(ctx, store.Page{After: after, Limit: poolsAStep})
		if err != nil {
			return err
		}
		for _, p := range pools {
			keys, err := snap.SigningKeys(ctx, p.Key)
			if err != nil {
				return err
			}
			if t.now().Sub(newest(keys)) >= age {
				due = append(due, p)
			}
		}
		if len(pools) == poolsAStep {
			next = pools[len(pools)-1].ID
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("look for keys that are old: %w", err)
	}
	for _, p := range due {
		if _, err := t.RotateKeys(ctx, p); err != nil && !errors.Is(err, store.ErrNotFound) {
			return "", err
		}
	}
	return next, nil
}
