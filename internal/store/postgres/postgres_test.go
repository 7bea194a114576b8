package postgres_test

import (
	"context"
	"errors"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/postgres"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return storetest.OpenPostgres(t) })
}

func TestTwoNodes(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		url := storetest.Postgres(t)
		return storetest.Together(storetest.OpenURL(t, url), storetest.OpenURL(t, url))
	})
}

func open(t *testing.T, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), url, postgres.Options{Conns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func set(t *testing.T, name string) func(store.Tx) error {
	return func(tx store.Tx) error { _, err := tx.SetMetaOnce(t.Context(), name, "here"); return err }
}

func has(t *testing.T, s store.Store, name string) bool {
	t.Helper()
	err := s.View(t.Context(), func(tx store.Snapshot) error { _, err := tx.Meta(t.Context(), name); return err })
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

// with returns url with one more parameter.
func with(t *testing.T, raw, name, value string) string {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

func TestNodesMayStartTogether(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			s, err := postgres.Open(t.Context(), url, postgres.Options{Conns: 1})
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s := open(t, url)
	if n, err := s.Value(t.Context(), `SELECT count(*)::text FROM schema_version WHERE version = 1`); err != nil || n != "1" {
		t.Errorf("schema version 1 was written %s times (%v), want once", n, err)
	}
}

func TestANewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	if _, err := open(t, url).Value(t.Context(), `INSERT INTO schema_version VALUES (1000) RETURNING 'done'`); err != nil {
		t.Fatal(err)
	}
	if _, err := postgres.Open(t.Context(), url, postgres.Options{}); !errors.Is(err, store.ErrSchema) {
		t.Errorf("Open = %v, want ErrSchema", err)
	}
}

func TestAnOldDatabaseIsUpgraded(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	script := func(sql string) error {
		c, err := pgx.Connect(t.Context(), url)
		if err != nil {
			return err
		}
		defer c.Close(t.Context())
		_, err = c.PgConn().Exec(t.Context(), sql).ReadAll()
		return err
	}
	storetest.Upgrade(t, postgres.Dialect, script, func() store.Store { return open(t, url) })
}

// Whatever the database sorts by, our text is compared by bytes.
func TestEveryTextColumnHasCollationC(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Postgres(t))
	other, err := s.Value(t.Context(), `SELECT coalesce(string_agg(table_name || '.' || column_name, ' '), '')
		FROM information_schema.columns
		WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'`)
	if err != nil || other != "" {
		t.Errorf("columns of another collation: %s (%v)", other, err)
	}
}

func TestACommitWaitsForTheDisk(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	for given, want := range map[string]string{"off": "on", "on": "on", "remote_apply": "remote_apply"} {
		s := open(t, with(t, url, "synchronous_commit", given))
		if got, err := s.Value(t.Context(), `SHOW synchronous_commit`); err != nil || got != want {
			t.Errorf("synchronous_commit = %s (%v) where the server says %s, want %s", got, err, given, want)
		}
	}
}

// Two that wait for each other's locks both succeed: one of them runs again.
func TestADeadlockRunsAgain(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Postgres(t))
	var wg, met sync.WaitGroup
	var runs [2]int
	met.Add(2)
	for i, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		wg.Go(func() {
			err := s.Update(t.Context(), func(tx store.Tx) error {
				if _, err := tx.LockAttempt(t.Context(), 1, order[0], "password"); err != nil {
					return err
				}
				if runs[i]++; runs[i] == 1 {
					met.Done()
					met.Wait()
				}
				_, err := tx.LockAttempt(t.Context(), 1, order[1], "password")
				return err
			})
			if err != nil {
				t.Errorf("Update = %v", err)
			}
		})
	}
	wg.Wait()
	if runs[0]+runs[1] < 3 {
		t.Errorf("runs = %v: there was no deadlock", runs)
	}
}

func TestWhoWaitsForAConnectionMayGoAway(t *testing.T) {
	t.Parallel()
	s, err := postgres.Open(t.Context(), storetest.Postgres(t), postgres.Options{Conns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Update(t.Context(), func(store.Tx) error { // has the only connection
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		return s.View(ctx, func(store.Snapshot) error { return errors.New("ran") })
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("View = %v, want context.DeadlineExceeded", err)
	}
}

// An error that fn keeps to itself still undoes the transaction.
func TestASwallowedErrorDoesNotCommit(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Postgres(t))
	err := s.Update(t.Context(), func(tx store.Tx) error {
		if err := set(t, "a")(tx); err != nil {
			return err
		}
		_ = set(t, "a\x00b")(tx) // which text cannot hold
		return nil
	})
	if err == nil || errors.Is(err, store.ErrUnknown) || errors.Is(err, store.ErrConflict) {
		t.Errorf("Update = %v, want a plain error", err)
	}
	if has(t, s, "a") {
		t.Error("half of the transaction is there")
	}
}

// Not parallel: it looks at the goroutines of the whole process.
func TestCloseLeavesNoGoroutine(t *testing.T) {
	s := open(t, storetest.Postgres(t))
	if err := errors.Join(s.Update(t.Context(), set(t, "a")), s.Close()); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		if !strings.Contains(string(stacks), "pgxpool") && !strings.Contains(string(stacks), "pgconn") {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("goroutines after Close:\n%s", stacks)
		}
	}
}
