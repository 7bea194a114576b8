package signin_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
)

// offered fails unless step is a challenge of USER_AUTH, and returns its session.
func offered(t *testing.T, challenge string, step signin.Step, err error) string {
	t.Helper()
	if err != nil || step.Challenge != challenge || step.Session == "" || step.Tokens != nil ||
		!slices.Equal(step.Available, []string{"PASSWORD_SRP", "PASSWORD"}) {
		t.Fatalf("step = %+v, %v; want %s with a session and the factors", step, err, challenge)
	}
	return step.Session
}

// choices begins by USER_AUTH and returns the session of SELECT_CHALLENGE.
func (w *world) choices(t *testing.T, c *pool.Client, name string) string {
	t.Helper()
	step, err := w.start(t, c, "USER_AUTH", "USERNAME", name)
	return offered(t, "SELECT_CHALLENGE", step, err)
}

func (w *world) choose(t *testing.T, c *pool.Client, session string, pairs ...string) (signin.Step, error) {
	t.Helper()
	return w.answer(t, c, "SELECT_CHALLENGE", session, parameters(pairs...))
}

// byChoiceOfSRP signs in by USER_AUTH with the first message of SRP in the
// first request.
func (w *world) byChoiceOfSRP(t *testing.T, p *pool.Pool, c *pool.Client, name, password string) (signin.Step, error) {
	t.Helper()
	client := srp.NewClient()
	step, err := w.start(t, c, "USER_AUTH", "USERNAME", name, "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", client.A())
	session := offered(t, "PASSWORD_VERIFIER", step, err)
	return w.answer(t, c, "PASSWORD_VERIFIER", session, exchange{p, client, step.Parameters}.proof(t, password))
}

func TestEveryWayToAPasswordByChoice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		emails := w.Pool(t, byEmail)
		bob := w.Person(t, emails, "bob@example.com", password, nil)
		c := w.Client(t, emails, hides)
		const name = "Bob@example.com"

		step, err := w.start(t, c, "USER_AUTH", "USERNAME", name, "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", password)
		w.wantTokens(t, step, err, bob)
		step, err = w.byChoiceOfSRP(t, emails, c, name, password)
		w.wantTokens(t, step, err, bob)

		step, err = w.start(t, c, "USER_AUTH", "USERNAME", name, "PREFERRED_CHALLENGE", "PASSWORD")
		session := offered(t, "PASSWORD", step, err)
		step, err = w.answer(t, c, "PASSWORD", session, parameters("USERNAME", name, "PASSWORD", password))
		w.wantTokens(t, step, err, bob)

		step, err = w.choose(t, c, w.choices(t, c, name), "USERNAME", name, "ANSWER", "PASSWORD", "PASSWORD", password)
		w.wantTokens(t, step, err, bob)

		step, err = w.choose(t, c, w.choices(t, c, name), "USERNAME", name, "ANSWER", "PASSWORD")
		session = offered(t, "PASSWORD", step, err)
		step, err = w.answer(t, c, "PASSWORD", session, parameters("USERNAME", name, "PASSWORD", password))
		w.wantTokens(t, step, err, bob)

		client := srp.NewClient()
		step, err = w.choose(t, c, w.choices(t, c, name), "USERNAME", name, "ANSWER", "PASSWORD_SRP", "SRP_A", client.A())
		session = offered(t, "PASSWORD_VERIFIER", step, err)
		step, err = w.answer(t, c, "PASSWORD_VERIFIER", session, exchange{emails, client, step.Parameters}.proof(t, password))
		w.wantTokens(t, step, err, bob)

		step, err = w.choose(t, c, w.choices(t, c, name), "USERNAME", name, "ANSWER", "PASSWORD_SRP")
		session = offered(t, "PASSWORD_SRP", step, err)
		step, err = w.answer(t, c, "PASSWORD_SRP", session, parameters("USERNAME", name, "SRP_A", client.A()))
		offered(t, "PASSWORD_VERIFIER", step, err)
		step, err = w.prove(t, c, exchange{emails, client, step.Parameters}.proof(t, password)) // without the session
		w.wantTokens(t, step, err, bob)
	})
}

