package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// testPages reads a bit more than 10,000 users page by page.
func testPages(t *testing.T, s store.Store) {
	const users, batch = 10_050, 402
	key := newPool(t, s, "p")
	var want []string
	race(t, users/batch, func(i int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			for j := range batch {
				u, _ := person(key, fmt.Sprintf("%08x", uint32(i*batch+j)*2654435761)) // scattered
				if err := tx.CreateUser(t.Context(), u, store.Names{Username: u.Username}); err != nil {
					return err
				}
			}
			return nil
		})
	})
	for i := range uint32(users) {
		want = append(want, fmt.Sprintf("sub-%08x", i*2654435761))
	}
	slices.Sort(want)
	got := listed(t, s, key, store.UserFilter{}, 1001)
	if !slices.Equal(got, want) {
		t.Errorf("got %d users in pages, want %d in order", len(got), len(want))
	}
	n := read(t, s, func(ctx context.Context, tx store.Snapshot) (int64, error) { return tx.CountUsers(ctx, key) })
	if n < 10_000 {
		t.Errorf("CountUsers = %d, want at least 10,000", n)
	}
}

func testOneGetsName(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	for round := range 4 {
		name := fmt.Sprint("ada", round)
		won := race(t, 24, func(i int) error {
			return s.Update(t.Context(), func(tx store.Tx) error {
				u, n := person(key, name)
				u.Sub = fmt.Sprint(name, " ", i)
				return tx.CreateUser(t.Context(), u, n)
			})
		}, store.ErrExists)
		if won != 1 {
			t.Errorf("%d callers got the name %s, want 1", won, name)
		}
	}
}

func testOneGetsAlias(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	alias := pool.Alias{Kind: "phone_number", Folded: "+15550100"}
	won := race(t, 24, func(i int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			u, n := person(key, fmt.Sprint("user", i), alias)
			return tx.CreateUser(t.Context(), u, n)
		})
	}, store.ErrExists)
	users := read(t, s, func(ctx context.Context, tx store.Snapshot) (int64, error) { return tx.CountUsers(ctx, key) })
	if won != 1 || users != 1 {
		t.Errorf("%d callers got the alias and %d users are there, want 1", won, users)
	}
}
