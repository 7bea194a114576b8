package signin_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// hooked is a world whose pool calls functions around a sign-in. What they
// answer can be changed while nobody signs in.
type hooked struct {
	*world
	lambda *flowtest.Lambda
	answer func(flowtest.Event) error
}

func eachHooked(t *testing.T, test func(*testing.T, *hooked)) {
	t.Helper()
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		h := &hooked{world: &world{Env: e, service: service(e, e.Limits)}}
		h.answer = func(flowtest.Event) error { return nil }
		h.lambda = flowtest.NewLambda(t, func(event flowtest.Event, _ map[string]any) error { return h.answer(event) })
		h.service.Triggers = h.lambda.Triggers
		h.pool = e.Pool(t, flowtest.Calls("PreAuthentication", "PostAuthentication"))
		h.client, h.hiding = e.Client(t, h.pool, nil), e.Client(t, h.pool, hides)
		h.ada = e.Person(t, h.pool, "ada", password, verified("ada@example.com"))
		test(t, h)
	})
}

// refusing is a function that fails for one source.
func refusing(source string) func(flowtest.Event) error {
	return func(e flowtest.Event) error {
		if e.Source == source {
			return errors.New("not today")
		}
		return nil
	}
}

const (
	before = "PreAuthentication_Authentication"
	after  = "PostAuthentication_Authentication"
)

var metadata = map[string]string{"source": "web"}

func TestAPasswordSignInIsAskedAboutAndTold(t *testing.T) {
	eachHooked(t, func(t *testing.T, h *hooked) {
		step, err := h.service.Start(t.Context(), signin.Request{
			ClientID: h.client.ID, Flow: "USER_PASSWORD_AUTH", ClientMetadata: metadata,
			Parameters: parameters("USERNAME", "ada", "PASSWORD", password),
		})
		h.wantTokens(t, step, err, h.ada)
		events := h.lambda.Events()
		if got := flowtest.Sources(events); !slices.Equal(got, []string{before, after}) {
			t.Fatalf("called for %v", got)
		}
		ask, tell := events[0].Request, events[1].Request
		if ask.ValidationData["source"] != "web" || ask.ClientMetadata != nil || ask.UserNotFound != nil || ask.UserAttributes["sub"] != h.ada.Sub {
			t.Errorf("asked %+v", ask)
		}
		if tell.ClientMetadata != nil || tell.UserAttributes["email"] != "ada@example.com" {
			t.Errorf("told %+v: the metadata of InitiateAuth goes no further", tell)
		}

		if _, err := h.start(t, h.client, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", step.Tokens.Refresh); err != nil {
			t.Fatalf("refresh: %v", err)
		}
		if events := h.lambda.Events(); len(events) != 0 {
			t.Errorf("called at a refresh: %+v", events)
		}
	})
}

func TestAnSRPSignInIsAskedAboutAtItsStartAndToldAtItsEnd(t *testing.T) {
	eachHooked(t, func(t *testing.T, h *hooked) {
		x := h.begin(t, h.pool, h.client, "USERNAME", "ada")
		if got := flowtest.Sources(h.lambda.Events()); !slices.Equal(got, []string{before}) {
			t.Fatalf("called for %v at the start", got)
		}
		reply := signin.Reply{
			ClientID: h.client.ID, Challenge: "PASSWORD_VERIFIER", Responses: x.proof(t, password), ClientMetadata: metadata,
		}
		step, err := h.service.Answer(t.Context(), reply)
		h.wantTokens(t, step, err, h.ada)
		events := h.lambda.Events()
		if got := flowtest.Sources(events); !slices.Equal(got, []string{after}) {
			t.Fatalf("called for %v at the end", got)
		}
		if events[0].Request.ClientMetadata["source"] != "web" {
			t.Errorf("told %+v", events[0].Request)
		}
		_, err = h.service.Answer(t.Context(), reply)
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
		if events := h.lambda.Events(); len(events) != 0 {
			t.Errorf("told of a sign-in twice: %+v", events)
		}
	})
}

func TestPreAuthenticationRefusesBeforeThePasswordCounts(t *testing.T) {
	eachHooked(t, func(t *testing.T, h *hooked) {
		h.answer = refusing(before)
		for range 8 { // more than lock a user out
			_, err := h.byPassword(t, h.client, "ada", "wrong")
			flowtest.Want(t, err, pool.UserLambdaValidation, "PreAuthentication failed with error not today.")
		}
		_, err := h.start(t, h.client, "USER_SRP_AUTH", "USERNAME", "ada", "SRP_A", "1f")
		flowtest.Want(t, err, pool.UserLambdaValidation, "PreAuthentication failed with error not today.")
		h.answer = refusing("")
		step, err := h.byPassword(t, h.client, "ada", password)
		h.wantTokens(t, step, err, h.ada)
	})
}

