package signin_test

import (
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// rotating makes a client whose refresh tokens rotate, with a grace in seconds.
func rotating(grace int32) func(*pool.Client) {
	return func(c *pool.Client) {
		c.AuthFlows = []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
		c.RefreshRotation, c.RefreshRotationGiven, c.RefreshRotationGraceSec = true, true, grace
	}
}

func (w *world) refresh(t *testing.T, c *pool.Client, text string) (token.Set, error) {
	t.Helper()
	return w.service.Refresh(t.Context(), signin.Renewal{ClientID: c.ID, Token: text})
}

// rotated refreshes and fails unless there is a new refresh token.
func (w *world) rotated(t *testing.T, c *pool.Client, text string) token.Set {
	t.Helper()
	set, err := w.refresh(t, c, text)
	if err != nil || set.Refresh == "" || set.Refresh == text {
		t.Fatalf("refresh = %+v, %v; want another refresh token", set, err)
	}
	if _, err := w.Tokens.VerifyAccess(t.Context(), set.Access); err != nil {
		t.Fatalf("its access token: %v", err)
	}
	return set
}

const (
	tokenRevoked = "Refresh Token has been revoked"
	tokenReused  = "Refresh Token has already been used"
)

func TestARefreshTokenIsReplaced(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.Client(t, w.pool, rotating(10))
		first := w.SignedIn(t, w.pool, c, w.ada)
		before := claims(t, first.Access)
		w.Clock.Advance(20 * 24 * time.Hour)
		second := w.rotated(t, c, first.Refresh)
		after := claims(t, second.Access)
		for _, name := range []string{"auth_time", "origin_jti", "event_id", "sub"} {
			if before[name] == nil || after[name] != before[name] {
				t.Errorf("%s = %v, want %v", name, after[name], before[name])
			}
		}
		w.Clock.Advance(9 * 24 * time.Hour)
		third := w.rotated(t, c, second.Refresh)
		w.Clock.Advance(24 * time.Hour) // 30 days after the sign-in
		_, err := w.refresh(t, c, third.Refresh)
		flowtest.Want(t, err, pool.NotAuthorized, "Refresh Token has expired")
	})
}

func TestAReplacedTokenIsGoodForItsGrace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.Client(t, w.pool, rotating(10))
		first := w.SignedIn(t, w.pool, c, w.ada)
		second := w.rotated(t, c, first.Refresh)
		w.Clock.Advance(9 * time.Second)
		again := w.rotated(t, c, first.Refresh) // an answer that was lost, another tab
		if again.Refresh == second.Refresh {
			t.Error("two answers have the same refresh token")
		}
		third := w.rotated(t, c, again.Refresh)
		w.rotated(t, c, second.Refresh) // whoever got it can go on
		w.Clock.Advance(time.Second)
		if _, err := w.refresh(t, c, third.Refresh); err != nil {
			t.Fatalf("before the reuse: %v", err)
		}
		_, err := w.refresh(t, c, first.Refresh)
		flowtest.Want(t, err, pool.RefreshTokenReuse, tokenReused)
	})
}

func TestAReusedTokenEndsItsFamily(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.Client(t, w.pool, rotating(0))
		other := w.SignedIn(t, w.pool, c, w.ada)
		first := w.SignedIn(t, w.pool, c, w.ada)
		second := w.rotated(t, c, first.Refresh)
		_, err := w.refresh(t, c, first.Refresh) // no grace
		flowtest.Want(t, err, pool.RefreshTokenReuse, tokenReused)
		for name, text := range map[string]string{"the newest": second.Refresh, "the one reused": first.Refresh} {
			_, err := w.refresh(t, c, text)
			t.Run(name, func(t *testing.T) { flowtest.Want(t, err, pool.NotAuthorized, tokenRevoked) })
		}
		for _, access := range []string{first.Access, second.Access} {
			_, err := w.Tokens.VerifyAccess(t.Context(), access)
			flowtest.Want(t, err, pool.NotAuthorized, "Access Token has been revoked")
		}
		w.rotated(t, c, other.Refresh) // another sign-in goes on
	})
}

func TestAClientWhoseTokensRotateRefreshesInOneWayAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.Client(t, w.pool, rotating(0))
		set := w.SignedIn(t, w.pool, c, w.ada)
		for _, flow := range []string{"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"} {
			_, err := w.start(t, c, flow, "REFRESH_TOKEN", set.Refresh)
			flowtest.Want(t, err, pool.UnsupportedOperation, "REFRESH_TOKEN_AUTH is not supported for clients with refresh token rotation.")
		}
		w.rotated(t, c, set.Refresh)
	})
}

func TestARotatedTokenEndsWithItsUserAndItsFamily(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.Client(t, w.pool, rotating(60))
		second := w.rotated(t, c, w.SignedIn(t, w.pool, c, w.ada).Refresh)
		if err := w.service.Revoke(t.Context(), c.ID, "", second.Refresh); err != nil {
			t.Fatal(err)
		}
		_, err := w.refresh(t, c, second.Refresh)
		flowtest.Want(t, err, pool.NotAuthorized, tokenRevoked)

		second = w.rotated(t, c, w.SignedIn(t, w.pool, c, w.ada).Refresh)
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.TokenGeneration++ })
		_, err = w.refresh(t, c, second.Refresh)
		flowtest.Want(t, err, pool.NotAuthorized, tokenRevoked)
	})
}

// Tabs, and nodes, that refresh with one token at the same time all get tokens
// that go on, and the token is replaced once.
func TestManyRefreshAtOnce(t *testing.T) {
	const tabs = 50
	each(t, func(t *testing.T, w *world) {
		c := w.Client(t, w.pool, rotating(30))
		first := w.SignedIn(t, w.pool, c, w.ada)
		nodes := [2]*signin.Service{w.service, service(w.Env, w.Limits)}
		sets, errs := make([]token.Set, tabs), make([]error, tabs)
		var all sync.WaitGroup
		for i := range tabs {
			all.Go(func() {
				sets[i], errs[i] = nodes[i%2].Refresh(t.Context(), signin.Renewal{ClientID: c.ID, Token: first.Refresh})
			})
		}
		all.Wait()
		seen := map[string]bool{}
		for i, set := range sets {
			if errs[i] != nil || set.Refresh == "" || seen[set.Refresh] {
				t.Fatalf("tab %d: %+v, %v", i, set, errs[i])
			}
			seen[set.Refresh] = true
		}
		w.rotated(t, c, sets[0].Refresh)
		w.rotated(t, c, sets[tabs-1].Refresh)
	})
}

// Without a grace one of many wins, and the reuse of the others ends the
// family: no two hold a good token.
func TestManyRefreshAtOnceWithoutGrace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.Client(t, w.pool, rotating(0))
		first := w.SignedIn(t, w.pool, c, w.ada)
		const callers = 20
		sets, errs := make([]token.Set, callers), make([]error, callers)
		var all sync.WaitGroup
		for i := range callers {
			all.Go(func() { sets[i], errs[i] = w.refresh(t, c, first.Refresh) })
		}
		all.Wait()
		won := 0
		for i, err := range errs {
			if err != nil {
				continue
			}
			won++
			_, err := w.refresh(t, c, sets[i].Refresh)
			flowtest.Want(t, err, pool.NotAuthorized, tokenRevoked)
		}
		if won != 1 {
			t.Errorf("%d callers got tokens, want one", won)
		}
	})
}
