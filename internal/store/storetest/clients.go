package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func readClient(t *testing.T, s store.Store, id string) (c *pool.Client, p *pool.Pool) {
	t.Helper()
	view(t, s, func(ctx context.Context, tx store.Snapshot) (err error) { c, p, err = tx.Client(ctx, id); return err })
	return c, p
}

func testClient(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	want := pool.Client{
		PoolKey: key, Version: 1, ID: "c1", Created: noon, Modified: noon, Secrets: []pool.ClientSecret{{Created: noon, Sealed: []byte{0, 9}}},
		ClientSettings: pool.ClientSettings{
			Name: "web", AuthFlows: []string{"ALLOW_USER_SRP_AUTH"}, IDToken: pool.Validity{Value: 2, Unit: "hours"},
		},
	}
	absent(t, s, "Client", func(ctx context.Context, tx store.Snapshot) error { _, _, err := tx.Client(ctx, "c1"); return err })
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateClient(ctx, &want) })
	first, p := readClient(t, s, "c1")
	want.Key = first.Key // the database gives it
	equal(t, "Client", *first, want)
	if p.Key != key || p.ID != "p" {
		t.Errorf("pool of the client = %d %q", p.Key, p.ID)
	}
	second, _ := readClient(t, s, "c1")
	equal(t, "Client, read again", *second, want)

	public := pool.Client{PoolKey: key, ID: "c2", Created: noon, Modified: noon}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateClient(ctx, &public) })
	if c, _ := readClient(t, s, "c2"); c.Confidential() || c.AuthFlows != nil {
		t.Errorf("a public client came back with secrets %v and flows %v, want nil", c.Secrets, c.AuthFlows)
	}
}

func testCreateClientTwice(t *testing.T, s store.Store) {
	key, other := newPool(t, s, "p"), newPool(t, s, "q")
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return tx.CreateClient(ctx, &pool.Client{PoolKey: key, ID: "c"})
	})
	taken(t, s, "client", func(ctx context.Context, tx store.Tx) error {
		return tx.CreateClient(ctx, &pool.Client{PoolKey: other, ID: "c"})
	})
}

// A client that takes the id of a deleted one is not mistaken for it.
func testClientAgain(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	last := int64(0)
	for _, name := range []string{"first", "second"} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.CreateClient(ctx, &pool.Client{PoolKey: key, ID: "c", ClientSettings: pool.ClientSettings{Name: name}})
		})
		c, _ := readClient(t, s, "c")
		if c.Name != name {
			t.Errorf("client = %q, want %q", c.Name, name)
		}
		if c.Key <= last {
			t.Errorf("the key of the %s client is %d, that of the one before it %d", name, c.Key, last)
		}
		last = c.Key
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteClient(ctx, key, "c") })
		absent(t, s, "Client", func(ctx context.Context, tx store.Snapshot) error { _, _, err := tx.Client(ctx, "c"); return err })
	}
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteClient(ctx, key, "c") })
}

// What a transaction read of itself and took back is not served to others.
func testClientNotRemembered(t *testing.T, s store.Store) {
	boom := errors.New("boom")
	create := func(name string, end error) func(context.Context, store.Tx) error {
		return func(ctx context.Context, tx store.Tx) error {
			key, err := tx.CreatePool(ctx, &pool.Pool{ID: "p", Settings: pool.Settings{Name: name}})
			if err != nil {
				return err
			}
			err = tx.CreateClient(ctx, &pool.Client{PoolKey: key, ID: "c", ClientSettings: pool.ClientSettings{Name: name}})
			if err != nil {
				return err
			}
			if _, _, err := tx.Client(ctx, "c"); err != nil {
				return err
			}
			return end
		}
	}
	refused(t, s, boom, create("taken back", boom))
	update(t, s, create("kept", nil))
	if c, p := readClient(t, s, "c"); c.Name != "kept" || p.Name != "kept" {
		t.Errorf("client %q of pool %q, want the kept ones", c.Name, p.Name)
	}
}

func testClients(t *testing.T, s store.Store) {
	key, other := newPool(t, s, "p"), newPool(t, s, "q")
	for id, k := range map[string]int64{"b": key, "A": key, "c": key, "other": other} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.CreateClient(ctx, &pool.Client{PoolKey: k, ID: id})
		})
	}
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteClient(ctx, key, "other") })
	var got []string
	for _, page := range []store.Page{{Limit: 2}, {After: "b", Limit: 2}} {
		for _, c := range read(t, s, func(ctx context.Context, tx store.Snapshot) ([]*pool.Client, error) {
			return tx.Clients(ctx, key, page)
		}) {
			got = append(got, c.ID)
		}
	}
	if want := []string{"A", "b", "c"}; !slices.Equal(got, want) {
		t.Errorf("clients = %q, want %q", got, want)
	}
	n := read(t, s, func(ctx context.Context, tx store.Snapshot) (int64, error) { return tx.CountClients(ctx, key) })
	if n != 3 {
		t.Errorf("CountClients = %d, want 3", n)
	}
}
