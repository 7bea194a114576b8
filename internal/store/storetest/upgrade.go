package storetest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/sqlstore"
)

// Upgrade checks that a database of schema version 9, with a user, sign-ins, a
// client and an event in it, is opened with all of them. It is called in a folder
// beside sqlstore; script runs statements on an empty database, which open
// then opens.
func Upgrade(t *testing.T, d sqlstore.Dialect, script func(sql string) error, open func() store.Store) {
	t.Helper()
	files, err := filepath.Glob("../sqlstore/migrations/000*.sql")
	if err != nil || len(files) != 9 {
		t.Fatalf("old migrations: %q, %v", files, err)
	}
	var sql strings.Builder
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sql.Write(text)
	}
	spelt := strings.NewReplacer("{key}", d.Key, "{text}", d.Text, "{bytes}", d.Bytes).Replace(sql.String())
	if err := script(spelt + version9); err != nil {
		t.Fatalf("make an old database: %v", err)
	}
	s := open()
	u := readUser(t, s, 7, "s")
	if u.Username != "Ada" || u.Factors != (pool.Factors{SMS: true}) {
		t.Errorf("the user is %q with the factors %+v", u.Username, u.Factors)
	}
	families := read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.RefreshToken, error) {
		return tx.TokenFamilies(ctx, 7, "s", store.Page{Limit: 9})
	})
	if len(families) != 1 || string(families[0].Hash) != "b" || families[0].DeviceKey != "" || families[0].Agent != "" {
		t.Errorf("the sign-ins are %+v", families)
	}
	clients := read(t, s, func(ctx context.Context, tx store.Snapshot) ([]*pool.Client, error) {
		return tx.Clients(ctx, 7, store.Page{Limit: 9})
	})
	if len(clients) != 1 || families[0].ClientKey != clients[0].Key {
		t.Errorf("the clients are %+v, the sign-in is at %d", clients, families[0].ClientKey)
	}
	gone := read(t, s, func(ctx context.Context, tx store.Snapshot) (store.RefreshToken, error) {
		return tx.TokenFamily(ctx, 7, "g")
	})
	if gone.ClientKey >= 0 {
		t.Errorf("the sign-in at a client that is gone is at %d", gone.ClientKey)
	}
	if e := event(t, s, 7, "s", "e"); e.Type != "SignIn" {
		t.Errorf("the event is %+v", e)
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, 7, "s") })
	newUser(t, s, 7, "Ada")
	belongings(t, s, 7, "sub-Ada")
}

const version9 = `
	CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY);
	INSERT INTO schema_version VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9);
	INSERT INTO app_user (pool_key, sub, username, username_folded, status, enabled, version, created, modified,
		attributes, password_set, session_generation, token_generation, sms_mfa)
		VALUES (7, 's', 'Ada', 'ada', 'CONFIRMED', 1, 1, 1, 1, '{}', 0, 0, 0, 1);
	INSERT INTO client (id, pool_key, version, created, modified, body) VALUES ('d', 8, 1, 1, 1, '{}'), ('c', 7, 1, 1, 1, '{}');
	INSERT INTO refresh_token VALUES (7, 'a', 'f', NULL, 'j', 's', 'c', 0, 1, 1, 9, 2, 0), (7, 'b', 'f', 'a', 'j', 's', 'c', 0, 1, 2, 9, 0, 0),
		(7, 'g', 'g', NULL, 'j', 'x', 'd', 0, 1, 1, 9, 0, 0);
	INSERT INTO auth_event VALUES (7, 's', 'e', 1, 'SignIn', 'Pass', 'NoRisk', '', 0, '[]', '{}', '', '', 0);
`
