package sqlstore

import (
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

func TestCache(t *testing.T) {
	c := NewCache()
	old, recent := &pool.Pool{Version: 1}, &pool.Pool{Version: 2}
	c.pools.put(7, 2, recent)
	c.pools.put(7, 1, old) // read before the change, remembered after it
	if got, ok := c.pools.get(7, 2); !ok || got != recent {
		t.Errorf("get = %v, %v, want the newest version", got, ok)
	}
	for _, key := range []struct{ key, version int64 }{{7, 1}, {7, 3}, {8, 2}} {
		if got, ok := c.pools.get(key.key, key.version); ok {
			t.Errorf("get(%v) = %v, want nothing", key, got)
		}
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := NewCache()
	for key := range int64(maxPools + 100) {
		c.pools.put(key, 1, &pool.Pool{Key: key})
	}
	if n := len(c.pools.rows); n != maxPools {
		t.Errorf("%d pools are remembered, want %d", n, maxPools)
	}
	if _, ok := c.pools.get(maxPools+99, 1); !ok {
		t.Error("the last one is not remembered")
	}
}
