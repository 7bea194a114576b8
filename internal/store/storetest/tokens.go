package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

func sampleToken(hash string) store.RefreshToken {
	return store.RefreshToken{
		PoolKey: 1, Hash: []byte(hash), Family: "f", OriginJTI: "j", Sub: "s", ClientID: "c", ClientKey: 3, Generation: 4,
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
	notRotated(t, s, "a", "b", "no such")
}

// notRotated wants tokens to be replaced, revoked or gone.
func notRotated(t *testing.T, s store.Store, hashes ...string) {
	t.Helper()
	for _, hash := range hashes {
		refused(t, s, store.ErrConflict, func(ctx context.Context, tx store.Tx) error {
			return tx.RotateRefreshToken(ctx, 1, []byte(hash), noon)
		})
	}
}

// The newest token of a family that is revoked is not replaced any more.
func testRevokedIsNotRotated(t *testing.T, s store.Store) {
	for name, revoke := range map[string]func(context.Context, store.Tx) error{
		"f": func(ctx context.Context, tx store.Tx) error { return tx.RevokeFamily(ctx, 1, "f", noon) },
		"g": func(ctx context.Context, tx store.Tx) error { return tx.RevokeDevice(ctx, 1, "s", "device g", noon) },
	} {
		k := sampleToken("first of " + name)
		k.Family, k.DeviceKey = name, "device "+name
		addToken(t, s, k)
		rotated(t, s, k, "second of "+name)
		update(t, s, revoke)
		notRotated(t, s, "first of "+name, "second of "+name)
	}
}

func testSpendSignIn(t *testing.T, s store.Store) {
	won := race(t, 16, func(int) error {
		return s.Update(t.Context(), func(tx store.Tx) error { return tx.SpendSignIn(t.Context(), 1, "sign-in", noon) })
	}, store.ErrExists)
	if won != 1 {
		t.Errorf("the sign-in was spent %d times, want once", won)
	}
	for _, tt := range []struct {
		poolKey int64
		id      string
		want    bool
	}{{1, "sign-in", true}, {1, "another", false}, {2, "sign-in", false}} {
		view(t, s, func(ctx context.Context, snap store.Snapshot) error {
			got, err := snap.SignInSpent(ctx, tt.poolKey, tt.id)
			if got != tt.want {
				t.Errorf("%q of pool %d is spent: %v, want %v", tt.id, tt.poolKey, got, tt.want)
			}
			return err
		})
	}
	taken(t, s, "sign-in", func(ctx context.Context, tx store.Tx) error { return tx.SpendSignIn(ctx, 1, "sign-in", noon) })
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SpendSignIn(ctx, 2, "sign-in", noon) })
}

// rotated returns the token that replaces k, and marks k.
func rotated(t *testing.T, s store.Store, k store.RefreshToken, hash string) store.RefreshToken {
	t.Helper()
	next := k
	next.Hash, next.Parent = []byte(hash), k.Hash
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		if err := tx.RotateRefreshToken(ctx, k.PoolKey, k.Hash, k.Issued); err != nil {
			return err
		}
		return tx.AddRefreshToken(ctx, next)
	})
	return next
}

func families(t *testing.T, s store.Store, sub string, p store.Page) []store.RefreshToken {
	t.Helper()
	return read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.RefreshToken, error) {
		return tx.TokenFamilies(ctx, 1, sub, p)
	})
}

