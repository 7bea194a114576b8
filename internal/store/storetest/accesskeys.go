package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

func accessKey(id string) store.AccessKey {
	return store.AccessKey{
		ID: id, Name: "deploy", Operations: []string{"Admin*", "ListUsers"}, Pools: []string{"*"},
		Created: noon, Sealed: []byte{0, 1, 255},
	}
}

func addAccessKeys(t *testing.T, s store.Store, ids ...string) {
	t.Helper()
	for _, id := range ids {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AddAccessKey(ctx, accessKey(id)) })
	}
}

func testAccessKey(t *testing.T, s store.Store) {
	get := func(ctx context.Context, tx store.Snapshot) (store.AccessKey, error) { return tx.AccessKey(ctx, "K1") }
	lacks := func() {
		t.Helper()
		absent(t, s, "AccessKey", func(ctx context.Context, tx store.Snapshot) error { _, err := get(ctx, tx); return err })
	}
	lacks()
	addAccessKeys(t, s, "K1")
	equal(t, "AccessKey", read(t, s, get), accessKey("K1"))
	taken(t, s, "access key", func(ctx context.Context, tx store.Tx) error { return tx.AddAccessKey(ctx, accessKey("K1")) })

	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteAccessKey(ctx, "K1") })
	lacks()
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteAccessKey(ctx, "K1") })
}

func testAccessKeys(t *testing.T, s store.Store) {
	addAccessKeys(t, s, "b", "A", "c")
	var got []string
	for _, page := range []store.Page{{Limit: 2}, {After: "b", Limit: 2}} {
		for _, k := range read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.AccessKey, error) {
			return tx.AccessKeys(ctx, page)
		}) {
			got = append(got, k.ID)
		}
	}
	if want := []string{"A", "b", "c"}; !slices.Equal(got, want) {
		t.Errorf("access keys = %q, want %q", got, want)
	}
}

func testBacklog(t *testing.T, s store.Store) {
	look := func() store.Backlog {
		t.Helper()
		return read(t, s, func(ctx context.Context, tx store.Snapshot) (store.Backlog, error) { return tx.Backlog(ctx, noon) })
	}
	equal(t, "Backlog of nothing", look(), store.Backlog{})
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for id, due := range map[string]time.Duration{"held": 0, "late": time.Minute, "later": time.Hour} {
			m := store.Message{ID: id, Destination: "a@x", Created: noon.Add(due), Sealed: []byte{1}}
			if due > 0 {
				m.Due = m.Created
			}
			if err := tx.AddMessage(ctx, m); err != nil {
				return err
			}
		}
		for id, j := range map[string]store.Job{
			"due": {Due: noon}, "failed": {Due: noon.Add(time.Hour), Tries: 2}, "later": {Due: noon.Add(time.Hour)},
		} {
			j.ID, j.State = id, []byte{}
			if err := tx.AddJob(ctx, j); err != nil {
				return err
			}
		}
		return nil
	})
	equal(t, "Backlog", look(), store.Backlog{Messages: 2, Oldest: noon.Add(time.Minute), Jobs: 1, Failing: 1})
}
