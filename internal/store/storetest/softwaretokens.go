package storetest

import (
	"context"
	"testing"

	"github.com/cenote-auth/cenote/internal/store"
)

func softwareToken(t *testing.T, s store.Store, key int64, sub string) store.SoftwareToken {
	t.Helper()
	return read(t, s, func(ctx context.Context, tx store.Snapshot) (store.SoftwareToken, error) {
		return tx.SoftwareToken(ctx, key, sub)
	})
}

func testSoftwareToken(t *testing.T, s store.Store) {
	key, other := newPool(t, s, "p"), newPool(t, s, "q")
	ada, bob := newUser(t, s, key, "ada"), newUser(t, s, key, "bob")
	newUser(t, s, other, "ada")
	ask := func(key int64, sub, seed string) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AskSoftwareToken(ctx, key, sub, []byte(seed)) })
	}
	verify := func(seed, name string, step int64) func(context.Context, store.Tx) error {
		return func(ctx context.Context, tx store.Tx) error {
			return tx.VerifySoftwareToken(ctx, key, ada, []byte(seed), name, step)
		}
	}
	ask(key, bob, "bob's")
	ask(other, ada, "namesake's")
	ask(key, ada, "first")
	ask(key, ada, "\x00\xff")
	want := store.SoftwareToken{PoolKey: key, Sub: ada, Pending: []byte("\x00\xff")}
	got := softwareToken(t, s, key, ada)
	equal(t, "a token that was asked for", got, want)
	if got.Sealed != nil {
		t.Errorf("a token that was never verified has the seed %q", got.Sealed)
	}
	refused(t, s, store.ErrNotFound, verify("first", "old", 1))
	update(t, s, verify("\x00\xff", "téléphone", 1<<40))
	refused(t, s, store.ErrNotFound, verify("\x00\xff", "again", 7))
	want = store.SoftwareToken{PoolKey: key, Sub: ada, Sealed: []byte("\x00\xff"), Name: "téléphone", Used: 1 << 40}
	got = softwareToken(t, s, key, ada)
	equal(t, "a verified token", got, want)
	if got.Pending != nil {
		t.Errorf("a seed %q still waits", got.Pending)
	}

	ask(key, ada, "next")
	want.Pending = []byte("next")
	equal(t, "beside the next", softwareToken(t, s, key, ada), want)
	update(t, s, verify("next", "", 5)) // of another seed, so that its steps begin anew
	equal(t, "the next", softwareToken(t, s, key, ada), store.SoftwareToken{PoolKey: key, Sub: ada, Sealed: []byte("next"), Used: 5})

	for range 2 { // the second time there is none
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteSoftwareToken(ctx, key, ada) })
	}
	absent(t, s, "SoftwareToken", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.SoftwareToken(ctx, key, ada)
		return err
	})
	equal(t, "another's", softwareToken(t, s, key, bob).Pending, []byte("bob's"))
	equal(t, "a namesake's", softwareToken(t, s, other, ada).Pending, []byte("namesake's"))
}

func testUseSoftwareToken(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	ada := newUser(t, s, key, "ada")
	seed := []byte("seed")
	use := func(seed string, step int64) func(context.Context, store.Tx) error {
		return func(ctx context.Context, tx store.Tx) error {
			return tx.UseSoftwareToken(ctx, key, ada, []byte(seed), step)
		}
	}
	refused(t, s, store.ErrNotFound, use("seed", 7))
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AskSoftwareToken(ctx, key, ada, seed) })
	refused(t, s, store.ErrNotFound, use("seed", 7)) // it waits still
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return tx.VerifySoftwareToken(ctx, key, ada, seed, "", 6)
	})
	for step := int64(7); step < 11; step++ {
		won := race(t, 8, func(int) error {
			return s.Update(t.Context(), func(tx store.Tx) error { return use("seed", step)(t.Context(), tx) })
		}, store.ErrExists)
		if won != 1 {
			t.Errorf("step %d was used %d times, want once", step, won)
		}
	}
	for _, step := range []int64{6, 9, 10} {
		refused(t, s, store.ErrExists, use("seed", step))
	}
	refused(t, s, store.ErrNotFound, use("another", 11))
	update(t, s, use("seed", 20))
	if got := softwareToken(t, s, key, ada).Used; got != 20 {
		t.Errorf("Used = %d, want 20", got)
	}
}
