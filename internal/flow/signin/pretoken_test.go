package signin_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// changing is a world whose pool changes tokens.
type changing struct {
	*world
	lambda *flowtest.Lambda
	answer func(response map[string]any) error
}

func eachChanging(t *testing.T, version string, test func(*testing.T, *changing)) {
	t.Helper()
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := &changing{world: &world{Env: e, service: service(e, e.Limits)}, answer: func(map[string]any) error { return nil }}
		w.lambda = flowtest.NewLambda(t, func(_ flowtest.Event, response map[string]any) error { return w.answer(response) })
		w.service.Triggers = w.lambda.Triggers
		w.pool = e.Pool(t, func(p *pool.Pool) {
			flowtest.Calls("PreTokenGeneration")(p)
			p.Triggers.Versions = map[string]string{"PreTokenGeneration": version}
		})
		w.client = e.Client(t, w.pool, nil)
		w.ada = e.Person(t, w.pool, "ada", password, verified("ada@example.com"))
		test(t, w)
	})
}

func TestTheOccasionsOfTokens(t *testing.T) {
	eachChanging(t, "V2_0", func(t *testing.T, w *changing) {
		w.answer = func(response map[string]any) error {
			response["claimsAndScopeOverrideDetails"] = map[string]any{
				"idTokenGeneration":     map[string]any{"claimsToAddOrOverride": map[string]any{"tenant": "blue", "sub": "forged"}, "claimsToSuppress": []string{"email"}},
				"accessTokenGeneration": map[string]any{"claimsToAddOrOverride": map[string]any{"roles": []string{"a"}}, "scopesToAdd": []string{"orders/read"}},
				"groupOverrideDetails":  map[string]any{"groupsToOverride": []string{"night"}},
			}
			return nil
		}
		event := func(source string) flowtest.Event {
			t.Helper()
			events := w.lambda.Events()
			if len(events) != 1 || events[0].Source != source || !slices.Equal(events[0].Request.Scopes, []string{"aws.cognito.signin.user.admin"}) {
				t.Fatalf("events %+v, want one of %s", events, source)
			}
			return events[0]
		}
		step, err := w.service.Start(t.Context(), signin.Request{
			ClientID: w.client.ID, Flow: "USER_PASSWORD_AUTH", ClientMetadata: metadata,
			Parameters: parameters("USERNAME", "ada", "PASSWORD", password),
		})
		w.wantTokens(t, step, err, w.ada)
		if e := event("TokenGeneration_Authentication"); e.Request.ClientMetadata != nil || e.Request.UserAttributes["sub"] != w.ada.Sub {
			t.Errorf("asked %+v", e)
		}
		w.wantChanged(t, step.Tokens.ID, step.Tokens.Access)

		x := w.begin(t, w.pool, w.client, "USERNAME", "ada")
		step, err = w.service.Answer(t.Context(), signin.Reply{
			ClientID: w.client.ID, Challenge: "PASSWORD_VERIFIER", Responses: x.proof(t, password), ClientMetadata: metadata,
		})
		w.wantTokens(t, step, err, w.ada)
		if e := event("TokenGeneration_Authentication"); e.Request.ClientMetadata["source"] != "web" {
			t.Errorf("asked %+v", e)
		}

		renewed, err := w.service.Start(t.Context(), signin.Request{
			ClientID: w.client.ID, Flow: "REFRESH_TOKEN_AUTH", ClientMetadata: metadata, Parameters: parameters("REFRESH_TOKEN", step.Tokens.Refresh),
		})
		if err != nil {
			t.Fatal(err)
		}
		if e := event("TokenGeneration_RefreshTokens"); e.Request.ClientMetadata != nil {
			t.Errorf("asked %+v", e)
		}
		w.wantChanged(t, renewed.Tokens.ID, renewed.Tokens.Access)
		set, err := w.service.Refresh(t.Context(), signin.Renewal{ClientID: w.client.ID, Token: step.Tokens.Refresh, ClientMetadata: metadata})
		if err != nil {
			t.Fatal(err)
		}
		if e := event("TokenGeneration_RefreshTokens"); e.Request.ClientMetadata["source"] != "web" {
			t.Errorf("asked %+v", e)
		}
		w.wantChanged(t, set.ID, set.Access)

		lin := w.Person(t, w.pool, "lin", password, func(u *pool.User) { u.Status = pool.ForceChangePassword })
		due, err := w.byPassword(t, w.client, "lin", password)
		if err != nil || len(w.lambda.Events()) != 0 {
			t.Fatalf("step = %+v, %v", due, err)
		}
		step, err = w.world.answer(t, w.client, "NEW_PASSWORD_REQUIRED", due.Session, parameters("USERNAME", "lin", "NEW_PASSWORD", "another horse"))
		w.wantTokens(t, step, err, lin)
		event("TokenGeneration_NewPasswordChallenge")
	})
}

