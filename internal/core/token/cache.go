package token

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const (
	cachedPools = 1000            // pools whose keys are kept in memory
	keysFresh   = 5 * time.Minute // a key made elsewhere is published here after so long
	keysRetry   = time.Second     // between two reads for a key that is not there
)

// search gives the keys of a pool to found, the oldest first; if it finds
// nothing in them, once more after reading them again. So a token with a key
// that nobody knows costs at most one read a second and pool.
func (t *Tokens) search(ctx context.Context, p *pool.Pool,
	read func(context.Context, int64) ([]store.SigningKey, error), found func(keys []*key, now time.Time) bool,
) error {
	for _, age := range []time.Duration{keysFresh, keysRetry} {
		now := t.now()
		keys, due := t.cache.get(p.Key, now, age)
		if due {
			rows, err := read(ctx, p.Key)
			if err != nil {
				return fmt.Errorf("read signing keys: %w", err)
			}
			if keys, err = t.parseKeys(rows, keys); err != nil {
				return err
			}
			t.cache.put(p.Key, now, keys)
		}
		if found(keys, now) {
			return nil
		}
	}
	return nil
}

// parseKeys makes keys of rows, taking over those that known has: opening a
// private key costs 110 µs.
func (t *Tokens) parseKeys(rows []store.SigningKey, known []*key) ([]*key, error) {
	byID := make(map[string]*key, len(known))
	for _, k := range known {
		byID[k.id] = k
	}
	keys := make([]*key, 0, len(rows))
	for _, row := range rows {
		k, ok := byID[row.ID]
		if !ok {
			var err error
			if k, err = t.newKey(row); err != nil {
				return nil, err
			}
		} else if !k.starts.Equal(row.Starts) || !k.retires.Equal(row.Retires) {
			moved := *k
			moved.starts, moved.retires = row.Starts, row.Retires
			k = &moved
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// keyCache keeps the keys of the pools that were used last. What it returns is
// not to be changed. It is safe for concurrent use.
type keyCache struct {
	mu   sync.Mutex
	sets recent[int64, *keySet] // by pool
}

type keySet struct {
	keys []*key
	read time.Time // when a read of them began
}

func newKeyCache(limit int) *keyCache { return &keyCache{sets: newRecent[int64, *keySet](limit)} }

// get returns the keys of a pool, and whether the caller is to read them
// again since the last read is age ago or more. Of many callers one is told.
func (c *keyCache) get(poolKey int64, now time.Time, age time.Duration) (keys []*key, due bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	set, ok := c.sets.get(poolKey)
	if !ok {
		return nil, true
	}
	if now.Sub(set.read).Abs() < age {
		return set.keys, false
	}
	set.read = now
	return set.keys, true
}

// put keeps the keys of a pool, and forgets those of the pool that was used
// longest ago when there are too many.
func (c *keyCache) put(poolKey int64, now time.Time, keys []*key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sets.put(poolKey, &keySet{keys, now})
}
