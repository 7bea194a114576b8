package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

func conversation(t *testing.T, s store.Store, key int64, id string) store.Conversation {
	t.Helper()
	return read(t, s, func(ctx context.Context, tx store.Snapshot) (store.Conversation, error) {
		return tx.Conversation(ctx, key, id)
	})
}

func testConversation(t *testing.T, s store.Store) {
	want := store.Conversation{PoolKey: 1, SignInID: "a", Sub: "nobody", Round: 0, Expires: noon, Sealed: []byte{0, 255}}
	other := want
	other.PoolKey, other.Round = 2, 5
	for _, c := range []store.Conversation{want, other} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AddConversation(ctx, c) })
	}
	taken(t, s, "conversation", func(ctx context.Context, tx store.Tx) error { return tx.AddConversation(ctx, want) })
	equal(t, "Conversation", conversation(t, s, 1, "a"), want)

	save := func(ctx context.Context, tx store.Tx) error { return tx.SaveConversation(ctx, want) }
	want.Sealed, want.Expires = []byte("more"), noon.Add(time.Hour)
	update(t, s, save)
	equal(t, "a saved conversation", conversation(t, s, 1, "a"), want)
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.TakeTurn(ctx, 1, "a", 0) })
	refused(t, s, store.ErrNotFound, save) // it is a round behind
	want.Round = 1
	equal(t, "after a turn", conversation(t, s, 1, "a"), want)

	for range 2 { // the second time there is none
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteConversation(ctx, 1, "a") })
	}
	absent(t, s, "Conversation", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.Conversation(ctx, 1, "a")
		return err
	})
	refused(t, s, store.ErrNotFound, save)
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.TakeTurn(ctx, 1, "a", 1) })
	equal(t, "of another pool", conversation(t, s, 2, "a"), other)
}

func testTakeTurn(t *testing.T, s store.Store) {
	c := store.Conversation{PoolKey: 1, SignInID: "a", Sub: "s", Expires: noon}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AddConversation(ctx, c) })
	for round := range int64(4) {
		won := race(t, 8, func(int) error {
			return s.Update(t.Context(), func(tx store.Tx) error { return tx.TakeTurn(t.Context(), 1, "a", round) })
		}, store.ErrNotFound)
		if won != 1 {
			t.Errorf("round %d was answered %d times, want once", round, won)
		}
	}
	for _, round := range []int64{0, 3, 5} {
		refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.TakeTurn(ctx, 1, "a", round) })
	}
	if got := conversation(t, s, 1, "a").Round; got != 4 {
		t.Errorf("Round = %d, want 4", got)
	}
}
