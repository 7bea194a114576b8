package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/cenote-auth/cenote/internal/store"
)

func testFormerPasswords(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	ada, bob := newUser(t, s, key, "ada"), newUser(t, s, key, "bob")
	replace := func(sub, password string, keep int) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			u, err := tx.User(ctx, key, sub)
			if err != nil {
				return err
			}
			if err := tx.KeepPassword(ctx, u, keep); err != nil {
				return err
			}
			u.SealedPassword = []byte(password)
			return tx.UpdateUser(ctx, u, store.Names{Username: u.Username})
		})
	}
	want := func(sub string, limit int, want ...string) {
		t.Helper()
		got := read(t, s, func(ctx context.Context, tx store.Snapshot) ([][]byte, error) {
			return tx.FormerPasswords(ctx, key, sub, limit)
		})
		if fmt.Sprintf("%s", got) != fmt.Sprintf("%s", want) {
			t.Errorf("FormerPasswords(%s, %d) = %s, want %s", sub, limit, got, want)
		}
	}
	replace(bob, "b1", 3) // there was none before
	replace(bob, "b2", 3)
	for n := range 6 {
		replace(ada, fmt.Sprint("a", n), 3)
	}
	want(ada, 24, "a4", "a3", "a2")
	want(ada, 2, "a4", "a3")
	want(bob, 24, "b1")
	replace(ada, "a6", 2)
	want(ada, 24, "a5", "a4")
	replace(ada, "a7", 0)
	want(ada, 24)
	want(bob, 24, "b1")
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, key, bob) })
	want(bob, 24)
}

// Of those who replace a password at once each keeps the one that was there.
func testNoFormerPasswordIsLost(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	ada := newUser(t, s, key, "ada")
	won := race(t, 20, func(i int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			u, err := tx.User(t.Context(), key, ada)
			if err != nil {
				return err
			}
			if err := tx.KeepPassword(t.Context(), u, 24); err != nil {
				return err
			}
			u.SealedPassword = fmt.Append(nil, i)
			return tx.UpdateUser(t.Context(), u, store.Names{Username: u.Username})
		})
	}, store.ErrConflict)
	kept := read(t, s, func(ctx context.Context, tx store.Snapshot) ([][]byte, error) {
		return tx.FormerPasswords(ctx, key, ada, 24)
	})
	if len(kept) != won-1 {
		t.Errorf("%d passwords were kept, want %d", len(kept), won-1)
	}
}
