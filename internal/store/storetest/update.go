package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cenote-auth/cenote/internal/crash"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// set keeps a meta value, the simplest of writes.
func set(name string) func(context.Context, store.Tx) error {
	return func(ctx context.Context, tx store.Tx) error {
		_, err := tx.SetMetaOnce(ctx, name, "value of "+name)
		return err
	}
}

func wantMeta(t *testing.T, s store.Store, name string) {
	t.Helper()
	got := read(t, s, func(ctx context.Context, tx store.Snapshot) (string, error) { return tx.Meta(ctx, name) })
	if want := "value of " + name; got != want {
		t.Errorf("Meta(%q) = %q, want %q", name, got, want)
	}
}

func wantNoMeta(t *testing.T, s store.Store, name string) {
	t.Helper()
	absent(t, s, "Meta("+name+")", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.Meta(ctx, name)
		return err
	})
}

func testUpdateKeeps(t *testing.T, s store.Store) {
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		if err := set("a")(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Meta(ctx, "a") // a transaction reads what it wrote
		return err
	})
	wantMeta(t, s, "a")
	if err := s.Update(t.Context(), func(store.Tx) error { return nil }); err != nil {
		t.Errorf("Update that does nothing = %v", err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("Ping = %v", err)
	}
}

func testErrorRollsBack(t *testing.T, s store.Store) {
	boom := errors.New("boom")
	refused(t, s, boom, func(ctx context.Context, tx store.Tx) error {
		if err := set("a")(ctx, tx); err != nil {
			return err
		}
		return fmt.Errorf("give up: %w", boom)
	})
	wantNoMeta(t, s, "a")
}

func testPanicRollsBack(t *testing.T, s store.Store) {
	caught := func(run func()) (what, at string) {
		defer func() { what, at = crash.Describe(recover()) }()
		run()
		return "", ""
	}
	boom := errors.New("boom")
	what, at := caught(func() {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			if err := set("a")(ctx, tx); err != nil {
				return err
			}
			panic(boom)
		})
	})
	if what != "*errors.errorString" || !strings.Contains(at, "testPanicRollsBack") {
		t.Errorf("panic in Update = %s at %s, want that of this function", what, at)
	}
	what, at = caught(func() {
		view(t, s, func(context.Context, store.Snapshot) error { panic("bang") })
	})
	if what != "string" || !strings.Contains(at, "testPanicRollsBack") {
		t.Errorf("panic in View = %s at %s, want that of this function", what, at)
	}
	wantNoMeta(t, s, "a")
	update(t, s, set("b"))
	wantMeta(t, s, "b")
}

func testEndedContext(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ran := false
	if err := s.Update(ctx, func(store.Tx) error { ran = true; return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("Update = %v, want context.Canceled", err)
	}
	if err := s.View(ctx, func(store.Snapshot) error { ran = true; return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("View = %v, want context.Canceled", err)
	}
	if ran {
		t.Error("fn was run")
	}
}

func testContextEndsWithin(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Update(ctx, func(tx store.Tx) error {
		if err := set("a")(ctx, tx); err != nil {
			return err
		}
		cancel()
		return set("b")(ctx, tx)
	})
	if err != nil {
		t.Errorf("Update = %v, want nil", err)
	}
	wantMeta(t, s, "a")
	wantMeta(t, s, "b")
}

func testContextEndsInView(t *testing.T, s store.Store) {
	update(t, s, set("a"))
	ctx, cancel := context.WithCancel(t.Context())
	err := s.View(ctx, func(tx store.Snapshot) error {
		if _, err := tx.Meta(ctx, "a"); err != nil {
			return err
		}
		cancel()
		_, err := tx.Meta(ctx, "a")
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("View = %v, want context.Canceled", err)
	}
	wantMeta(t, s, "a")
}

func testOneFails(t *testing.T, s store.Store) {
	boom := errors.New("boom")
	const callers = 40
	won := race(t, callers, func(i int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			if err := set(fmt.Sprint(i))(t.Context(), tx); err != nil {
				return err
			}
			if i%4 == 0 {
				return boom
			}
			return nil
		})
	}, boom)
	if won != callers*3/4 {
		t.Errorf("%d updates succeeded, want %d", won, callers*3/4)
	}
	for i := range callers {
		if i%4 == 0 {
			wantNoMeta(t, s, fmt.Sprint(i))
		} else {
			wantMeta(t, s, fmt.Sprint(i))
		}
	}
}

func testRunsAgain(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	sub := newUser(t, s, key, "ada")
	runs := 0
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		runs++
		if _, err := tx.SetMetaOnce(ctx, fmt.Sprint("run ", runs), ""); err != nil {
			return err
		}
		u, err := tx.User(ctx, key, sub)
		if err != nil {
			return err
		}
		if runs < 3 {
			u.Version-- // as if another had written it since
		}
		_, n := person(key, "ada")
		return tx.UpdateUser(ctx, u, n)
	})
	if runs != 3 {
		t.Errorf("fn was run %d times, want 3", runs)
	}
	wantNoMeta(t, s, "run 2") // what the lost tries wrote is gone
	u := read(t, s, func(ctx context.Context, tx store.Snapshot) (*pool.User, error) { return tx.User(ctx, key, sub) })
	if u.Version != 2 {
		t.Errorf("version = %d, want 2", u.Version)
	}
}

