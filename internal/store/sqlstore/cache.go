package sqlstore

import (
	"sync"

	"github.com/cenote-auth/cenote/internal/pool"
)

// How many decoded rows are remembered: some ten megabytes of each.
const (
	maxPools   = 1000
	maxClients = 5000
)

// Cache remembers decoded rows of pools and clients by their internal key and
// version. It is asked with the key and version that the database just gave,
// so it cannot be out of date.
type Cache struct {
	pools   remembered[*pool.Pool]
	clients remembered[*pool.Client]
}

// NewCache returns an empty cache.
func NewCache() *Cache {
	return &Cache{
		pools:   remembered[*pool.Pool]{max: maxPools, rows: map[int64]entry[*pool.Pool]{}},
		clients: remembered[*pool.Client]{max: maxClients, rows: map[int64]entry[*pool.Client]{}},
	}
}

type entry[T any] struct {
	version int64
	value   T
}

type remembered[T any] struct {
	mu   sync.RWMutex
	max  int
	rows map[int64]entry[T]
}

// get returns the value of a row if it is known at this version.
func (m *remembered[T]) get(key, version int64) (T, bool) {
	m.mu.RLock()
	e, ok := m.rows[key]
	m.mu.RUnlock()
	return e.value, ok && e.version == version
}

// put remembers a value; when there are too many, some other one goes.
func (m *remembered[T]) put(key, version int64, value T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if old, ok := m.rows[key]; ok && old.version > version {
		return
	} else if !ok && len(m.rows) >= m.max {
		for k := range m.rows {
			delete(m.rows, k)
			break
		}
	}
	m.rows[key] = entry[T]{version, value}
}
