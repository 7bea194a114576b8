package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

func testSpendCode(t *testing.T, s store.Store) {
	code := store.Code{PoolKey: 1, Sub: "s", Purpose: "sign-up", MAC: []byte{0, 7}, Attribute: "email", Expires: noon}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutCode(ctx, code) })
	equal(t, "Code", read(t, s, func(ctx context.Context, tx store.Snapshot) (store.Code, error) {
		return tx.Code(ctx, 1, "s", "sign-up")
	}), code)
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.SpendCode(ctx, 1, "s", "sign-up", []byte{0, 8})
	})
	won := race(t, 16, func(int) error {
		return s.Update(t.Context(), func(tx store.Tx) error { return tx.SpendCode(t.Context(), 1, "s", "sign-up", code.MAC) })
	}, store.ErrNotFound)
	if won != 1 {
		t.Errorf("the code was spent %d times, want once", won)
	}
	absent(t, s, "Code", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.Code(ctx, 1, "s", "sign-up")
		return err
	})
}

func testNewestCode(t *testing.T, s store.Store) {
	old := store.Code{PoolKey: 1, Sub: "s", Purpose: "sign-up", MAC: []byte("old"), Attribute: "email", Expires: noon}
	recent, other := old, old
	recent.MAC, recent.Attribute, recent.Expires = []byte("new"), "phone_number", noon.Add(time.Hour)
	other.Purpose, other.Pending = "change-email", "new@example.com"
	old.Pending = "former@example.com"
	for _, c := range []store.Code{old, other, recent} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutCode(ctx, c) })
	}
	for _, want := range []store.Code{recent, other} {
		equal(t, "Code", read(t, s, func(ctx context.Context, tx store.Snapshot) (store.Code, error) {
			return tx.Code(ctx, 1, "s", want.Purpose)
		}), want)
	}
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.SpendCode(ctx, 1, "s", "sign-up", old.MAC)
	})
}

func testVoidCode(t *testing.T, s store.Store) {
	for _, purpose := range []string{"sign-up", "password"} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.PutCode(ctx, store.Code{PoolKey: 1, Sub: "s", Purpose: purpose, MAC: []byte{1}, Expires: noon})
		})
	}
	for range 2 { // the second time there is none
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.VoidCode(ctx, 1, "s", "password") })
	}
	absent(t, s, "Code", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.Code(ctx, 1, "s", "password")
		return err
	})
	view(t, s, func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.Code(ctx, 1, "s", "sign-up")
		return err
	})
}

func testVoidCodes(t *testing.T, s store.Store) {
	for _, c := range []store.Code{
		{PoolKey: 1, Sub: "s", Purpose: "sign-up", Attribute: "email"},
		{PoolKey: 1, Sub: "s", Purpose: "password", Attribute: "email"},
		{PoolKey: 1, Sub: "s", Purpose: "other", Attribute: "phone_number"},
		{PoolKey: 1, Sub: "s2", Purpose: "sign-up", Attribute: "email"},
		{PoolKey: 2, Sub: "s", Purpose: "sign-up", Attribute: "email"},
	} {
		c.MAC, c.Expires = []byte{1}, noon
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutCode(ctx, c) })
	}
	for range 2 { // the second time there are none
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.VoidCodes(ctx, 1, "s", "email") })
	}
	for _, tt := range []struct {
		poolKey      int64
		sub, purpose string
		stays        bool
	}{{1, "s", "sign-up", false}, {1, "s", "password", false}, {1, "s", "other", true}, {1, "s2", "sign-up", true}, {2, "s", "sign-up", true}} {
		err := s.View(t.Context(), func(tx store.Snapshot) error {
			_, err := tx.Code(t.Context(), tt.poolKey, tt.sub, tt.purpose)
			return err
		})
		if stays := err == nil; stays != tt.stays || err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the code of %d %s for %s: %v", tt.poolKey, tt.sub, tt.purpose, err)
		}
	}
}

// A hundred callers who count at once miss no one.
func testAttempts(t *testing.T, s store.Store) {
	const callers = 100
	won := race(t, callers, func(int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			a, err := tx.LockAttempt(t.Context(), 1, "s", "password")
			if err != nil {
				return err
			}
			a.Count++
			a.Since = noon.Add(time.Duration(a.Count) * time.Second)
			a.Until = a.Since.Add(time.Minute)
			return tx.PutAttempt(t.Context(), a)
		})
	})
	if won != callers {
		t.Errorf("%d of %d callers were counted", won, callers)
	}
	last := noon.Add(callers * time.Second)
	wantAttempt(t, s, store.Attempt{PoolKey: 1, Subject: "s", Factor: "password", Count: callers, Since: last, Until: last.Add(time.Minute)})
	wantAttempt(t, s, store.Attempt{PoolKey: 1, Subject: "s", Factor: "code"})
	wantAttempt(t, s, store.Attempt{PoolKey: 2, Subject: "s", Factor: "password"})
}

func wantAttempt(t *testing.T, s store.Store, want store.Attempt) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		got, err := tx.LockAttempt(ctx, want.PoolKey, want.Subject, want.Factor)
		equal(t, "LockAttempt", got, want)
		return err
	})
}

func testClearAttempt(t *testing.T, s store.Store) {
	others := []store.Attempt{
		{PoolKey: 1, Subject: "s", Factor: "code", Count: 3, Since: noon},
		{PoolKey: 1, Subject: "s2", Factor: "password", Count: 3, Since: noon},
		{PoolKey: 2, Subject: "s", Factor: "password", Count: 3, Since: noon},
	}
	for _, a := range append(others, store.Attempt{PoolKey: 1, Subject: "s", Factor: "password", Count: 3, Since: noon}) {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutAttempt(ctx, a) })
	}
	for range 2 { // no error when there is none
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.ClearAttempt(ctx, 1, "s", "password") })
	}
	wantAttempt(t, s, store.Attempt{PoolKey: 1, Subject: "s", Factor: "password"})
	for _, a := range others {
		wantAttempt(t, s, a)
	}
}
