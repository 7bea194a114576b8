package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/postgres"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// A server that takes what it is sent and does not answer holds up nobody for
// longer than a transaction may take, and is used again when it answers.
func TestADatabaseThatHangs(t *testing.T) {
	t.Parallel()
	const longest = 300 * time.Millisecond
	w := newWire(t, storetest.Postgres(t))
	s, err := postgres.Open(t.Context(), w.url, postgres.Patient(postgres.Options{Conns: 4}, longest))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for _, tt := range []struct {
		name string
		call func(context.Context) error
	}{
		{"View", func(ctx context.Context) error {
			return s.View(ctx, func(tx store.Snapshot) error { _, err := tx.Meta(ctx, "a"); return err })
		}},
		{"Update", func(ctx context.Context) error { return s.Update(ctx, set(t, "a")) }},
		{"Ping", func(ctx context.Context) error { return s.Ping(ctx) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := s.Update(t.Context(), set(t, "warm "+tt.name)); err != nil {
				t.Fatal(err)
			}
			over := make(chan struct{})
			w.set(func([]byte) (bool, bool) { <-over; return false, false })
			ctx, cancel := context.WithTimeout(t.Context(), 3*longest) // as an operation has
			defer cancel()
			began := time.Now()
			err := tt.call(ctx)
			if took := time.Since(began); err == nil || errors.Is(err, store.ErrNotFound) || took > 8*longest {
				t.Errorf("got %v after %v, want an error within some %v", err, took, longest)
			}
			close(over)
			w.set(nil)
			if err := s.Update(t.Context(), set(t, "after "+tt.name)); err != nil {
				t.Errorf("the store did not recover: %v", err)
			}
		})
	}
}
