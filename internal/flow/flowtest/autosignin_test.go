package flowtest_test

import (
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/flow/signup"
	"github.com/cenote-auth/cenote/internal/pool"
)

// hall is a pool where people sign up and are signed in at once.
type hall struct {
	*flowtest.Env
	signin *signin.Service
	signup *signup.Service
	pool   *pool.Pool
	client *pool.Client
}

func newHall(e *flowtest.Env, t *testing.T, change func(*pool.Pool), ofClient func(*pool.Client)) *hall {
	t.Helper()
	// PreSignUp confirms those who are called so.
	lambda := flowtest.NewLambda(t, func(event flowtest.Event, response map[string]any) error {
		if event.UserName == "welcome" {
			response["autoConfirmUser"] = true
		}
		return nil
	})
	p := e.Pool(t, func(p *pool.Pool) {
		flowtest.Calls("PreSignUp")(p)
		if change != nil {
			change(p)
		}
	})
	return &hall{
		Env: e, pool: p, client: e.Client(t, p, ofClient),
		signin: signin.New(signin.Options{
			Store: e.Store, Passwords: e.Passwords, Devices: e.Devices, Passkeys: e.Passkeys, Secrets: e.Secrets, Sessions: e.Sessions,
			Tokens: e.Tokens, Limits: e.Limits, Triggers: lambda.Triggers, Seeds: e.Seeds, Codes: e.Codes, Messages: e.Messages, Now: e.Clock.Now,
		}),
		signup: signup.New(signup.Options{
			Store: e.Store, Passwords: e.Passwords, Secrets: e.Secrets, Sessions: e.Sessions, Codes: e.Codes,
			Messages: e.Messages, Limits: e.Limits, Triggers: lambda.Triggers, Now: e.Clock.Now,
		}),
	}
}

func (h *hall) signUp(t *testing.T, name string) signup.Result {
	t.Helper()
	res, err := h.signup.SignUp(t.Context(), signup.Request{
		ClientID: h.client.ID, Username: name, Password: right, Attributes: map[string]string{"email": name + "@example.com"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func (h *hall) confirm(t *testing.T, name string) string {
	t.Helper()
	session, err := h.signup.Confirm(t.Context(), signup.Confirmation{
		ClientID: h.client.ID, Username: name, Code: h.Code(t, name+"@example.com"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func (h *hall) enter(t *testing.T, name, session string) (signin.Step, error) {
	t.Helper()
	return h.signin.Start(t.Context(), signin.Request{
		ClientID: h.client.ID, Flow: "USER_AUTH", Session: session, Parameters: signin.Parameters{"USERNAME": name},
	})
}

func TestWhoProvedTheCodeIsSignedInOnce(t *testing.T) {
	const notConfirmed, invalid = "User is not confirmed.", "Invalid session for the user."
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		h := newHall(e, t, nil, nil)
		res := h.signUp(t, "ada")
		if res.Confirmed || res.Session == "" {
			t.Fatalf("sign-up = %+v, want a session and nobody confirmed", res)
		}
		_, err := h.enter(t, "ada", res.Session)
		flowtest.Want(t, err, pool.UserNotConfirmed, notConfirmed)

		session := h.confirm(t, "ada")
		_, err = h.enter(t, "ada", res.Session) // its holder may not be who proved the code
		flowtest.Want(t, err, pool.NotAuthorized, invalid)
		step, err := h.enter(t, "ADA", session)
		if err != nil || step.Tokens == nil {
			t.Fatalf("step = %+v, %v; want tokens", step, err)
		}
		if got, err := e.Tokens.VerifyAccess(t.Context(), step.Tokens.Access); err != nil || got.User.Sub != res.Sub {
			t.Errorf("access token of %+v, %v; want one of %s", got, err, res.Sub)
		}
		_, err = h.enter(t, "ada", session)
		flowtest.Want(t, err, pool.NotAuthorized, "Invalid session for the user, session can only be used once.")

		h.signUp(t, "eve")
		session = h.confirm(t, "eve")
		e.Clock.Advance(3 * time.Minute)
		_, err = h.enter(t, "eve", session)
		flowtest.Want(t, err, pool.NotAuthorized, "Invalid session for the user, session is expired.")
	})
}

func TestWhoIsConfirmedAtOnceIsSignedInAtOnce(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		h := newHall(e, t, nil, nil)
		res := h.signUp(t, "welcome")
		step, err := h.enter(t, "welcome", res.Session)
		if !res.Confirmed || err != nil || step.Tokens == nil {
			t.Errorf("sign-up = %+v, sign-in = %+v, %v; want tokens", res, step, err)
		}
	})
}

func TestThereIsNoSessionWithoutChoices(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for name, h := range map[string]*hall{
			"a client without USER_AUTH": newHall(e, t, nil, func(c *pool.Client) { c.AuthFlows = nil }),
			"the tier LITE":              newHall(e, t, func(p *pool.Pool) { p.Tier = "LITE" }, nil),
		} {
			if res := h.signUp(t, "ada"); res.Session != "" {
				t.Errorf("%s: SignUp gives a session", name)
			}
			if session := h.confirm(t, "ada"); session != "" {
				t.Errorf("%s: Confirm gives a session", name)
			}
		}
	})
}
