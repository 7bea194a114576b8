package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

func addPasskey(ctx context.Context, tx store.Tx, k store.Passkey) error {
	_, err := tx.AddPasskey(ctx, k)
	return err
}

func passkey(t *testing.T, s store.Store, key int64, id string) store.Passkey {
	t.Helper()
	return read(t, s, func(ctx context.Context, tx store.Snapshot) (store.Passkey, error) { return tx.Passkey(ctx, key, id) })
}

func passkeyIDs(t *testing.T, s store.Store, key int64, sub string, p store.Page) (ids []string) {
	t.Helper()
	for _, k := range read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.Passkey, error) {
		return tx.Passkeys(ctx, key, sub, p)
	}) {
		ids = append(ids, k.ID)
	}
	return ids
}

func testPasskey(t *testing.T, s store.Store) {
	key, other := newPool(t, s, "p"), newPool(t, s, "q")
	ada, bob := newUser(t, s, key, "ada"), newUser(t, s, key, "bob")
	newUser(t, s, other, "ada")
	want := store.Passkey{PoolKey: key, ID: "b-_", Sub: ada, Created: noon, Counter: 1<<32 - 1, Body: `{"key":"é"}`}
	for _, k := range []store.Passkey{
		want, {PoolKey: key, ID: "a", Sub: ada}, {PoolKey: key, ID: "C", Sub: ada}, {PoolKey: key, ID: "bob's", Sub: bob},
		{PoolKey: other, ID: "b-_", Sub: ada},
	} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return addPasskey(ctx, tx, k) })
	}
	equal(t, "Passkey", passkey(t, s, key, "b-_"), want)
	equal(t, "Passkeys", passkeyIDs(t, s, key, ada, store.Page{Limit: 9}), []string{"C", "a", "b-_"})
	equal(t, "the first of them", passkeyIDs(t, s, key, ada, store.Page{Limit: 2}), []string{"C", "a"})
	equal(t, "those after them", passkeyIDs(t, s, key, ada, store.Page{After: "a", Limit: 2}), []string{"b-_"})

	remove := func(sub, id string) func(context.Context, store.Tx) error {
		return func(ctx context.Context, tx store.Tx) error { return tx.DeletePasskey(ctx, key, sub, id) }
	}
	refused(t, s, store.ErrNotFound, remove(bob, "a"))
	update(t, s, remove(ada, "a"))
	refused(t, s, store.ErrNotFound, remove(ada, "a"))
	absent(t, s, "Passkey", func(ctx context.Context, tx store.Snapshot) error { _, err := tx.Passkey(ctx, key, "a"); return err })
	equal(t, "what is left", passkeyIDs(t, s, key, ada, store.Page{Limit: 9}), []string{"C", "b-_"})
	equal(t, "of another pool", passkeyIDs(t, s, other, ada, store.Page{Limit: 9}), []string{"b-_"})
}

// A credential belongs to one user of a pool, whoever is first.
func testOneGetsPasskey(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	subs := make([]string, 8)
	for i := range subs {
		subs[i] = newUser(t, s, key, fmt.Sprint("user", i))
	}
	won := race(t, len(subs), func(i int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			return addPasskey(t.Context(), tx, store.Passkey{PoolKey: key, ID: "a", Sub: subs[i]})
		})
	}, store.ErrExists)
	if won != 1 {
		t.Errorf("%d users got the credential, want 1", won)
	}
	taken(t, s, "passkey", func(ctx context.Context, tx store.Tx) error {
		return addPasskey(ctx, tx, store.Passkey{PoolKey: key, ID: "a", Sub: subs[0]})
	})
}

// Of those who add passkeys to a user at once each is told another number.
func testPasskeysAreCounted(t *testing.T, s store.Store) {
	const most = 5
	key := newPool(t, s, "p")
	ada, bob := newUser(t, s, key, "ada"), newUser(t, s, key, "bob")
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return addPasskey(ctx, tx, store.Passkey{PoolKey: key, ID: "bob's", Sub: bob})
	})
	full := fmt.Errorf("there are %d", most)
	won := race(t, 8, func(i int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			n, err := tx.AddPasskey(t.Context(), store.Passkey{PoolKey: key, ID: fmt.Sprint(i), Sub: ada})
			if err == nil && n > most {
				return full
			}
			return err
		})
	}, full)
	if n := len(passkeyIDs(t, s, key, ada, store.Page{Limit: 9})); won != most || n != most {
		t.Errorf("%d passkeys were added and %d are there, want %d", won, n, most)
	}
}

func testUsePasskey(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	ada, bob := newUser(t, s, key, "ada"), newUser(t, s, key, "bob")
	k := store.Passkey{PoolKey: key, ID: "a", Sub: ada, Created: noon, Counter: 3, Body: `{}`}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return addPasskey(ctx, tx, k) })
	want := k
	want.Used, want.Counter, want.Body = noon.Add(time.Hour), 4, `{"backup":true}`
	won := race(t, 8, func(int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			got, err := tx.Passkey(t.Context(), key, "a")
			if err != nil {
				return err
			}
			if got.Counter >= 4 {
				return store.ErrExists // another was first
			}
			return tx.UsePasskey(t.Context(), want, got.Counter)
		})
	}, store.ErrExists)
	if won != 1 {
		t.Errorf("the counter was used %d times, want once", won)
	}
	equal(t, "Passkey", passkey(t, s, key, "a"), want)

	lost, gone, others := want, want, want
	lost.Counter, gone.ID, others.Sub = 9, "no such", bob
	refused(t, s, store.ErrConflict, func(ctx context.Context, tx store.Tx) error { return tx.UsePasskey(ctx, lost, 3) })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.UsePasskey(ctx, gone, 4) })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.UsePasskey(ctx, others, 4) })
	equal(t, "Passkey", passkey(t, s, key, "a"), want)
}
