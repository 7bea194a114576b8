package limit

import (
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

var noon = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)

func TestPasswordLocksOverTime(t *testing.T) {
	t.Parallel()
	var a store.Attempt
	now := noon
	for i, step := range []struct {
		name    string
		after   time.Duration
		allowed bool
		count   int64
		lock    time.Duration
	}{
		{"the first attempt", 0, true, 1, 0},
		{"the second", 0, true, 2, 0},
		{"the third", 0, true, 3, 0},
		{"the fourth", 0, true, 4, 0},
		{"the fifth locks for a second", 0, true, 5, time.Second},
		{"at once is refused and does not count", 0, false, 5, time.Second},
		{"just before the end is refused", 999 * time.Millisecond, false, 5, time.Second},
		{"at the end is allowed and locks for two", time.Millisecond, true, 6, 2 * time.Second},
		{"a second later is refused", time.Second, false, 6, 2 * time.Second},
		{"later locks for four", 5 * time.Second, true, 7, 4 * time.Second},
		{"then eight", 4 * time.Second, true, 8, 8 * time.Second},
		{"then 16", 8 * time.Second, true, 9, 16 * time.Second},
		{"then 32", 16 * time.Second, true, 10, 32 * time.Second},
		{"then 64", 32 * time.Second, true, 11, 64 * time.Second},
		{"then 128", 64 * time.Second, true, 12, 128 * time.Second},
		{"then 256", 128 * time.Second, true, 13, 256 * time.Second},
		{"then 512", 256 * time.Second, true, 14, 512 * time.Second},
		{"a quiet time that is too short keeps the count; then 15 minutes", 14 * time.Minute, true, 15, 15 * time.Minute},
		{"refused for all of it", 15*time.Minute - 1, false, 15, 15 * time.Minute},
		{"15 minutes without a counted attempt forget", 1, true, 1, 0},
		{"and counting starts anew", time.Minute, true, 2, 0},
	} {
		now = now.Add(step.after)
		var allowed bool
		a, allowed = next(a, now)
		if allowed != step.allowed || a.Count != step.count {
			t.Fatalf("%d, %s: allowed %v, count %d; want %v, %d", i, step.name, allowed, a.Count, step.allowed, step.count)
		}
		if allowed && step.lock == 0 && !a.Until.IsZero() {
			t.Errorf("%d, %s: locked until %v, want no lock", i, step.name, a.Until)
		}
		if allowed && step.lock != 0 && a.Until != now.Add(step.lock) {
			t.Errorf("%d, %s: locked for %v, want %v", i, step.name, a.Until.Sub(now), step.lock)
		}
		if allowed && a.Since != now {
			t.Errorf("%d, %s: Since is %v, want now", i, step.name, a.Since)
		}
	}
}

func TestPasswordLockNeverPassesTheLongest(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{15, 16, 60, 1 << 40} {
		if got := passwords.length(n); got != passwordMaxLock {
			t.Errorf("length(%d) = %v, want %v", n, got, passwordMaxLock)
		}
	}
}

func TestPasswordLockOfAClockSetBackIsNone(t *testing.T) {
	t.Parallel()
	a := store.Attempt{Count: 7, Since: noon.Add(25 * time.Hour), Until: noon.Add(25*time.Hour + 4*time.Second)}
	got, allowed := next(a, noon)
	if !allowed || got.Count != 8 || got.Until != noon.Add(8*time.Second) {
		t.Errorf("next = %+v, %v; want the eighth attempt, allowed", got, allowed)
	}
}

func TestPasswordLockHoldsForAClockThatIsBehind(t *testing.T) {
	t.Parallel()
	a := store.Attempt{Count: 15, Since: noon, Until: noon.Add(passwordMaxLock)}
	if _, allowed := next(a, noon.Add(-3*time.Second)); allowed {
		t.Error("a node whose clock is 3 s behind lets a locked attempt pass")
	}
}

func TestHourlyRuleOverTime(t *testing.T) {
	t.Parallel()
	rule := Rule{"test", 2}
	var a store.Attempt
	now := noon
	for _, step := range []struct {
		name    string
		after   time.Duration
		allowed bool
	}{
		{"the first", 0, true},
		{"the second, much later in the hour", 50 * time.Minute, true},
		{"the third", time.Minute, false},
		{"still in the hour of the first", 9*time.Minute - 1, false},
		{"an hour after the first", 1, true},
		{"the second of that hour", 0, true},
		{"the third of that hour", 0, false},
		{"two hours on", 2 * time.Hour, true},
		{"a clock set back by a day", -24 * time.Hour, true},
		{"counts from there", 0, true},
		{"to its end", 0, false},
	} {
		now = now.Add(step.after)
		var allowed bool
		if a, allowed = rule.next(a, now); allowed != step.allowed {
			t.Fatalf("%s: allowed %v, want %v", step.name, allowed, step.allowed)
		}
	}
}

func TestRulesAreTheServices(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rule Rule
		want int64
	}{{ConfirmSignUp, 15}, {VerifyAddress, 15}, {AddressCode, 5}, {ResendCode, 5}, {ResetPassword, 20}, {ForgotPassword, 5}, {ConfirmForgotPassword, 10}, {ChangePassword, 5}} {
		if tt.rule.PerHour != tt.want {
			t.Errorf("%s: %d an hour, want %d", tt.rule.Factor, tt.rule.PerHour, tt.want)
		}
	}
}

func TestCodesLockOverTime(t *testing.T) {
	t.Parallel()
	var a store.Attempt
	now := noon
	for i, want := range []time.Duration{0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60} { // minutes
		now = now.Add(a.Until.Sub(now) * time.Duration(min(1, a.Count/codeFree)))
		var allowed bool
		if a, allowed = codes.next(a, now); !allowed || a.Count != int64(i+1) {
			t.Fatalf("attempt %d: %+v, %v", i+1, a, allowed)
		}
		if want > 0 && a.Until != now.Add(want*time.Minute) || want == 0 && !a.Until.IsZero() {
			t.Errorf("attempt %d locks until %v at %v, want for %d minutes", i+1, a.Until, now, want)
		}
		if _, allowed := codes.next(a, now); allowed != (want == 0) {
			t.Errorf("another right after attempt %d: %v", i+1, allowed)
		}
	}
	if got, _ := codes.next(a, now.Add(codeForget-1)); got.Count != 13 {
		t.Errorf("after less than a day: attempt %d, want 13", got.Count)
	}
	if got, _ := codes.next(a, now.Add(codeForget)); got.Count != 1 {
		t.Errorf("after a day: attempt %d, want 1", got.Count)
	}
}
