package limit

import (
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
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
