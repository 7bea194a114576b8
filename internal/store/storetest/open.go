package storetest

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/postgres"
	"github.com/cenote-auth/cenote/internal/store/sqlite"
)

// Open returns an empty SQLite store in a temporary folder, closed when the
// test ends.
func Open(t testing.TB) store.Store {
	t.Helper()
	file, err := emptyFile()
	if err != nil {
		t.Fatalf("make an empty SQLite database: %v", err)
	}
	path := filepath.Join(t.TempDir(), "cenote.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatalf("open SQLite: %v", err)
	}
	return closing(t, s)
}

// emptyFile returns the file of an empty SQLite store. Making its tables costs
// much more than copying them.
var emptyFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "cenote-storetest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "cenote.db")
	s, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// OpenPostgres returns an empty PostgreSQL store, closed and removed when the
// test ends. Without a server to test on, the test is skipped.
func OpenPostgres(t testing.TB) store.Store {
	t.Helper()
	return OpenURL(t, Postgres(t))
}

// OpenURL opens a store on the PostgreSQL database of url, closed when the
// test ends. A second one on the same URL is a second node.
func OpenURL(t testing.TB, url string) store.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), url, postgres.Options{Conns: 8})
	if err != nil {
		t.Fatalf("open PostgreSQL: %v", err)
	}
	return closing(t, s)
}

func closing(t testing.TB, s store.Store) store.Store {
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return s
}

// Each runs a test on an empty store of every backend.
func Each(t *testing.T, test func(t *testing.T, s store.Store)) {
	t.Run("SQLite", func(t *testing.T) { test(t, Open(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, OpenPostgres(t)) })
}

// Postgres returns the URL of an empty schema of its own on the server named
// by CENOTE_TEST_POSTGRES, and drops that schema when the test ends. Without
// the variable the test is skipped; make test sets it.
func Postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv("CENOTE_TEST_POSTGRES")
	if server == "" {
		t.Skip("needs PostgreSQL: CENOTE_TEST_POSTGRES is not set; scripts/with-postgres sets it")
	}
	schema := "test_" + rand.Text()
	admin(t, server, `CREATE SCHEMA "`+schema+`"`)
	t.Cleanup(func() { admin(t, server, `DROP SCHEMA "`+schema+`" CASCADE`) })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("CENOTE_TEST_POSTGRES: %v", err)
	}
	q := u.Query()
	q.Set("search_path", `"`+schema+`"`)
	u.RawQuery = q.Encode()
	return u.String()
}

// admin runs one statement on the server. The context of a test has ended
// when its cleanups run, so it has none.
func admin(t testing.TB, server, sql string) {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("connect to PostgreSQL: %v", err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
