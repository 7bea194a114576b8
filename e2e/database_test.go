package e2e

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// database returns the flags that give a server an empty database.
type database func(t *testing.T) []string

// onEachDatabase runs test once on SQLite and once on PostgreSQL. The latter
// needs CENOTE_TEST_POSTGRES, the address of a server where databases may be
// created; `make test` always sets it.
func onEachDatabase(t *testing.T, test func(t *testing.T, db database)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, func(*testing.T) []string { return nil })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		if os.Getenv("CENOTE_TEST_POSTGRES") == "" {
			t.Skip("CENOTE_TEST_POSTGRES is not set; scripts/with-postgres sets it")
		}
		test(t, func(t *testing.T) []string { return []string{"--database", newDatabase(t)} })
	})
}

// newDatabase creates an empty PostgreSQL database, returns its address, and
// drops it when the test ends.
func newDatabase(t *testing.T) string {
	t.Helper()
	address, err := url.Parse(os.Getenv("CENOTE_TEST_POSTGRES"))
	if err != nil {
		t.Fatalf("parse CENOTE_TEST_POSTGRES: %v", err)
	}
	name := "cenote_e2e_" + strings.ToLower(rand.Text())
	execSQL(t, "CREATE DATABASE "+name)
	t.Cleanup(func() { execSQL(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	address.Path = "/" + name
	return address.String()
}

// execSQL runs one statement on the server at CENOTE_TEST_POSTGRES. Cleanups
// call it too, so it does not live on the test's own context.
func execSQL(t *testing.T, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, os.Getenv("CENOTE_TEST_POSTGRES"))
	if err != nil {
		t.Fatalf("connect to PostgreSQL: %v", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Errorf("%s: %v", statement, err)
	}
}
