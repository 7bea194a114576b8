package pool_test

import (
	"cmp"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

func TestSessionRules(t *testing.T) {
	t.Parallel()
	const beyond = "The following features need to be disabled for the LITE pricing tier configured: Session Management"
	sessions := func(n int32) func(*pool.Pool) error {
		return func(p *pool.Pool) error { return pool.SessionRules{MaxPerUser: n}.Check(p) }
	}
	minutes := func(n int32) func(*pool.Pool) error {
		return func(p *pool.Pool) error { return p.CheckPageSession(n) }
	}
	for _, tt := range []struct {
		name  string
		check func(*pool.Pool) error
		tier  string
		kind  pool.Kind
		err   string
	}{
		{name: "one session", check: sessions(1)},
		{name: "100 sessions", check: sessions(100), tier: "PLUS"},
		{name: "no session", check: sessions(0), err: "MaxPerUser must be from 1 to 100."},
		{name: "101 sessions", check: sessions(101), err: "MaxPerUser must be from 1 to 100."},
		{name: "sessions in the tier LITE", check: sessions(20), tier: "LITE", kind: pool.FeatureUnavailableInTier, err: beyond},
		{name: "a wrong number in the tier LITE", check: sessions(0), tier: "LITE", err: "MaxPerUser must be from 1 to 100."},
		{name: "no minute on pages", check: minutes(0)},
		{name: "90 days on pages", check: minutes(129600), tier: "PLUS"},
		{name: "less than no minute", check: minutes(-1), err: "MaxValidityMinutes must be from 0 to 129600."},
		{name: "a minute more than 90 days", check: minutes(129601), err: "MaxValidityMinutes must be from 0 to 129600."},
		{name: "minutes in the tier LITE", check: minutes(60), tier: "LITE", kind: pool.FeatureUnavailableInTier, err: beyond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &pool.Pool{Settings: pool.Settings{Tier: cmp.Or(tt.tier, "ESSENTIALS")}}
			wantOutcome(t, tt.check(p), cmp.Or(tt.kind, pool.InvalidParameter), tt.err)
		})
	}
}

func TestMostSessions(t *testing.T) {
	t.Parallel()
	for set, want := range map[int32]int{0: 20, 1: 1, 100: 100} {
		if got := (pool.SessionRules{MaxPerUser: set}).Most(); got != want {
			t.Errorf("of a pool that says %d: %d, want %d", set, got, want)
		}
	}
}

func TestCheckTracked(t *testing.T) {
	t.Parallel()
	wantOutcome(t, (&pool.Pool{}).CheckTracked(), pool.OperationNotEnabled, "User session tracking is not enabled for this user pool.")
	wantOutcome(t, (&pool.Pool{Sessions: pool.SessionRules{Tracked: true}}).CheckTracked(), 0, "")
}
