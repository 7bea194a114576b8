package signin_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// tracking is a pool where a user has so many sessions at a time.
func tracking(most int32) func(*pool.Pool) {
	return func(p *pool.Pool) { p.Sessions = pool.SessionRules{Tracked: true, MaxPerUser: most} }
}

// signIn signs u in by password from an address.
func (w *world) signIn(t *testing.T, c *pool.Client, u *pool.User, from pool.Origin) token.Set {
	t.Helper()
	step, err := w.service.Start(t.Context(), signin.Request{
		ClientID: c.ID, Flow: "USER_PASSWORD_AUTH", Parameters: parameters("USERNAME", u.Username, "PASSWORD", password), Origin: from,
	})
	if err != nil || step.Tokens == nil {
		t.Fatalf("sign-in = %+v, %v", step, err)
	}
	return *step.Tokens
}

// sessions are those of u, the oldest first.
func (w *world) sessions(t *testing.T, u *pool.User) (list []token.Session) {
	t.Helper()
	err := w.Store.View(t.Context(), func(snap store.Snapshot) (err error) {
		list, err = w.Tokens.Sessions(t.Context(), snap, u, "", 1000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(list, func(a, b token.Session) int { return a.Began.Compare(b.Began) })
	return list
}

func TestASessionKnowsWhoUsedItLast(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.Pool(t, tracking(3))
		ada := w.Person(t, p, "ada", password, nil)
		for name, change := range map[string]func(*pool.Client){"as it is": nil, "rotating": rotating(0)} {
			c := w.Client(t, p, change)
			phone := pool.Origin{Address: "192.0.2.7", Agent: "Mozilla/5.0 (iPhone) Version/17.2 Safari/604"}
			set := w.signIn(t, c, ada, phone)
			list := w.sessions(t, ada)
			s := list[len(list)-1]
			if s.ID != claims(t, set.Access)["event_id"] || s.ClientID != c.ID || s.Agent.Address != phone.Address || s.Agent.Device() != "Safari 17, iOS" {
				t.Errorf("%s: session = %+v", name, s)
			}
			w.Clock.Advance(time.Hour)
			_, err := w.service.Refresh(t.Context(), signin.Renewal{
				ClientID: c.ID, Token: set.Refresh, Origin: pool.Origin{Address: "198.51.100.4", Agent: "curl/8.1"},
			})
			if err != nil {
				t.Fatal(err)
			}
			list = w.sessions(t, ada)
			again := list[len(list)-1]
			if again.ID != s.ID || again.Agent.Address != "198.51.100.4" || again.Agent.Device() != "curl 8" || again.Agent.Used.Sub(s.Agent.Used) < time.Hour {
				t.Errorf("%s: after a refresh: %+v", name, again)
			}
			w.Clock.Advance(time.Second)
		}
		if got := len(w.sessions(t, ada)); got != 2 {
			t.Errorf("%d sessions, want 2", got)
		}
	})
}

func TestTheSessionUsedLongestAgoMakesRoom(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.Pool(t, tracking(2))
		ada, bob := w.Person(t, p, "ada", password, nil), w.Person(t, p, "bob", password, nil)
		c := w.Client(t, p, nil)
		bobs := w.signIn(t, c, bob, pool.Origin{})
		first := w.signIn(t, c, ada, pool.Origin{})
		w.Clock.Advance(time.Minute)
		second := w.signIn(t, c, ada, pool.Origin{})
		w.Clock.Advance(time.Minute)
		if _, err := w.refresh(t, c, first.Refresh); err != nil { // used again
			t.Fatal(err)
		}
		w.Clock.Advance(time.Minute)
		third := w.signIn(t, c, ada, pool.Origin{})
		for name, tt := range map[string]struct {
			set  token.Set
			good bool
		}{"used again": {first, true}, "used longest ago": {second, false}, "the newest": {third, true}, "somebody else's": {bobs, true}} {
			if _, err := w.Tokens.VerifyAccess(t.Context(), tt.set.Access); (err == nil) != tt.good {
				t.Errorf("%s: %v, good is %t", name, err, tt.good)
			}
			if _, err := w.refresh(t, c, tt.set.Refresh); (err == nil) != tt.good {
				t.Errorf("%s: refresh: %v, good is %t", name, err, tt.good)
			}
		}
		w.Tx(t, func(ctx context.Context, tx store.Tx) error { // lowered: nobody is signed out before the next sign-in
			known, err := tx.PoolByKey(ctx, p.Key)
			if err != nil {
				return err
			}
			changed := *known
			changed.Sessions.MaxPerUser = 1
			return tx.UpdatePool(ctx, &changed)
		})
		if got := len(w.sessions(t, ada)); got != 2 {
			t.Errorf("%d sessions before the next sign-in, want 2", got)
		}
		w.Clock.Advance(time.Minute)
		w.signIn(t, c, ada, pool.Origin{})
		if got := len(w.sessions(t, ada)); got != 1 {
			t.Errorf("%d sessions after it, want 1", got)
		}
	})
}

// What one more sign-in reads does not grow with those that were.
func TestSessionsThatAreOverAreNotLookedAt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.Pool(t, tracking(2))
		ada := w.Person(t, p, "ada", password, nil)
		c := w.Client(t, p, nil)
		for range 3 {
			w.signIn(t, c, ada, pool.Origin{})
			w.signIn(t, c, ada, pool.Origin{})
			w.Change(t, p, "ada", func(u *pool.User) { u.TokenGeneration++ }) // a sign-out everywhere
		}
		w.signIn(t, c, ada, pool.Origin{})
		err := w.Store.View(t.Context(), func(snap store.Snapshot) error {
			rows, err := snap.TokenFamilies(t.Context(), p.Key, ada.Sub, store.Page{Limit: 100})
			if len(rows) != 1 {
				t.Errorf("%d families are looked at, want 1", len(rows))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestManySignInsAtOnceKeepTheLimit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.Pool(t, tracking(3))
		ada := w.Person(t, p, "ada", password, nil)
		c := w.Client(t, p, nil)
		for round := range 3 { // five at a time: more in short order would be locked out
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					_, err := w.byPassword(t, c, "ada", password)
					if err != nil {
						t.Errorf("round %d: %v", round, err)
					}
				})
			}
			all.Wait()
			if got := len(w.sessions(t, ada)); got != 3 {
				t.Errorf("round %d: %d sessions, want 3", round, got)
			}
		}
	})
}

func TestWithoutTrackingNothingIsKeptOfTheAgent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.signIn(t, w.client, w.ada, pool.Origin{Address: "192.0.2.7", Agent: "curl/8.1"})
		s := w.sessions(t, w.ada)[0]
		if s.Agent.Address != "" || s.Agent.Agent != "" || s.Agent.Device() != "unknown" {
			t.Errorf("session = %+v", s)
		}
	})
}