func testGivesUp(t *testing.T, s store.Store) {
	runs := 0
	refused(t, s, store.ErrConflict, func(context.Context, store.Tx) error {
		runs++
		return fmt.Errorf("lost: %w", store.ErrConflict)
	})
	if runs != store.MaxTries {
		t.Errorf("fn was run %d times, want %d", runs, store.MaxTries)
	}
}

// Callers that read a row and write it back never overwrite each other.
func testNoIncrementIsLost(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	sub := newUser(t, s, key, "ada")
	won := race(t, 20, func(int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			u, err := tx.User(t.Context(), key, sub)
			if err != nil {
				return err
			}
			u.TokenGeneration++
			_, n := person(key, "ada")
			return tx.UpdateUser(t.Context(), u, n)
		})
	}, store.ErrConflict)
	u := read(t, s, func(ctx context.Context, tx store.Snapshot) (*pool.User, error) { return tx.User(ctx, key, sub) })
	if u.TokenGeneration != int64(won) || won == 0 {
		t.Errorf("generation = %d after %d successful increments", u.TokenGeneration, won)
	}
}

func testViewIsOneMoment(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	newUser(t, s, key, "ada")
	view(t, s, func(ctx context.Context, tx store.Snapshot) error {
		before, err := tx.CountUsers(ctx, key)
		if err != nil {
			return err
		}
		newUser(t, s, key, "grace")
		after, err := tx.CountUsers(ctx, key)
		if before != 1 || after != 1 {
			t.Errorf("users within the view: %d and then %d, want 1", before, after)
		}
		return err
	})
	n := read(t, s, func(ctx context.Context, tx store.Snapshot) (int64, error) { return tx.CountUsers(ctx, key) })
	if n != 2 {
		t.Errorf("users after the view: %d, want 2", n)
	}
}

func testAfterClose(t *testing.T, s store.Store) {
	var finished atomic.Bool
	begun := make(chan struct{})
	go func() {
		_ = s.Update(t.Context(), func(tx store.Tx) error {
			close(begun)
			err := set("a")(t.Context(), tx)
			finished.Store(true)
			return err
		})
	}()
	<-begun
	if err := s.Close(); err != nil {
		t.Fatalf("Close = %v", err)
	}
	if !finished.Load() {
		t.Error("Close did not wait for the Update")
	}
	if err := s.Update(t.Context(), func(store.Tx) error { return nil }); err == nil {
		t.Error("Update after Close succeeded")
	}
	if err := s.View(t.Context(), func(store.Snapshot) error { return nil }); err == nil {
		t.Error("View after Close succeeded")
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("Ping after Close succeeded")
	}
	if err := s.Close(); err != nil {
		t.Errorf("second Close = %v", err)
	}
}
