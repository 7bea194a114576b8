package admin

import (
	"errors"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/token/testkeys"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// world is an operator's desk: pools and clients on a fresh store.
type world struct {
	store    store.Store
	pools    *Pools
	clients  *Clients
	settings *Settings
	woken    int
	now      time.Time
}

var noon = time.Date(2030, 1, 2, 12, 0, 0, 123456789, time.UTC)

// newWorld returns a world on SQLite.
func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOn(t, storetest.Open(t))
}

// inEachWorld runs test on every backend.
func inEachWorld(t *testing.T, test func(*testing.T, *world)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st store.Store) { test(t, newWorldOn(t, st)) })
}

func newWorldOn(t *testing.T, st store.Store) *world {
	t.Helper()
	w := &world{store: st, now: noon}
	now := func() time.Time { return w.now }
	keys, err := keyring.Open(t.Context(), w.store, seal.NewKey(), now)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Store: w.store, Keyring: keys, Secrets: credential.NewSecrets(keys), Now: now, Account: "123456789012",
		Tokens: token.New(token.Options{Store: w.store, Keyring: keys, Now: now, Keys: new(testkeys.Source)}),
		Keys:   new(testkeys.Source),
		Wake:   func() { w.woken++ },
	}
	w.pools, w.clients, w.settings = NewPools(o), NewClients(o), NewSettings(o)
	return w
}

func (w *world) pool(t *testing.T, n NewPool) *pool.Pool {
	t.Helper()
	if n.Name == "" {
		n.Name = "staff"
	}
	p, err := w.pools.Create(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) client(t *testing.T, n NewClient) (*pool.Client, string) {
	t.Helper()
	if n.Name == "" {
		n.Name = "web"
	}
	c, secret, err := w.clients.Create(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return c, secret
}

// wantError fails unless err is a *pool.Error of kind that says message.
func wantError(t *testing.T, err error, kind pool.Kind, message string) {
	t.Helper()
	e, ok := errors.AsType[*pool.Error](err)
	if !ok || e.Kind != kind || e.Message != message {
		t.Errorf("got error %v, want kind %d: %s", err, kind, message)
	}
}
