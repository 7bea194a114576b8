package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/sqlite"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

func TestAnOldDatabaseIsUpgraded(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cenote.db")
	storetest.Upgrade(t, sqlite.Dialect, func(sql string) error { return sqlite.Script(path, sql) }, func() store.Store {
		s, err := sqlite.Open(t.Context(), path, sqlite.Options{Readers: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	})
}
