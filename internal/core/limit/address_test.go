package limit

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

func TestAttemptsOfAnAddress(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	var a store.Attempt
	try := func(after time.Duration) bool {
		now = now.Add(after)
		var allowed bool
		a, allowed = nextAddress(a, now)
		return allowed
	}
	for i := range addressFree {
		if !try(time.Second) || !a.Until.IsZero() {
			t.Fatalf("attempt %d is not free: %+v", i+1, a)
		}
	}
	if !try(time.Second) || a.Until.Sub(now) != time.Second {
		t.Fatalf("the first too many locks for %v, want 1 s", a.Until.Sub(now))
	}
	if try(999 * time.Millisecond) {
		t.Error("a locked address may try")
	}
	if !try(time.Millisecond) || a.Until.Sub(now) != 2*time.Second {
		t.Errorf("the next one locks for %v, want 2 s", a.Until.Sub(now))
	}
	tries, began := 0, now
	for ; now.Sub(began) < 6*time.Hour; tries++ { // as soon as it is allowed, again and again
		if !try(max(a.Until.Sub(now), time.Second)) {
			t.Fatal("after the lock nobody may try")
		}
	}
	if most := 6*60 + addressFree; tries > most {
		t.Errorf("%d attempts in six hours, want %d at the most", tries, most)
	}
	if !try(time.Hour) || a.Count != 1 || !a.Until.IsZero() {
		t.Errorf("an hour later there are %d, locked until %v", a.Count, a.Until)
	}
	for range 200 { // one a minute goes on for ever
		if !try(time.Minute) || !a.Until.IsZero() {
			t.Fatalf("one a minute is locked: %+v", a)
		}
	}
	for range 3 {
		try(20 * time.Second) // the parts of a minute are not lost
	}
	if a.Count > 4 {
		t.Errorf("%d are remembered", a.Count)
	}
}

func TestAddressesCountAs(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.7": "address 192.0.2.7", "::ffff:192.0.2.7": "address 192.0.2.7", "2001:db8:1:2:3::4": "address 2001:db8:1:2::/64",
	} {
		if got, ok := addressSubject(address); got != want || !ok {
			t.Errorf("%s counts as %q, want %q", address, got, want)
		}
	}
	if _, ok := addressSubject(""); ok {
		t.Error("what is no address is counted")
	}
}

// Whoever knows the password costs the address nothing, and frees it again if
// that attempt was the one that locked it.
func TestARightPasswordIsTakenBack(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	l, _ := stopped()
	try := func(address string) error {
		return update(t, st, func(ctx context.Context, tx store.Tx) error { return l.Address(ctx, tx, 7, address) })
	}
	refund := func(address string) {
		t.Helper()
		err := update(t, st, func(ctx context.Context, tx store.Tx) error { return l.Refund(ctx, tx, 7, address) })
		if err != nil {
			t.Fatalf("Refund: %v", err)
		}
	}
	const home, elsewhere = "192.0.2.7", "198.51.100.7"
	refund(home) // of which nothing is counted yet
	for range 3 * addressFree {
		if err := try(home); err != nil {
			t.Fatalf("an address whose passwords are right: %v", err)
		}
		refund(home)
	}
	for i := range addressFree + 1 {
		if err := try(home); err != nil {
			t.Fatalf("wrong password %d: %v", i+1, err)
		}
	}
	if err := try(home); !errors.Is(err, pool.E(pool.NotAuthorized, "Password attempts exceeded")) {
		t.Errorf("one too many: %v", err)
	}
	refund(elsewhere)
	if err := try(home); err == nil {
		t.Error("another address frees this one")
	}
	refund(home)
	if err := try(home); err != nil {
		t.Errorf("the last one was right after all: %v", err)
	}
	if err := try(home); err == nil {
		t.Error("the count was forgotten as a whole")
	}
	for range 3 * addressFree {
		if err := errors.Join(try(""), try("not an address")); err != nil {
			t.Fatalf("an address that is not known: %v", err)
		}
	}
	refund("")
}
