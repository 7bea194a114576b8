package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// noon is the time at which the tests play, with microseconds to keep.
var noon = time.Date(2030, 1, 2, 12, 0, 0, 345678000, time.UTC)

// update runs fn in an Update that has to succeed.
func update(t *testing.T, s store.Store, fn func(context.Context, store.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), func(tx store.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatalf("Update: %v", err)
	}
}

// refused runs fn in an Update that has to fail with want.
func refused(t *testing.T, s store.Store, want error, fn func(context.Context, store.Tx) error) {
	t.Helper()
	err := s.Update(t.Context(), func(tx store.Tx) error { return fn(t.Context(), tx) })
	if !errors.Is(err, want) {
		t.Errorf("Update = %v, want %v", err, want)
	}
}

// taken runs fn in an Update that has to fail because key is taken.
func taken(t *testing.T, s store.Store, key string, fn func(context.Context, store.Tx) error) {
	t.Helper()
	err := s.Update(t.Context(), func(tx store.Tx) error { return fn(t.Context(), tx) })
	e, ok := errors.AsType[*store.ExistsError](err)
	if !ok || !errors.Is(err, store.ErrExists) || e.Key != key {
		t.Errorf("Update = %v, want that %s exists", err, key)
	}
}

// view runs fn in a View that has to succeed.
func view(t *testing.T, s store.Store, fn func(context.Context, store.Snapshot) error) {
	t.Helper()
	if err := s.View(t.Context(), func(tx store.Snapshot) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatalf("View: %v", err)
	}
}

// absent runs fn in a View that has to find nothing.
func absent(t *testing.T, s store.Store, what string, fn func(context.Context, store.Snapshot) error) {
	t.Helper()
	err := s.View(t.Context(), func(tx store.Snapshot) error { return fn(t.Context(), tx) })
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%s = %v, want ErrNotFound", what, err)
	}
}

// read returns what fn reads in a View.
func read[T any](t *testing.T, s store.Store, fn func(context.Context, store.Snapshot) (T, error)) (v T) {
	t.Helper()
	view(t, s, func(ctx context.Context, tx store.Snapshot) (err error) { v, err = fn(ctx, tx); return err })
	return v
}

// newPool makes a pool and returns its key.
func newPool(t *testing.T, s store.Store, id string) (key int64) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx store.Tx) (err error) {
		key, err = tx.CreatePool(ctx, &pool.Pool{ID: id, Created: noon, Modified: noon})
		return err
	})
	return key
}

// person returns a user of a name and the names under which it is found.
func person(poolKey int64, name string, aliases ...pool.Alias) (*pool.User, store.Names) {
	u := &pool.User{
		PoolKey: poolKey, Sub: "sub-" + name, Username: name, Status: pool.Confirmed, Enabled: true,
		Created: noon, Modified: noon, Attributes: map[string]string{"email": name + "@example.com"},
	}
	return u, store.Names{Username: name, Aliases: aliases, Search: map[string]string{"email": name + "@example.com"}}
}

// newUser makes a user and returns its sub.
func newUser(t *testing.T, s store.Store, poolKey int64, name string, aliases ...pool.Alias) string {
	t.Helper()
	u, n := person(poolKey, name, aliases...)
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateUser(ctx, u, n) })
	return u.Sub
}

// race runs fn n times at once, with a number each, and counts how many
// returned nil. Any other outcome has to be one of the errors in others.
func race(t *testing.T, n int, fn func(i int) error, others ...error) (won int) {
	t.Helper()
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		start = make(chan struct{})
	)
	for i := range n {
		wg.Go(func() {
			<-start
			err := fn(i)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if !isOneOf(err, others) {
				t.Errorf("caller %d: %v, want nil or one of %v", i, err, others)
			}
		})
	}
	close(start)
	wg.Wait()
	return won
}

func isOneOf(err error, list []error) bool {
	for _, e := range list {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// equal compares two values as they print: nil and empty count as the same.
func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		t.Errorf("%s\n got %s\nwant %s", what, g, w)
	}
}
