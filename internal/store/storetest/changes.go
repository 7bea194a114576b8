package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func readPool(t *testing.T, s store.Store, id string) *pool.Pool {
	t.Helper()
	return read(t, s, func(ctx context.Context, tx store.Snapshot) (*pool.Pool, error) { return tx.Pool(ctx, id) })
}

func testUpdatePool(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	before := *readPool(t, s, "p") // remembered from now on
	want := before
	want.Name, want.Tags, want.Schema = "staff", map[string]string{"a": "ü"}, pool.Standard()
	want.Modified = noon.Add(time.Hour)
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		if err := tx.UpdatePool(ctx, &want); err != nil {
			return err
		}
		p, err := tx.PoolByKey(ctx, key) // a transaction reads what it wrote
		if err == nil && p.Name != "staff" {
			t.Errorf("within the transaction the pool is called %q", p.Name)
		}
		return err
	})
	if want.Version != before.Version {
		t.Errorf("UpdatePool changed the version it was given to %d", want.Version)
	}
	want.Version++
	for range 2 { // at once, and by whoever asks: the version says what is remembered wrongly
		wantPool(t, "Pool", readPool(t, s, "p"), &want)
	}

	stale := before
	refused(t, s, store.ErrConflict, func(ctx context.Context, tx store.Tx) error { return tx.UpdatePool(ctx, &stale) })
	wantPool(t, "Pool after a conflict", readPool(t, s, "p"), &want)

	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RemovePool(ctx, key, noon) })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.UpdatePool(ctx, &want) })
}

// Each of many who change a pool adds to what the others did, or is told.
func testNoChangeOfAPoolIsLost(t *testing.T, s store.Store) {
	newPool(t, s, "p")
	won := race(t, 20, func(int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			p, err := tx.Pool(t.Context(), "p")
			if err != nil {
				return err
			}
			next := *p
			next.UnusedAccountDays++
			return tx.UpdatePool(t.Context(), &next)
		})
	}, store.ErrConflict)
	if got := readPool(t, s, "p").UnusedAccountDays; int(got) != won || won == 0 {
		t.Errorf("count = %d after %d successful changes", got, won)
	}
}

func testUpdateClient(t *testing.T, s store.Store) {
	key, other := newPool(t, s, "p"), newPool(t, s, "q")
	create := func(ctx context.Context, tx store.Tx) error {
		return tx.CreateClient(ctx, &pool.Client{PoolKey: key, ID: "c", Created: noon, Modified: noon, Secrets: []pool.ClientSecret{{Created: noon, Sealed: []byte{1}}}})
	}
	update(t, s, create)
	c, _ := readClient(t, s, "c") // remembered from now on
	want := *c
	want.Name, want.AuthFlows, want.Secrets, want.Modified = "web", []string{"ALLOW_USER_AUTH"},
		[]pool.ClientSecret{{Created: noon, Sealed: []byte{2}}, {Created: noon.Add(time.Hour), Sealed: []byte{3}}}, noon.Add(time.Hour)
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.UpdateClient(ctx, &want) })
	want.Version++
	for range 2 {
		got, _ := readClient(t, s, "c")
		equal(t, "Client", *got, want)
	}

	stale, elsewhere := *c, want
	refused(t, s, store.ErrConflict, func(ctx context.Context, tx store.Tx) error { return tx.UpdateClient(ctx, &stale) })
	elsewhere.PoolKey = other
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.UpdateClient(ctx, &elsewhere) })

	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteClient(ctx, key, "c") })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.UpdateClient(ctx, &want) })
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return tx.CreateClient(ctx, &pool.Client{PoolKey: key, ID: "c", Created: noon})
	})
	first := *c // made in the moment of the one that has its id now, and another
	refused(t, s, store.ErrConflict, func(ctx context.Context, tx store.Tx) error { return tx.UpdateClient(ctx, &first) })
}
