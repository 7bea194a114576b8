package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/sqlstore"
)

// planned is a connection that notes how SQLite will run each statement, and
// runs none: each is said to have written a row.
type planned struct {
	*conn
	plan []string
}

func (p *planned) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	return 1, p.Query(ctx, nil, sql, args...)
}

func (p *planned) Query(ctx context.Context, _ func(sqlstore.Row) error, sql string, args ...any) error {
	return p.conn.Query(ctx, func(r sqlstore.Row) error {
		p.plan = append(p.plan, r.Text(3))
		return nil
	}, "EXPLAIN QUERY PLAN "+sql, args...)
}

// newPlanned returns a store, and a function that returns how SQLite runs the
// queries of fn on it.
func newPlanned(t *testing.T) func(fn func(*sqlstore.Tx) error) (plan []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cenote.db")
	s, err := Open(t.Context(), path, Options{Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return func(fn func(*sqlstore.Tx) error) []string {
		p := &planned{conn: newConn(c)}
		if err := fn(sqlstore.NewTx(p, nil, sqlstore.Alone)); err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
		return p.plan
	}
}

// A list of users that reads the pool, or sorts it, is right in a small pool
// and too slow in a large one.
func TestUsersAreListedByAnIndex(t *testing.T) {
	t.Parallel()
	plan := newPlanned(t)
	for by, index := range map[string]string{
		"": "sqlite_autoindex_app_user_1", "sub": "sqlite_autoindex_app_user_1", "username": "app_user_username",
		"email": "app_user_email", "phone_number": "app_user_phone_number", "name": "app_user_name",
		"given_name": "app_user_given_name", "family_name": "app_user_family_name",
		"preferred_username": "app_user_preferred_username", "status": "app_user_status", "enabled": "app_user_disabled",
	} {
		for _, f := range []store.UserFilter{{By: by, Value: "x"}, {By: by, Value: "x", Prefix: true}, {By: by, Prefix: true}} {
			got := plan(func(tx *sqlstore.Tx) error {
				_, _, err := tx.Users(t.Context(), 1, f, store.Page{Limit: 60})
				return err
			})
			if len(got) != 1 || !strings.HasPrefix(got[0], "SEARCH u USING INDEX "+index+" ") {
				t.Errorf("by %+v: %s", f, strings.Join(got, "; "))
			}
		}
	}
}

// searches reports whether a step of a plan goes through rows, and is not only
// the frame of such steps.
func searches(step string) bool {
	return !strings.Contains(step, "SUBQUERY") && step != "CREATE BLOOM FILTER"
}

// What a sign-in does, and what is done for a user, is found by an index too.
func TestWhatAUserHasIsFoundByAnIndex(t *testing.T) {
	t.Parallel()
	plan := newPlanned(t)
	ctx, page := t.Context(), store.Page{After: "a", Limit: 60}
	key := func(table string) string { return "SEARCH " + table + " USING INDEX sqlite_autoindex_" + table + "_1" }
	token := "SEARCH t USING INDEX refresh_token_family (pool_key=? AND family=?)"
	first := "SEARCH f USING INDEX refresh_token_family (pool_key=? AND family=?)"
	for _, tt := range []struct {
		name string
		ask  func(*sqlstore.Tx) error
		want []string // how its steps begin
	}{
		{"SoftwareToken", func(tx *sqlstore.Tx) error { _, err := tx.SoftwareToken(ctx, 1, "s"); return err }, []string{key("software_token")}},
		{"Passkey", func(tx *sqlstore.Tx) error { _, err := tx.Passkey(ctx, 1, "a"); return err }, []string{key("passkey")}},
		{"Passkeys", func(tx *sqlstore.Tx) error { _, err := tx.Passkeys(ctx, 1, "s", page); return err },
			[]string{"SEARCH passkey USING INDEX passkey_sub (pool_key=? AND sub=? AND id>?)"}},
		{"Device", func(tx *sqlstore.Tx) error { _, err := tx.Device(ctx, 1, "s", "d"); return err }, []string{key("device")}},
		{"Devices", func(tx *sqlstore.Tx) error { _, err := tx.Devices(ctx, 1, "s", page); return err },
			[]string{key("device") + " (pool_key=? AND sub=? AND key>?)"}},
		{"Conversation", func(tx *sqlstore.Tx) error { _, err := tx.Conversation(ctx, 1, "s"); return err }, []string{key("conversation")}},
		{"TakeTurn", func(tx *sqlstore.Tx) error { return tx.TakeTurn(ctx, 1, "s", 0) }, []string{key("conversation")}},
		{"AuthEvents", func(tx *sqlstore.Tx) error { _, err := tx.AuthEvents(ctx, 1, "s", page); return err },
			[]string{key("auth_event") + " (pool_key=? AND sub=? AND id<?)"}},
		{"Visits", func(tx *sqlstore.Tx) error { _, err := tx.Visits(ctx, 1, "s", 9); return err },
			[]string{"SEARCH auth_event USING INDEX auth_event_visit (pool_key=? AND sub=?)"}},
		{"RefreshToken", func(tx *sqlstore.Tx) error { _, err := tx.RefreshToken(ctx, 1, []byte("a")); return err },
			[]string{"SEARCH t USING INDEX sqlite_autoindex_refresh_token_1 (pool_key=? AND hash=?)", first}},
		{"TokenFamily", func(tx *sqlstore.Tx) error { _, err := tx.TokenFamily(ctx, 1, "f"); return err }, []string{token, first}},
		{"LatestToken", func(tx *sqlstore.Tx) error { _, err := tx.LatestToken(ctx, 1, "f"); return err }, []string{token, first}},
		{"TokenFamilies", func(tx *sqlstore.Tx) error { _, err := tx.TokenFamilies(ctx, 1, "s", page); return err }, []string{
			"SEARCH o USING INDEX refresh_token_sub (pool_key=? AND sub=? AND revoked=? AND family>?)",
			"SEARCH t USING INDEX sqlite_autoindex_refresh_token_1 (pool_key=? AND hash=?)",
			"SEARCH l USING INDEX refresh_token_family (pool_key=? AND family=?)", first,
		}},
		{"RevokeDevice", func(tx *sqlstore.Tx) error { return tx.RevokeDevice(ctx, 1, "s", "d", time.Now()) }, []string{
			"SEARCH refresh_token USING INDEX refresh_token_family (pool_key=? AND family=?)",
			"SEARCH refresh_token USING INDEX refresh_token_sub (pool_key=? AND sub=? AND revoked=?)",
		}},
	} {
		var got []string
		for _, step := range plan(tt.ask) {
			if searches(step) {
				got = append(got, step)
			}
		}
		if !slices.EqualFunc(got, tt.want, strings.HasPrefix) {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, strings.Join(got, "; "), strings.Join(tt.want, "; "))
		}
	}
}

// A user is deleted, and a pool swept, without reading anybody else's rows.
func TestRowsAreDeletedByAnIndex(t *testing.T) {
	t.Parallel()
	plan := newPlanned(t)
	for _, step := range append(plan(func(tx *sqlstore.Tx) error { return tx.DeleteUser(t.Context(), 1, "s") }),
		plan(func(tx *sqlstore.Tx) error { _, err := tx.Sweep(t.Context(), time.Now(), 9); return err })...) {
		if searches(step) && !strings.HasPrefix(step, "SEARCH ") {
			t.Error(step)
		}
	}
}