func (w *changing) wantChanged(t *testing.T, idToken, accessToken string) {
	t.Helper()
	id, access := claims(t, idToken), claims(t, accessToken)
	if id["tenant"] != "blue" || id["sub"] != w.ada.Sub || id["email"] != nil || id["cognito:groups"].([]any)[0] != "night" {
		t.Errorf("ID token %v", id)
	}
	if access["roles"].([]any)[0] != "a" || access["scope"] != "aws.cognito.signin.user.admin orders/read" || access["cognito:groups"].([]any)[0] != "night" {
		t.Errorf("access token %v", access)
	}
	if _, err := w.Tokens.VerifyAccess(t.Context(), accessToken); err != nil {
		t.Error(err)
	}
}

func TestAFunctionThatFailsMakesNoTokens(t *testing.T) {
	eachChanging(t, "", func(t *testing.T, w *changing) {
		good, err := w.byPassword(t, w.client, "ada", password)
		w.wantTokens(t, good, err, w.ada)
		w.answer = func(map[string]any) error { return errors.New("not today") }
		const words = "PreTokenGeneration failed with error not today."
		_, err = w.byPassword(t, w.client, "ada", password)
		flowtest.Want(t, err, pool.UserLambdaValidation, words)
		_, err = w.start(t, w.client, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", good.Tokens.Refresh)
		flowtest.Want(t, err, pool.UserLambdaValidation, words)
		w.answer = func(response map[string]any) error {
			response["claimsOverrideDetails"] = map[string]any{"claimsToAddOrOverride": map[string]any{"n": 1}}
			return nil
		}
		_, err = w.byPassword(t, w.client, "ada", password)
		flowtest.Want(t, err, pool.InvalidLambdaResponse, "Unrecognizable lambda output")
		w.answer = func(response map[string]any) error {
			response["claimsOverrideDetails"] = map[string]any{"claimsToAddOrOverride": map[string]any{"n": strings.Repeat("x", 1<<20)}}
			return nil
		}
		_, err = w.byPassword(t, w.client, "ada", password)
		flowtest.Want(t, err, pool.InvalidLambdaResponse, "Unrecognizable lambda output")
		proof := w.begin(t, w.pool, w.client, "USERNAME", "ada").proof(t, password)
		_, err = w.prove(t, w.client, proof)
		flowtest.Want(t, err, pool.InvalidLambdaResponse, "Unrecognizable lambda output")
		w.answer = func(map[string]any) error { return nil }
		step, err := w.prove(t, w.client, proof) // nothing was used up
		w.wantTokens(t, step, err, w.ada)
	})
}

// Whoever gave the right answers is not locked out by a function that fails
// after them, however often.
func TestAFunctionThatFailsLocksNobodyOut(t *testing.T) {
	eachChanging(t, "", func(t *testing.T, w *changing) {
		asking("OPTIONAL")(w.pool)
		tracks(pool.DeviceSettings{ChallengeOnNewDevice: true})(w.pool)
		w.pool.Triggers.ARN["CustomMessage"] = w.pool.Triggers.ARN["PreTokenGeneration"]
		w.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.UpdatePool(ctx, w.pool) })
		const words = " failed with error not today."
		works := w.answer
		fails := func(trigger string, try func() (signin.Step, error)) signin.Step {
			t.Helper()
			w.answer = func(map[string]any) error { return errors.New("not today") }
			for range 8 {
				_, err := try()
				flowtest.Want(t, err, pool.UserLambdaValidation, trigger+words)
			}
			w.answer = works
			step, err := try()
			if err != nil {
				t.Errorf("once %s works: %v", trigger, err)
			}
			return step
		}
		withPassword := func() (signin.Step, error) { return w.byPassword(t, w.client, "ada", password) }
		w.wantTokens(t, fails("PreTokenGeneration", withPassword), nil, w.ada)

		w.Change(t, w.pool, "ada", func(u *pool.User) {
			u.Attributes["phone_number"], u.Attributes["phone_number_verified"], u.Factors.SMS = adaPhone, "true", true
		})
		step := fails("CustomMessage", withPassword)
		if step.Challenge != "SMS_MFA" {
			t.Fatalf("step = %+v", step)
		}
		answer := parameters("USERNAME", "ada", "SMS_MFA_CODE", w.Code(t, adaPhone))
		w.wantTokens(t, fails("PreTokenGeneration", func() (signin.Step, error) {
			return w.world.answer(t, w.client, "SMS_MFA", step.Session, answer)
		}), nil, w.ada)

		g := w.gadget(t, w.ada, true)
		step, err := w.start(t, w.client, "USER_PASSWORD_AUTH", "USERNAME", "ada", "PASSWORD", password, "DEVICE_KEY", g.key)
		if err != nil {
			t.Fatal(err)
		}
		proof := w.asked(t, g, step)
		w.wantTokens(t, fails("PreTokenGeneration", func() (signin.Step, error) { return w.proveDevice(t, proof) }), nil, w.ada)
	})
}
