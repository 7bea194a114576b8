package signin_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// signedUp returns what the sign-up of u left for a sign-in at c.
func (w *world) signedUp(c *pool.Client, u *pool.User, step string) string {
	return w.Sessions.Seal(session.State{
		Purpose: session.SignUp, PoolKey: u.PoolKey, ClientID: c.ID, Sub: u.Sub, Generation: u.SessionGeneration,
		Step: step, SignInID: "of " + u.Sub + w.Clock.Now().String(), Expires: w.Clock.Now().Add(c.SessionLifetime()),
	})
}

// startWith begins by USER_AUTH with a session.
func (w *world) startWith(t *testing.T, c *pool.Client, session, name string) (signin.Step, error) {
	t.Helper()
	return w.service.Start(t.Context(), signin.Request{
		PoolID: w.poolID, ClientID: c.ID, Flow: "USER_AUTH", Session: session, Parameters: parameters("USERNAME", name),
	})
}

func TestASignUpSignsInOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, as := range []*world{w, w.asAdmin(w.pool)} {
			session := w.signedUp(w.client, w.ada, session.Proven)
			step, err := as.startWith(t, w.client, session, "ADA")
			w.wantTokens(t, step, err, w.ada)
			for _, again := range []*world{w, w.asAdmin(w.pool)} {
				_, err = again.startWith(t, w.client, session, "ada")
				flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
			}
		}
		w.Person(t, w.pool, "eve", password, nil)
		spent := w.signedUp(w.hiding, w.ada, session.Proven)
		step, err := w.startWith(t, w.hiding, spent, "ada")
		w.wantTokens(t, step, err, w.ada)
		for _, name := range []string{"eve", "nobody"} { // it does not tell who exists
			_, err := w.startWith(t, w.hiding, spent, name)
			flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		}

		session := w.signedUp(w.client, w.ada, session.Proven)
		var won atomic.Int64
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				_, err := w.startWith(t, w.client, session, "ada")
				if err == nil {
					won.Add(1)
				} else {
					flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Errorf("%d sets of tokens, want 1", won.Load())
		}
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.SessionGeneration++ })
		_, err = w.startWith(t, w.client, session, "ada")
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
	})
}

func TestSignUpsThatDoNotSignIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		eve := w.Person(t, w.pool, "eve", password, nil)
		joe := w.Person(t, w.pool, "joe", password, func(u *pool.User) { u.Status = pool.Unconfirmed })
		lite := w.Pool(t, func(p *pool.Pool) { p.Tier = "LITE" })
		ofLite := w.Client(t, lite, nil)
		sibling := w.Client(t, w.pool, nil)
		good := w.signedUp(w.client, w.ada, session.Proven)
		choice, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada")
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name    string
			client  *pool.Client
			session string
			user    string
			kind    pool.Kind
			message string
		}{
			{"garbage", w.client, "Z2FyYmFnZSBnYXJiYWdlIGdhcmJhZ2U=", "ada", pool.NotAuthorized, sessionInvalid},
			{"garbage of nobody", w.hiding, "Z2FyYmFnZSBnYXJiYWdlIGdhcmJhZ2U=", "nobody", pool.NotAuthorized, sessionInvalid},
			{"of somebody else", w.client, good, "eve", pool.NotAuthorized, sessionInvalid},
			{"of somebody, for nobody", w.hiding, w.signedUp(w.hiding, w.ada, session.Proven), "nobody", pool.NotAuthorized, sessionInvalid},
			{"for nobody, told", w.client, good, "nobody", pool.UserNotFound, noSuchUser},
			{"at another client", sibling, good, "ada", pool.NotAuthorized, sessionInvalid},
			{"of another purpose", w.client, choice.Session, "ada", pool.NotAuthorized, sessionInvalid},
			{"from before the confirmation", w.client, w.signedUp(w.client, eve, session.Unproven), "eve", pool.NotAuthorized, sessionInvalid},
			{"not confirmed yet", w.client, w.signedUp(w.client, joe, session.Unproven), "joe", pool.UserNotConfirmed, "User is not confirmed."},
			{"not confirmed any more", w.client, w.signedUp(w.client, joe, session.Proven), "joe", pool.UserNotConfirmed, "User is not confirmed."},
			{"where the tier has no choices", ofLite, w.signedUp(ofLite, w.Person(t, lite, "ada", password, nil), session.Proven), "ada",
				pool.InvalidParameter, "USER_AUTH flow not enabled for this client"},
		} {
			_, err := w.startWith(t, tt.client, tt.session, tt.user)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, tt.kind, tt.message) })
		}

		w.Clock.Advance(3 * time.Minute)
		_, err = w.startWith(t, w.client, good, "ada")
		flowtest.Want(t, err, pool.NotAuthorized, sessionExpired)
		good = w.signedUp(w.client, w.ada, session.Proven)
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Enabled = false })
		_, err = w.startWith(t, w.client, good, "ada")
		flowtest.Want(t, err, pool.NotAuthorized, disabled)
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Enabled = true; u.SessionGeneration++ })
		_, err = w.startWith(t, w.client, good, "ada")
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		good = w.signedUp(w.client, w.Again(t, w.ada), session.Proven)
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Status = pool.ResetRequired })
		_, err = w.startWith(t, w.client, good, "ada")
		flowtest.Want(t, err, pool.PasswordResetRequired, resetRequired)
	})
}
