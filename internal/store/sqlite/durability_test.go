package sqlite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cenote-auth/cenote/internal/store"
)

// A loss of power at any moment leaves all that was answered, and nothing by
// halves. The layer below has to notice when a commit does not wait for the
// disk, or this test would pass for the wrong reason.
func TestLossOfPower(t *testing.T) {
	for _, tt := range []struct {
		name, pragmas string
		loses         bool
	}{
		{"as it is opened nothing is lost", "", false},
		{"a commit that does not wait for the disk is lost", "PRAGMA synchronous = OFF", true},
		{"a commit that waits at checkpoints only is lost", "PRAGMA synchronous = NORMAL", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			d := newDisk(t, dir)
			// Frequent checkpoints, so that moments within one are met too.
			s, err := Open(t.Context(), filepath.Join(dir, "cenote.db"),
				Options{Readers: 1, vfs: diskVFS, pragmas: "PRAGMA wal_autocheckpoint = 40;" + tt.pragmas})
			if err != nil {
				t.Fatal(err)
			}
			answers, done := write(t, s)
			var images []image
			for running := true; running; {
				select {
				case <-done:
					running = false
				case <-time.After(rand.N(10 * time.Millisecond)):
				}
				want := answers.list() // before the crash, not after it
				images = append(images, image{want, d.crash([]float64{0, 0.5, 0.9}[rand.N(3)])})
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			lost := 0
			for range 12 {
				lost += images[rand.N(len(images))].missing(t)
			}
			if tt.loses != (lost > 0) {
				t.Errorf("lost %d answered updates in 12 crashes, want a loss: %v", lost, tt.loses)
			}
		})
	}
}

// answered collects the names of updates that returned nil.
type answered struct {
	mu    sync.Mutex
	names []string
}

func (a *answered) add(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.names = append(a.names, name)
}

func (a *answered) list() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.names[:len(a.names):len(a.names)]
}

// write has eight callers update s sixty times each, and then closes done.
func write(t *testing.T, s *Store) (a *answered, done chan struct{}) {
	a, done = &answered{}, make(chan struct{})
	var wg sync.WaitGroup
	for caller := range 8 {
		wg.Go(func() {
			for i := range 60 {
				name := fmt.Sprintf("%d/%d", caller, i)
				if err := s.Update(context.Background(), pair(name)); err != nil {
					t.Errorf("update: %v", err)
					return
				}
				a.add(name)
			}
		})
	}
	go func() { wg.Wait(); close(done) }()
	return a, done
}

// pair writes a row and its twin, wide enough to take more than a page now and then.
func pair(name string) func(store.Tx) error {
	return func(tx store.Tx) error {
		ctx := context.Background()
		if _, err := tx.SetMetaOnce(ctx, name, fmt.Sprintf("%0*d", 1+rand.N(3000), 0)); err != nil {
			return err
		}
		_, err := tx.SetMetaOnce(ctx, name+" twin", "")
		return err
	}
}

// image is what a crash left, and the names that were answered before it.
type image struct {
	names []string
	files map[string][]byte
}

// missing opens the database of an image and counts the names that it lost and
// the signs that it is not sound.
func (im image) missing(t *testing.T) (n int) {
	t.Helper()
	dir := t.TempDir()
	for name, b := range im.files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "cenote.db")
	s, err := Open(t.Context(), path, Options{Readers: 1})
	if err != nil {
		t.Logf("open after a crash: %v", err)
		return len(im.names)
	}
	defer s.Close()
	return absent(t, s, im.names) + unsound(t, path)
}

// absent counts the names that a store does not have.
func absent(t *testing.T, s *Store, names []string) (n int) {
	t.Helper()
	ctx := t.Context()
	err := s.View(ctx, func(tx store.Snapshot) error {
		n = 0
		for _, name := range names {
			if _, err := tx.Meta(ctx, name); err != nil {
				n++ // not found, or not to be read in a broken file
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// unsound counts what is wrong with a database: findings of SQLite itself, and
// rows without their twin.
func unsound(t *testing.T, path string) (n int) {
	t.Helper()
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for query, want := range map[string]string{
		"PRAGMA integrity_check": "ok",
		`SELECT count(*) FROM meta a WHERE name NOT LIKE '% twin'
			AND NOT EXISTS (SELECT 1 FROM meta b WHERE b.name = a.name || ' twin')`: "0",
	} {
		err := sqlitex.ExecuteTransient(c, query, &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
			if got := s.ColumnText(0); got != want {
				n++
				t.Logf("%s = %.80q, want %q", query, got, want)
			}
			return nil
		}})
		if err != nil {
			n++
			t.Logf("%s: %v", query, err)
		}
	}
	return n
}
