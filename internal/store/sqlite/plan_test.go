package sqlite

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"

	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/sqlstore"
)

// planned is a connection that notes how SQLite will run each query.
type planned struct {
	*conn
	plan []string
}

func (p *planned) Query(ctx context.Context, _ func(sqlstore.Row) error, sql string, args ...any) error {
	return p.conn.Query(ctx, func(r sqlstore.Row) error {
		p.plan = append(p.plan, r.Text(3))
		return nil
	}, "EXPLAIN QUERY PLAN "+sql, args...)
}

// A list of users that reads the pool, or sorts it, is right in a small pool
// and too slow in a large one.
func TestUsersAreListedByAnIndex(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cenote.db")
	s, err := Open(t.Context(), path, Options{Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for by, index := range map[string]string{
		"": "sqlite_autoindex_app_user_1", "sub": "sqlite_autoindex_app_user_1", "username": "app_user_username",
		"email": "app_user_email", "phone_number": "app_user_phone_number", "name": "app_user_name",
		"given_name": "app_user_given_name", "family_name": "app_user_family_name",
		"preferred_username": "app_user_preferred_username", "status": "app_user_status", "enabled": "app_user_disabled",
	} {
		for _, f := range []store.UserFilter{{By: by, Value: "x"}, {By: by, Value: "x", Prefix: true}, {By: by, Prefix: true}} {
			p := &planned{conn: newConn(c)}
			if _, _, err := sqlstore.NewTx(p, nil, sqlstore.Reading).Users(t.Context(), 1, f, store.Page{Limit: 60}); err != nil {
				t.Fatalf("by %+v: %v", f, err)
			}
			plan := strings.Join(p.plan, "; ")
			if len(p.plan) != 1 || !strings.HasPrefix(plan, "SEARCH u USING INDEX "+index+" ") {
				t.Errorf("by %+v: %s", f, plan)
			}
		}
	}
}
