package storagetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth/storage"
)

func testConcurrentSaves(t *testing.T, s storage.Storage) {
	const writers, rounds = 8, 4
	var wg sync.WaitGroup
	all := map[string]string{}
	for w := range writers {
		for r := range rounds {
			all[fmt.Sprintf("user%d.key%d", w, r)] = strconv.Itoa(r)
		}
		wg.Go(func() {
			for r := range rounds {
				set := map[string]string{fmt.Sprintf("user%d.key%d", w, r): strconv.Itoa(r)}
				if err := s.Save(t.Context(), set, fmt.Sprintf("user%d.none", w)); err != nil {
					t.Errorf("Save: %v", err)
				}
			}
		})
	}
	wg.Wait()
	var keys []string
	for key := range all {
		keys = append(keys, key)
	}
	want(t, s, all, keys...)
}

// testSnapshots moves between a and b, which are equal, and c without a.
func testSnapshots(t *testing.T, s storage.Storage) {
	save(t, s, map[string]string{"a": "0", "b": "0"})
	var done atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		defer done.Store(true)
		for i := range 20 {
			n := strconv.Itoa(i)
			set, gone := map[string]string{"a": n, "b": n}, "c"
			if i%2 == 1 {
				set, gone = map[string]string{"c": n}, "a"
			}
			if err := s.Save(t.Context(), set, gone); err != nil {
				t.Errorf("Save: %v", err)
			}
		}
	})
	for !done.Load() {
		got := load(t, s, "a", "b", "c")
		_, a := got["a"]
		_, c := got["c"]
		if a == c || a && got["a"] != got["b"] {
			t.Errorf("Load saw half a save: %q", got)
			break
		}
	}
	wg.Wait()
}

func locker(t *testing.T, s storage.Storage) storage.Locker {
	t.Helper()
	l, ok := s.(storage.Locker)
	if !ok {
		t.Skip("not a storage.Locker")
	}
	return l
}

func testLockExcludes(t *testing.T, s storage.Storage) {
	l := locker(t, s)
	var inside atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			unlock, err := l.Lock(t.Context())
			if err != nil {
				t.Errorf("Lock: %v", err)
				return
			}
			defer unlock()
			if n := inside.Add(1); n != 1 {
				t.Errorf("%d hold the lock", n)
			}
			time.Sleep(time.Millisecond)
			inside.Add(-1)
		})
	}
	wg.Wait()
}

func testLockWait(t *testing.T, s storage.Storage) {
	l := locker(t, s)
	unlock, err := l.Lock(t.Context())
	if err != nil {
		t.Fatalf("Lock: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = l.Lock(ctx)
	if !errors.Is(err, storage.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Lock while it is held: error %v, want ErrUnavailable and context.DeadlineExceeded", err)
	}
	unlock()
	unlock, err = l.Lock(t.Context())
	if err != nil {
		t.Fatalf("Lock after unlock: %v", err)
	}
	unlock()

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Lock(ended); !isEnded(err) {
		t.Errorf("Lock after the end: error %v, want ErrUnavailable and context.Canceled", err)
	}
}

func testSaveUnderLock(t *testing.T, s storage.Storage) {
	l := locker(t, s)
	unlock, err := l.Lock(t.Context())
	if err != nil {
		t.Fatalf("Lock: %v", err)
	}
	defer unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.Save(ctx, map[string]string{"a": "1"}); err != nil {
		t.Fatalf("Save by the lock's holder: %v", err)
	}
	other := make(chan error, 1)
	go func() { other <- s.Save(ctx, map[string]string{"b": "1"}) }()
	if err := <-other; err != nil {
		t.Fatalf("Save by another: %v", err)
	}
	want(t, s, map[string]string{"a": "1", "b": "1"}, "a", "b")
}
