package server

import (
	"bytes"
	"context"
	"crypto/rsa"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/cenote-auth/cenote/internal/core/token/testkeys"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
)

// A thief of the disk gets the database, but not the master key. Nothing of
// what went through the server may be readable there.
func TestNoSecretIsReadableInTheDatabase(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, c Config) {
		keys := &givenKeys{}
		c.keys = keys
		c.MasterKey = seal.NewKey().Encode()
		n := start(t, c)
		all := day(t, n)
		for i, k := range keys.all() {
			all[fmt.Sprintf("private key %d, prime", i)] = k.Primes[0].Bytes()
			all[fmt.Sprintf("private key %d, exponent", i)] = k.D.Bytes()
		}
		all["master key"] = mustParse(t, c.MasterKey).Bytes()
		if len(all) < 35 {
			t.Fatalf("the run had %d secrets only", len(all))
		}

		running := raw(t, c)
		for _, plain := range []string{ada, n.first.ID} { // or this is not the database
			if !bytes.Contains(running, []byte(plain)) {
				t.Fatalf("%s is not in what was read", plain)
			}
		}
		if found := all.foundIn(running); len(found) > 0 {
			t.Errorf("readable while the server runs: %s", strings.Join(found, "; "))
		}
		if err := n.stop(); err != nil {
			t.Fatal(err)
		}
		if found := all.foundIn(raw(t, c)); len(found) > 0 {
			t.Errorf("readable after the server stopped: %s", strings.Join(found, "; "))
		}
		if found := all.foundIn([]byte(n.log.String())); len(found) > 0 {
			t.Errorf("readable in the log: %s", strings.Join(found, "; "))
		}
	})
}

// The search above would be worth nothing if it overlooked a secret that is
// there.
func TestASecretInTheDatabaseIsFound(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, c Config) {
		n := start(t, c)
		n.signUp(t, n.firstApp(), ada, adaPassword)
		verifier := n.challenge(t, n.firstApp(), ada, adaPassword).verifier
		all := secrets{"password": []byte(adaPassword), "verifier": verifier, "code": []byte("271828")}
		if found := all.foundIn(raw(t, c)); len(found) > 0 {
			t.Fatalf("found before they were planted: %v", found)
		}
		err := n.store.Update(t.Context(), func(tx store.Tx) error {
			if _, err := tx.SetMetaOnce(t.Context(), "planted", "x:"+adaPassword); err != nil {
				return err
			}
			if err := tx.AddMessage(t.Context(), store.Message{ID: "planted", Sealed: []byte("\x00\xff271828\x00")}); err != nil {
				return err
			}
			return tx.AddDataKey(t.Context(), store.DataKey{ID: 2, Wrapped: verifier})
		})
		if err != nil {
			t.Fatal(err)
		}
		if found := all.foundIn(raw(t, c)); len(found) != len(all) {
			t.Errorf("found %v, want all of code, password, verifier", found)
		}
	})
}

// givenKeys is a source of keys that remembers which it gave.
type givenKeys struct {
	source testkeys.Source
	mu     sync.Mutex
	given  []*rsa.PrivateKey
}

func (k *givenKeys) Key(ctx context.Context) (*rsa.PrivateKey, error) {
	key, err := k.source.Key(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.given = append(k.given, key)
	return key, err
}

func (k *givenKeys) all() []*rsa.PrivateKey {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.given
}

func mustParse(t *testing.T, key string) seal.Key {
	t.Helper()
	k, err := seal.ParseKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// uuids are random and no secret, but could hold the digits of a code.
var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// raw returns all bytes of a server's database but UUIDs: the files of SQLite
// with the WAL, or every value in PostgreSQL.
func raw(t *testing.T, c Config) []byte {
	t.Helper()
	if c.DatabaseURL != "" {
		return uuids.ReplaceAll(rawPostgres(t, c.DatabaseURL), nil)
	}
	return uuids.ReplaceAll(rawSQLite(t, c), nil)
}

func rawSQLite(t *testing.T, c Config) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(c.DataDir, DatabaseFile+"*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no database in %s (%v)", c.DataDir, err)
	}
	var out []byte
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, text...)
	}
	return out
}

func rawPostgres(t *testing.T, url string) []byte {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	delete(config.RuntimeParams, "pool_max_conns")
	db, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(context.Background())
	tables, err := db.Query(t.Context(), `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(tables, pgx.RowTo[string])
	if err != nil || len(names) < 10 {
		t.Fatalf("tables = %v, %v", names, err)
	}
	var out []byte
	for _, name := range names {
		rows, err := db.Query(t.Context(), `SELECT * FROM `+pgx.Identifier{name}.Sanitize())
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			for _, value := range rows.RawValues() { // text and bytes as they are
				out = append(append(out, value...), '\n')
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