func testTokenFamilies(t *testing.T, s store.Store) {
	var newest []store.RefreshToken
	for _, name := range []string{"a", "b", "c", "d"} {
		k := sampleToken("0" + name)
		k.Family, k.DeviceKey, k.Agent = name, "device "+name, `{"name":"é"}`
		addToken(t, s, k)
		for _, hash := range []string{"2", "1", "3"} {
			k = rotated(t, s, k, hash+name) // all in one moment: the newest is the one that was not replaced
		}
		newest = append(newest, k)
	}
	again := newest[1] // a second token in place of one that was replaced
	again.Hash, again.Issued = []byte("4b"), again.Issued.Add(time.Second)
	addToken(t, s, again)
	newest[1] = again
	ahead := newest[3] // one whose node had a clock that was ahead, and that was replaced since
	ahead.Hash, ahead.Issued, ahead.Rotated = []byte("4d"), ahead.Issued.Add(time.Second), noon
	addToken(t, s, ahead)
	others, foreign := sampleToken("o"), sampleToken("p")
	others.Family, others.Sub, foreign.Family, foreign.PoolKey = "aa", "another", "ab", 2
	addToken(t, s, others)
	addToken(t, s, foreign)

	for _, want := range newest {
		equal(t, "LatestToken", read(t, s, func(ctx context.Context, tx store.Snapshot) (store.RefreshToken, error) {
			return tx.LatestToken(ctx, 1, want.Family)
		}), want)
	}
	absent(t, s, "LatestToken", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.LatestToken(ctx, 2, "a")
		return err
	})
	equal(t, "TokenFamilies", families(t, s, "s", store.Page{Limit: 9}), newest)
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RevokeFamily(ctx, 1, "c", noon) })
	equal(t, "the first page", families(t, s, "s", store.Page{Limit: 2}), newest[:2])
	equal(t, "the second page", families(t, s, "s", store.Page{After: "b", Limit: 2}), newest[3:])
	equal(t, "another's", families(t, s, "another", store.Page{Limit: 2}), []store.RefreshToken{others})
	equal(t, "nobody's", families(t, s, "nobody", store.Page{Limit: 2}), []store.RefreshToken{})
}

func testRevokeDevice(t *testing.T, s store.Store) {
	token := func(hash, family, sub, device string) store.RefreshToken {
		k := sampleToken(hash)
		k.Family, k.Sub, k.DeviceKey = family, sub, device
		addToken(t, s, k)
		return k
	}
	first := token("a", "f", "s", "d")
	second := rotated(t, s, first, "b")
	third := rotated(t, s, second, "c")
	first.Rotated, second.Rotated = first.Issued, first.Issued
	fourth := token("e", "g", "s", "d")
	others := []store.RefreshToken{token("h", "h", "s", "d2"), token("i", "i", "s2", "d"), token("j", "j", "s", "")}
	for _, now := range []time.Time{noon, noon.Add(time.Hour)} { // the first revocation counts
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RevokeDevice(ctx, 1, "s", "d", now) })
	}
	for _, k := range []store.RefreshToken{first, second, third, fourth} {
		k.Revoked = noon
		wantToken(t, s, k)
	}
	for _, k := range others {
		wantToken(t, s, k)
	}
}

// A family that is revoked while one of its tokens is being replaced is revoked
// as a whole, although the revocation began before the new token was there.
func testTokenBesideRevocation(t *testing.T, s store.Store) {
	first := sampleToken("first")
	addToken(t, s, first)
	second := first
	second.Hash, second.Parent = []byte("second"), first.Hash
	var once sync.Once
	revoked := make(chan error, 1)
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		if err := tx.RotateRefreshToken(ctx, 1, first.Hash, noon); err != nil {
			return err
		}
		once.Do(func() {
			go func() {
				revoked <- s.Update(ctx, func(tx store.Tx) error { return tx.RevokeFamily(ctx, 1, "f", noon) })
			}()
		})
		time.Sleep(50 * time.Millisecond) // so that it waits for us by now
		return tx.AddRefreshToken(ctx, second)
	})
	if err := <-revoked; err != nil {
		t.Fatalf("RevokeFamily: %v", err)
	}
	second.Revoked = noon
	wantToken(t, s, second)
	equal(t, "LatestToken", read(t, s, func(ctx context.Context, tx store.Snapshot) (store.RefreshToken, error) {
		return tx.LatestToken(ctx, 1, "f")
	}), second)
	equal(t, "TokenFamilies", families(t, s, "s", store.Page{Limit: 9}), []store.RefreshToken{})
}

func testSetTokenAgent(t *testing.T, s store.Store) {
	k, other, foreign := sampleToken("a"), sampleToken("b"), sampleToken("a")
	k.Agent, other.Family, foreign.PoolKey = "old", "g", 2
	for _, k := range []store.RefreshToken{k, other, foreign} {
		addToken(t, s, k)
	}
	k.Agent = `{"name":"é"}`
	for _, hash := range []string{"a", "no such"} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SetTokenAgent(ctx, 1, []byte(hash), k.Agent) })
	}
	for _, k := range []store.RefreshToken{k, other, foreign} {
		wantToken(t, s, k)
	}
}
