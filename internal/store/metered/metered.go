package metered

import (
	"context"
	"errors"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Outcome is how a transaction ended.
type Outcome string

// The outcomes.
const (
	Done     Outcome = "done"
	Refused  Outcome = "refused"  // by a rule: its function gave an error that callers may see
	Conflict Outcome = "conflict" // given up, as others kept winning
	Unknown  Outcome = "unknown"  // the answer to the commit did not come
	Ended    Outcome = "ended"    // its context did, before it could
	Failed   Outcome = "failed"
)

// Transaction is one call of View or Update that has ended.
type Transaction struct {
	Update  bool
	Outcome Outcome
	Runs    int           // of its function; 0 if it never came to it
	Took    time.Duration // with the time that it waited for others
}

// Store is a store whose transactions are observed.
type Store struct {
	store.Store
	observe func(Transaction)
}

// New returns st, observed. observe is called when a transaction has ended, on
// the goroutine of its caller, and must not wait. One whose function panics is
// not observed.
func New(st store.Store, observe func(Transaction)) *Store { return &Store{st, observe} }

// View runs fn in the store's View.
func (s *Store) View(ctx context.Context, fn func(store.Snapshot) error) error {
	began, runs := time.Now(), 0
	err := s.Store.View(ctx, func(snap store.Snapshot) error {
		runs++
		return fn(snap)
	})
	s.observe(Transaction{false, outcome(err), runs, time.Since(began)})
	return err
}

// Update runs fn in the store's Update.
func (s *Store) Update(ctx context.Context, fn func(store.Tx) error) error {
	began, runs := time.Now(), 0
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		runs++
		return fn(tx)
	})
	s.observe(Transaction{true, outcome(err), runs, time.Since(began)})
	return err
}

func outcome(err error) Outcome {
	if err == nil {
		return Done
	}
	if _, ok := errors.AsType[*pool.Error](err); ok || errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrExists) {
		return Refused
	}
	switch {
	case errors.Is(err, store.ErrUnknown):
		return Unknown
	case errors.Is(err, store.ErrConflict):
		return Conflict
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Ended
	}
	return Failed
}
