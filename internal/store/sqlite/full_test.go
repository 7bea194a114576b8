package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

// When the disk is full an update fails as a whole and says that it did;
// reading goes on, and so does writing as soon as there is room.
func TestTheDiskIsFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "cenote.db")
	d := newDisk(t, dir)
	s, err := Open(t.Context(), path, Options{Readers: 1, vfs: diskVFS, pragmas: "PRAGMA wal_autocheckpoint = 40;"})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var kept, refused []string
	var callers sync.WaitGroup
	over := make(chan struct{})
	for caller := range 8 {
		callers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-over:
					return
				default:
				}
				name := fmt.Sprintf("%d/%d", caller, i)
				err := s.Update(context.Background(), pair(name))
				if errors.Is(err, store.ErrUnknown) {
					t.Errorf("%s: %v, want to be told that nothing was written", name, err)
				}
				mu.Lock()
				if err == nil {
					kept = append(kept, name)
				} else {
					refused = append(refused, name)
				}
				mu.Unlock()
			}
		})
	}
	for range 5 {
		time.Sleep(30 * time.Millisecond)
		d.fill(true)
		time.Sleep(10 * time.Millisecond)
		if err := s.Update(t.Context(), pair(fmt.Sprint("full ", time.Now()))); err == nil {
			t.Error("an update of a full disk succeeded")
		}
		if err := s.Ping(t.Context()); err != nil {
			t.Errorf("reading from a full disk: %v", err)
		}
		d.fill(false)
		if err := s.Update(t.Context(), pair(fmt.Sprint("room ", time.Now()))); err != nil {
			t.Errorf("an update when there is room again: %v", err)
		}
	}
	close(over)
	callers.Wait()
	t.Logf("%d updates kept, %d refused", len(kept), len(refused))
	if len(kept) == 0 || len(refused) == 0 {
		t.Fatalf("%d updates kept, %d refused; want some of both", len(kept), len(refused))
	}
	wantThere(t, s, kept, refused)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), path, Options{Readers: 1}); err != nil {
		t.Fatalf("open again: %v", err)
	}
	defer s.Close()
	wantThere(t, s, kept, refused)
	if n := unsound(t, path); n != 0 {
		t.Errorf("the database has %d faults", n)
	}
}

// wantThere fails the test unless s has all of kept and none of refused.
func wantThere(t *testing.T, s *Store, kept, refused []string) {
	t.Helper()
	if n := absent(t, s, kept); n != 0 {
		t.Errorf("%d of %d answered updates are lost", n, len(kept))
	}
	if n := len(refused) - absent(t, s, refused); n != 0 {
		t.Errorf("%d of %d refused updates are there", n, len(refused))
	}
}