func TestATemporaryPasswordByChoice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, c, eve := w.invited(t, nil)
		step, err := w.choose(t, c, w.choices(t, c, "eve"), "USERNAME", "eve", "ANSWER", "PASSWORD", "PASSWORD", temporary)
		if err != nil || step.Challenge != "NEW_PASSWORD_REQUIRED" || step.Available != nil {
			t.Fatalf("step = %+v, %v; want NEW_PASSWORD_REQUIRED", step, err)
		}
		step, err = w.newPassword(t, c, step.Session, "new horse", names...)
		w.wantTokens(t, step, err, eve)
	})
}

// What cannot be done by USER_AUTH is refused as early as it can be known.
func TestChoicesThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		lite := w.Client(t, w.Pool(t, func(p *pool.Pool) { p.Tier = "LITE" }), nil)
		w.Person(t, w.pool, "reset", password, func(u *pool.User) { u.Status = pool.ResetRequired })
		w.Person(t, w.pool, "disabled", password, func(u *pool.User) { u.Enabled = false })
		w.Person(t, w.pool, "unconfirmed", password, func(u *pool.User) { u.Status = pool.Unconfirmed })
		begin := func(c *pool.Client, pairs ...string) error {
			_, err := w.start(t, c, "USER_AUTH", pairs...)
			return err
		}
		flowtest.Want(t, begin(lite, "USERNAME", "ada"), pool.InvalidParameter, "USER_AUTH flow not enabled for this client")
		flowtest.Want(t, begin(w.client), pool.InvalidParameter, "Missing required parameter USERNAME")
		flowtest.Want(t, begin(w.client, "USERNAME", "nobody"), pool.UserNotFound, noSuchUser)
		flowtest.Want(t, begin(w.client, "USERNAME", "reset"), pool.PasswordResetRequired, resetRequired)
		flowtest.Want(t, begin(w.client, "USERNAME", "disabled"), pool.NotAuthorized, disabled)
		flowtest.Want(t, begin(w.client, "USERNAME", "unconfirmed", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", password),
			pool.UserNotConfirmed, "User is not confirmed.")
		flowtest.Want(t, begin(w.client, "USERNAME", "ada", "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", "0"),
			pool.InvalidParameter, "Invalid SRP_A parameter.")
		for _, other := range []string{"EMAIL_OTP", "WEB_AUTHN", "lunch"} { // not of this pool: those there are
			step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", other)
			offered(t, "SELECT_CHALLENGE", step, err)
		}

		session := w.choices(t, w.client, "ada")
		choose := func(c *pool.Client, session string, pairs ...string) error {
			_, err := w.choose(t, c, session, pairs...)
			return err
		}
		flowtest.Want(t, choose(w.client, session, "USERNAME", "ada"), pool.InvalidParameter, "Missing required parameter ANSWER")
		flowtest.Want(t, choose(w.client, session, "ANSWER", "PASSWORD"), pool.InvalidParameter, "Missing required parameter USERNAME")
		flowtest.Want(t, choose(w.client, session, "USERNAME", "ada", "ANSWER", "lunch"), pool.InvalidParameter, "The selected challenge is not available.")
		flowtest.Want(t, choose(w.client, session, "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", "wrong horse"), pool.NotAuthorized, wrongPassword)
		flowtest.Want(t, choose(w.client, session, "USERNAME", "unconfirmed", "ANSWER", "PASSWORD"), pool.NotAuthorized, sessionInvalid)
		_, err := w.answer(t, w.client, "PASSWORD", session, parameters("USERNAME", "ada"))
		flowtest.Want(t, err, pool.InvalidParameter, "Missing required parameter PASSWORD")
		_, err = w.answer(t, w.client, "PASSWORD_SRP", session, parameters("USERNAME", "ada", "PASSWORD", password))
		flowtest.Want(t, err, pool.InvalidParameter, "Missing required parameter SRP_A")
	})
}

func TestSessionsOfChoicesThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sibling := w.Client(t, w.pool, nil)
		w.Person(t, w.pool, "new", password, func(u *pool.User) { u.Status = pool.ForceChangePassword })
		session := w.choices(t, w.client, "ada")
		reply := parameters("USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", password, "EMAIL_OTP_CODE", "123456")
		try := func(c *pool.Client, challenge, session string) error {
			_, err := w.answer(t, c, challenge, session, reply)
			return err
		}
		challenge, err := w.byPassword(t, w.client, "new", password)
		if err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{
			"another client":                    try(sibling, "SELECT_CHALLENGE", session),
			"garbage":                           try(w.client, "SELECT_CHALLENGE", "Z2FyYmFnZSBnYXJiYWdlIGdhcmJhZ2U="),
			"another step":                      try(w.client, "SELECT_MFA_TYPE", session),
			"a password where a new one is due": try(w.client, "PASSWORD", challenge.Session),
			"another challenge":                 try(w.client, "SELECT_CHALLENGE", challenge.Session),
			"a step that no session waits for":  try(w.client, "EMAIL_OTP", session),
			"the SECRET_BLOCK of another start": try(w.client, "SELECT_CHALLENGE", w.begin(t, w.pool, w.client, "USERNAME", "ada").parameters["SECRET_BLOCK"]),
		} {
			t.Run(name, func(t *testing.T) { flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid) })
		}
		flowtest.Want(t, try(w.client, "SELECT_CHALLENGE", ""), pool.InvalidParameter, "Missing required parameter Session")

		var won atomic.Int64
		var all sync.WaitGroup
		for range 5 { // more at one moment meet the lock-out
			all.Go(func() {
				if err := try(w.client, "SELECT_CHALLENGE", session); err == nil {
					won.Add(1)
				} else if e, ok := err.(*pool.Error); !ok || e.Message != sessionSpent && e.Message != lockedOut {
					t.Errorf("a later one: %v", err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Errorf("%d sets of tokens for one session, want 1", won.Load())
		}
		session = w.choices(t, w.client, "ada")
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.SessionGeneration++ })
		flowtest.Want(t, try(w.client, "SELECT_CHALLENGE", session), pool.NotAuthorized, sessionInvalid)
		session = w.choices(t, w.client, "ada")
		w.Clock.Advance(3 * time.Minute)
		flowtest.Want(t, try(w.client, "SELECT_CHALLENGE", session), pool.NotAuthorized, sessionExpired)
	})
}

// A client that asks for a level must not take tokens of any level for it.
func TestLevelsOfSignInAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, name := range []string{"TARGET_ACR_VALUES", "ACCESS_TOKEN"} {
			_, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", password, name, "x")
			flowtest.Want(t, err, pool.NotBuilt, name+" is not supported yet: sign-ins have no levels.")
		}
	})
}

// Whoever may choose a password may give it straight away, by the name of its own
// challenge.
func TestAChoiceByAnswering(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		answer := func(challenge, session string, pairs ...string) (signin.Step, error) {
			return w.answer(t, w.client, challenge, session, parameters(append(pairs, "USERNAME", "ada")...))
		}
		_, err := answer("PASSWORD", w.choices(t, w.client, "ada"), "PASSWORD", "wrong")
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		step, err := answer("PASSWORD", w.choices(t, w.client, "ada"), "PASSWORD", password)
		w.wantTokens(t, step, err, w.ada)

		client := srp.NewClient()
		step, err = answer("PASSWORD_SRP", w.choices(t, w.client, "ada"), "SRP_A", client.A())
		offered(t, "PASSWORD_VERIFIER", step, err)
		step, err = w.prove(t, w.client, exchange{w.pool, client, step.Parameters}.proof(t, password))
		w.wantTokens(t, step, err, w.ada)
	})
}
