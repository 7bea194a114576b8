package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

func setRate(t *testing.T, s store.Store, r store.Rate) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SetRate(ctx, r) })
}

func rates(t *testing.T, s store.Store, poolKey int64) []store.Rate {
	t.Helper()
	return read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.Rate, error) { return tx.Rates(ctx, poolKey) })
}

func testRates(t *testing.T, s store.Store) {
	key, other := newPool(t, s, "p"), newPool(t, s, "other")
	if got := rates(t, s, key); len(got) != 0 {
		t.Errorf("rates of a new pool: %v", got)
	}
	general, own := store.Rate{Category: "A", PerSecond: 1}, store.Rate{PoolKey: key, Category: "A", PerSecond: 1_000_000}
	setRate(t, s, own)
	setRate(t, s, store.Rate{Category: "B", PerSecond: 3})
	setRate(t, s, store.Rate{Category: "B", PerSecond: 4})
	setRate(t, s, general)
	all := []store.Rate{general, {Category: "B", PerSecond: 4}}
	for poolKey, want := range map[int64][]store.Rate{store.EveryPool: all, other: all, key: append(slices.Clone(all), own)} {
		if got := rates(t, s, poolKey); !slices.Equal(got, want) {
			t.Errorf("Rates(%d) = %v, want %v", poolKey, got, want)
		}
	}
}

func testRatesEndWithPool(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	own := store.Rate{PoolKey: key, Category: "A", PerSecond: 1}
	setRate(t, s, own)
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RemovePool(ctx, key, noon) })
	err := s.Update(t.Context(), func(tx store.Tx) error { return tx.SetRate(t.Context(), own) })
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("SetRate in a removed pool: got %v, want ErrNotFound", err)
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.ClearPool(ctx, key, int(time.Second))
		return err
	})
	if got := rates(t, s, key); len(got) != 0 {
		t.Errorf("rates of a cleared pool: %v", got)
	}
}
