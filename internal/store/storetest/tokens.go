package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

func sampleToken(hash string) store.RefreshToken {
	return store.RefreshToken{
		PoolKey: 1, Hash: []byte(hash), Family: "f", OriginJTI: "j", Sub: "s", ClientID: "c", Generation: 4,
		AuthTime: noon, Issued: noon, Expires: noon.Add(time.Hour),
	}
}

func addToken(t *testing.T, s store.Store, k store.RefreshToken) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AddRefreshToken(ctx, k) })
}

func wantToken(t *testing.T, s store.Store, want store.RefreshToken) {
	t.Helper()
	equal(t, "RefreshToken", read(t, s, func(ctx context.Context, tx store.Snapshot) (store.RefreshToken, error) {
		return tx.RefreshToken(ctx, want.PoolKey, want.Hash)
	}), want)
}

func testRefreshToken(t *testing.T, s store.Store) {
	first, second := sampleToken("\x00\x01"), sampleToken("0 sorts first")
	second.Parent, second.Issued = first.Hash, noon.Add(time.Second)
	addToken(t, s, second)
	addToken(t, s, first)
	wantToken(t, s, first)
	wantToken(t, s, second)
	equal(t, "TokenFamily", read(t, s, func(ctx context.Context, tx store.Snapshot) (store.RefreshToken, error) {
		return tx.TokenFamily(ctx, 1, "f")
	}), first)
	refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.AddRefreshToken(ctx, first) })
	absent(t, s, "RefreshToken of another pool", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.RefreshToken(ctx, 2, first.Hash)
		return err
	})
	absent(t, s, "TokenFamily", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.TokenFamily(ctx, 1, "nobody's")
		return err
	})
}

func testRevokeFamily(t *testing.T, s store.Store) {
	a, b, other, foreign := sampleToken("a"), sampleToken("b"), sampleToken("o"), sampleToken("a")
	other.Family, foreign.PoolKey = "g", 2
	for _, k := range []store.RefreshToken{a, b, other, foreign} {
		addToken(t, s, k)
	}
	for _, now := range []time.Time{noon, noon.Add(time.Hour)} { // the first revocation counts
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RevokeFamily(ctx, 1, "f", now) })
	}
	a.Revoked, b.Revoked = noon, noon
	for _, k := range []store.RefreshToken{a, b, other, foreign} {
		wantToken(t, s, k)
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RevokeFamily(ctx, 1, "nobody's", noon) })
}

func testRotate(t *testing.T, s store.Store) {
	k := sampleToken("a")
	addToken(t, s, k)
	won := race(t, 12, func(int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			got, err := tx.RefreshToken(t.Context(), 1, k.Hash)
			if err != nil {
				return err
			}
			if !got.Rotated.IsZero() {
				return store.ErrExists // another was first
			}
			return tx.RotateRefreshToken(t.Context(), 1, k.Hash, noon)
		})
	}, store.ErrExists)
	if won != 1 {
		t.Errorf("the token was rotated %d times, want once", won)
	}
	k.Rotated = noon
	wantToken(t, s, k)

	revoked := sampleToken("b")
	revoked.Revoked = noon
	addToken(t, s, revoked)
	for _, hash := range []string{"b", "no such"} {
		refused(t, s, store.ErrConflict, func(ctx context.Context, tx store.Tx) error {
			return tx.RotateRefreshToken(ctx, 1, []byte(hash), noon)
		})
	}
}

func testSpendSignIn(t *testing.T, s store.Store) {
	won := race(t, 16, func(int) error {
		return s.Update(t.Context(), func(tx store.Tx) error { return tx.SpendSignIn(t.Context(), 1, "sign-in", noon) })
	}, store.ErrExists)
	if won != 1 {
		t.Errorf("the sign-in was spent %d times, want once", won)
	}
	taken(t, s, "sign-in", func(ctx context.Context, tx store.Tx) error { return tx.SpendSignIn(ctx, 1, "sign-in", noon) })
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SpendSignIn(ctx, 2, "sign-in", noon) })
}