func TestPreAuthenticationComesAfterTheLookupAndBeforeTheLockOut(t *testing.T) {
	eachHooked(t, func(t *testing.T, h *hooked) {
		_, err := h.byPassword(t, h.client, "nobody", password)
		flowtest.Want(t, err, pool.UserNotFound, noSuchUser)
		h.Person(t, h.pool, "off", password, func(u *pool.User) { u.Enabled = false })
		_, err = h.byPassword(t, h.client, "off", password)
		flowtest.Want(t, err, pool.NotAuthorized, disabled)
		if events := h.lambda.Events(); len(events) != 0 {
			t.Errorf("asked about those who cannot sign in: %+v", events)
		}

		h.Person(t, h.pool, "reset", password, func(u *pool.User) { u.Status = pool.ResetRequired })
		_, err = h.byPassword(t, h.client, "reset", password)
		flowtest.Want(t, err, pool.PasswordResetRequired, resetRequired)
		_, err = h.byPassword(t, h.hiding, "nobody", password)
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		_, err = h.byPassword(t, h.hiding, "ada", "wrong")
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		events := h.lambda.Events()
		if got := flowtest.Sources(events); !slices.Equal(got, []string{before, before, before}) {
			t.Fatalf("called for %v", got)
		}
		nobody, ada := events[1], events[2]
		if nobody.UserName != "nobody" || len(nobody.Request.UserAttributes) != 0 || nobody.Request.UserNotFound == nil || !*nobody.Request.UserNotFound {
			t.Errorf("asked about nobody: %+v", nobody)
		}
		if ada.UserName != "ada" || ada.Request.UserNotFound == nil || *ada.Request.UserNotFound {
			t.Errorf("asked about ada: %+v", ada)
		}
	})
}

func TestPostAuthenticationTakesASignInBack(t *testing.T) {
	eachHooked(t, func(t *testing.T, h *hooked) {
		h.answer = refusing(after)
		for range 8 { // the password was right: nobody is locked out
			step, err := h.byPassword(t, h.client, "ada", password)
			flowtest.Want(t, err, pool.UserLambdaValidation, "PostAuthentication failed with error not today.")
			if step.Tokens != nil {
				t.Fatal("there are tokens")
			}
		}
		proof := h.begin(t, h.pool, h.client, "USERNAME", "ada").proof(t, password)
		_, err := h.prove(t, h.client, proof)
		flowtest.Want(t, err, pool.UserLambdaValidation, "PostAuthentication failed with error not today.")
		h.answer = refusing("")
		_, err = h.prove(t, h.client, proof)
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
		step, err := h.byPassword(t, h.client, "ada", password)
		h.wantTokens(t, step, err, h.ada)
	})
}

func TestPostAuthenticationSeesTheUserAsItIsNow(t *testing.T) {
	eachHooked(t, func(t *testing.T, h *hooked) {
		lin := h.Person(t, h.pool, "lin", password, func(u *pool.User) { u.Status = pool.ForceChangePassword })
		step, err := h.byPassword(t, h.client, "lin", password)
		if err != nil || step.Challenge != "NEW_PASSWORD_REQUIRED" {
			t.Fatalf("step = %+v, %v", step, err)
		}
		if got := flowtest.Sources(h.lambda.Events()); !slices.Equal(got, []string{before}) {
			t.Fatalf("called for %v before the sign-in is over", got)
		}
		var stored pool.Status
		h.answer = func(e flowtest.Event) error { stored = h.Again(t, lin).Status; return nil }
		step, err = h.answerNew(t, step.Session, "lin", "another horse")
		h.wantTokens(t, step, err, lin)
		events := h.lambda.Events()
		if len(events) != 1 || events[0].Request.UserAttributes["cognito:user_status"] != "CONFIRMED" || stored != pool.Confirmed {
			t.Errorf("told %+v with %s stored, want CONFIRMED in both", events, stored)
		}
	})
}

func TestAUserWhomPostAuthenticationDisablesGetsNoTokens(t *testing.T) {
	eachHooked(t, func(t *testing.T, h *hooked) {
		h.answer = func(e flowtest.Event) error {
			if e.Source == after {
				h.Change(t, h.pool, "ada", func(u *pool.User) { u.Enabled = false })
			}
			return nil
		}
		step, err := h.byPassword(t, h.client, "ada", password)
		flowtest.Want(t, err, pool.NotAuthorized, disabled)
		if step.Tokens != nil {
			t.Error("there are tokens")
		}
	})
}

func (h *hooked) answerNew(t *testing.T, session, name, password string) (signin.Step, error) {
	t.Helper()
	return h.world.answer(t, h.client, "NEW_PASSWORD_REQUIRED", session, parameters("USERNAME", name, "NEW_PASSWORD", password))
}
