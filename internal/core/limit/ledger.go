package limit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

// RateDelay is how long it takes until a rate that another node set is obeyed.
const RateDelay = 5 * time.Second

// How much is remembered. Beyond that something else is forgotten: an id that
// is asked for again, a pool that starts anew.
const (
	maxIDs     = 20_000
	maxLedgers = 2_000
)

// A ledger is what is counted for one pool, and its rates.
type ledger struct {
	pool    int64 // its internal key; 0: of no pool
	buckets [slots]bucket
	set     [len(quotas)]atomic.Int64 // 0: not set
}

// ledgers are those of pools that exist, by their internal keys. The one under
// 0 is for requests that name no pool, or none that exists.
type ledgers struct {
	mu    sync.RWMutex
	byID  map[id]*found
	byKey map[int64]*ledger
}

// An id is the public name of a pool or an app client; "" for none.
type id struct {
	text   string
	client bool
}

// found is whose ledger an id leads to, and when that was read.
type found struct {
	*ledger
	read atomic.Int64
}

func newLedgers() ledgers {
	return ledgers{byID: map[id]*found{}, byKey: map[int64]*ledger{}}
}

// ledgerOf returns the ledger that q is counted in. What is older than
// RateDelay is read again, by one of those who ask at that time.
func (r *Rates) ledgerOf(ctx context.Context, q Request, now int64) (*ledger, error) {
	asked := id{q.PoolID, false}
	if q.PoolID == "" {
		asked = id{q.ClientID, q.ClientID != ""}
	}
	r.mu.RLock()
	f := r.byID[asked]
	r.mu.RUnlock()
	if f != nil {
		read := f.read.Load()
		if now-read < int64(RateDelay) || !f.read.CompareAndSwap(read, now) {
			return f.ledger, nil
		}
	}
	l, err := r.look(ctx, asked, now)
	switch {
	case errors.Is(err, store.ErrNotFound):
		r.forget(asked)
		return r.ledgerOf(ctx, Request{}, now)
	case err != nil && f != nil:
		return f.ledger, nil // the numbers of before, until the database answers
	case err != nil:
		return nil, fmt.Errorf("find rates: %w", err)
	}
	return l, nil
}

// look reads the ledger of an id, or returns store.ErrNotFound.
func (r *Rates) look(ctx context.Context, asked id, now int64) (*ledger, error) {
	if strings.IndexByte(asked.text, 0) >= 0 {
		return nil, store.ErrNotFound // a made-up token says so; PostgreSQL has no such text
	}
	var key int64
	var rates []store.Rate
	err := r.o.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if key, err = asked.key(ctx, snap); err != nil {
			return err
		}
		rates, err = snap.Rates(ctx, key)
		return err
	})
	if err != nil {
		return nil, err
	}
	return r.remember(asked, key, rates, now), nil
}

func (i id) key(ctx context.Context, snap store.Snapshot) (int64, error) {
	if i.text == "" {
		return store.EveryPool, nil
	}
	if i.client {
		_, p, err := snap.Client(ctx, i.text)
		if err != nil {
			return 0, err
		}
		return p.Key, nil
	}
	p, err := snap.Pool(ctx, i.text)
	if err != nil {
		return 0, err
	}
	return p.Key, nil
}

func (s *ledgers) remember(asked id, key int64, rates []store.Rate, now int64) *ledger {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.byKey[key]
	if l == nil {
		makeRoom(s.byKey, maxLedgers)
		l = &ledger{pool: key}
		s.byKey[key] = l
	}
	var set [len(quotas)]int64
	for _, rate := range rates { // those of the pool come last
		if i := quotaIndex(rate.Category); i >= 0 {
			set[i] = rate.PerSecond
		}
	}
	for i := range set {
		l.set[i].Store(set[i])
	}
	if s.byID[asked] == nil {
		makeRoom(s.byID, maxIDs)
	}
	f := &found{ledger: l}
	f.read.Store(now)
	s.byID[asked] = f
	return l
}

// makeRoom forgets something if m is full.
func makeRoom[K comparable, V any](m map[K]V, most int) {
	if len(m) < most {
		return
	}
	for k := range m {
		delete(m, k)
		return
	}
}

func (s *ledgers) forget(asked id) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, asked)
}

// Reread makes rates that were set at this node count from the next request
// on; what was counted stays.
func (s *ledgers) Reread() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.byID)
}
