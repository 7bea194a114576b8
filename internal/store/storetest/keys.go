package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

// Of callers that decide together, all learn the same decision.
func testMetaOnce(t *testing.T, s store.Store) {
	var mu sync.Mutex
	decisions := map[string]int{}
	race(t, 12, func(i int) error {
		var got string
		err := s.Update(t.Context(), func(tx store.Tx) (err error) {
			got, err = tx.SetMetaOnce(t.Context(), "mode", fmt.Sprint("choice ", i))
			return err
		})
		mu.Lock()
		decisions[got]++
		mu.Unlock()
		return err
	})
	if len(decisions) != 1 {
		t.Errorf("decisions = %v, want one for all", decisions)
	}
}

func testDataKeys(t *testing.T, s store.Store) {
	one := store.DataKey{ID: 1, Wrapped: []byte{0, 1, 255}, Created: noon}
	two := store.DataKey{ID: 2, Wrapped: []byte("two"), Created: noon}
	for _, k := range []store.DataKey{two, one} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AddDataKey(ctx, k) })
	}
	refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error {
		return tx.AddDataKey(ctx, store.DataKey{ID: 1, Wrapped: []byte("other"), Created: noon})
	})
	equal(t, "DataKeys", read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.DataKey, error) {
		return tx.DataKeys(ctx)
	}), []store.DataKey{one, two})
}

func testSigningKeys(t *testing.T, s store.Store) {
	old := store.SigningKey{
		PoolKey: 1, ID: "z", Use: "id", Sealed: []byte{1}, Public: []byte{2}, Created: noon, Starts: noon,
	}
	recent := old
	recent.ID, recent.Use, recent.Created = "a", "access", noon.Add(time.Second)
	recent.Retires = noon.Add(time.Hour)
	other := old
	other.PoolKey = 2
	for _, k := range []store.SigningKey{recent, old, other} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AddSigningKey(ctx, k) })
	}
	refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.AddSigningKey(ctx, old) })
	equal(t, "SigningKeys", read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.SigningKey, error) {
		return tx.SigningKeys(ctx, 1)
	}), []store.SigningKey{old, recent})
}

func testRetireSigningKey(t *testing.T, s store.Store) {
	key := func(poolKey int64, id string, retires time.Time) store.SigningKey {
		return store.SigningKey{
			PoolKey: poolKey, ID: id, Use: "id", Sealed: []byte{1}, Public: []byte{2}, Created: noon, Starts: noon, Retires: retires,
		}
	}
	var never time.Time
	for _, k := range []store.SigningKey{key(1, "a", never), key(1, "b", never), key(1, "gone", noon), key(2, "a", noon)} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AddSigningKey(ctx, k) })
	}
	later := noon.Add(time.Hour)
	won := race(t, 8, func(int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			keys, err := tx.SigningKeys(t.Context(), 1)
			if err != nil {
				return err
			}
			if !keys[0].Retires.IsZero() {
				return store.ErrExists // another was first
			}
			return tx.RetireSigningKey(t.Context(), 1, "a", later)
		})
	}, store.ErrExists)
	if won != 1 {
		t.Errorf("the key was retired %d times, want once", won)
	}
	for _, id := range []string{"a", "no such"} {
		refused(t, s, store.ErrConflict, func(ctx context.Context, tx store.Tx) error {
			return tx.RetireSigningKey(ctx, 1, id, later)
		})
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteSigningKeys(ctx, 1, later) })
	equal(t, "SigningKeys", read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.SigningKey, error) {
		return tx.SigningKeys(ctx, 1)
	}), []store.SigningKey{key(1, "a", later), key(1, "b", never)})
	equal(t, "SigningKeys of another pool", read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.SigningKey, error) {
		return tx.SigningKeys(ctx, 2)
	}), []store.SigningKey{key(2, "a", noon)})
}
