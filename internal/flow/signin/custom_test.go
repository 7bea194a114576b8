package signin_test

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

const (
	define = "DefineAuthChallenge_Authentication"
	create = "CreateAuthChallenge_Authentication"
	verify = "VerifyAuthChallengeResponse_Authentication"
)

// talking is a world whose pool signs people in by custom challenges. define
// says what comes after the rounds so far: tokens, "fail", or a challenge; the
// answer to each is "5".
type talking struct {
	*world
	lambda *flowtest.Lambda
	define func(rounds []trigger.Round) string
	fail   string // the source whose function fails
}

func eachTalking(t *testing.T, ofPool func(*pool.Pool), test func(*testing.T, *talking)) {
	t.Helper()
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := &talking{world: &world{Env: e, service: service(e, e.Limits)}, define: untilRight}
		w.lambda = flowtest.NewLambda(t, w.function)
		w.service.Triggers = w.lambda.Triggers
		w.pool = e.Pool(t, func(p *pool.Pool) {
			flowtest.Calls("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")(p)
			if ofPool != nil {
				ofPool(p)
			}
		})
		custom := func(c *pool.Client) { c.AuthFlows = []string{"ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"} }
		w.client, w.hiding = e.Client(t, w.pool, custom), e.Client(t, w.pool, func(c *pool.Client) { custom(c); hides(c) })
		w.ada = e.Person(t, w.pool, "ada", password, verified("ada@example.com"))
		test(t, w)
	})
}

func (w *talking) function(e flowtest.Event, response map[string]any) error {
	if e.Source == w.fail {
		return errors.New("not today")
	}
	switch e.Source {
	case define:
		switch next := w.define(e.Request.Session); next {
		case "tokens":
			response["issueTokens"] = true
		case "fail":
			response["failAuthentication"] = true
		default:
			response["challengeName"] = next
		}
	case create:
		response["publicChallengeParameters"] = map[string]any{"question": "2 + 3", "USERNAME": "mallory"}
		response["privateChallengeParameters"] = map[string]any{"answer": 5}
		response["challengeMetadata"] = "SUM"
	case verify:
		response["answerCorrect"] = e.Request.ChallengeAnswer == e.Request.PrivateChallengeParameters["answer"]
	}
	return nil
}

// untilRight asks custom challenges, three at most, until an answer is right.
func untilRight(rounds []trigger.Round) string {
	switch {
	case len(rounds) > 0 && rounds[len(rounds)-1].Right:
		return "tokens"
	case len(rounds) == 3:
		return "fail"
	}
	return "CUSTOM_CHALLENGE"
}

// script says what comes after no round, one, two ...
func script(names ...string) func([]trigger.Round) string {
	return func(rounds []trigger.Round) string {
		if len(rounds) < len(names) {
			return names[len(rounds)]
		}
		return "tokens"
	}
}

func (w *talking) open(t *testing.T, c *pool.Client, name string) signin.Step {
	t.Helper()
	step, err := w.start(t, c, "CUSTOM_AUTH", "USERNAME", name)
	if err != nil || step.Challenge != "CUSTOM_CHALLENGE" || step.Session == "" {
		t.Fatalf("step = %+v, %v; want CUSTOM_CHALLENGE", step, err)
	}
	return step
}

// say answers a custom challenge by the user name that it named.
func (w *talking) say(t *testing.T, c *pool.Client, step signin.Step, answer string) (signin.Step, error) {
	t.Helper()
	return w.service.Answer(t.Context(), signin.Reply{
		ClientID: c.ID, Challenge: "CUSTOM_CHALLENGE", Session: step.Session, ClientMetadata: metadata,
		Responses: parameters("USERNAME", step.Parameters["USERNAME"], "ANSWER", answer),
	})
}

func TestAConversationByCustomChallenges(t *testing.T) {
	eachTalking(t, nil, func(t *testing.T, w *talking) {
		step, err := w.service.Start(t.Context(), signin.Request{
			ClientID: w.client.ID, Flow: "CUSTOM_AUTH", Parameters: parameters("USERNAME", "ada"), ClientMetadata: metadata,
		})
		if err != nil || !maps.Equal(step.Parameters, map[string]string{"question": "2 + 3", "USERNAME": "ada"}) {
			t.Fatalf("step = %+v, %v", step, err)
		}
		first := w.lambda.Events()
		if got := flowtest.Sources(first); !slices.Equal(got, []string{define, create}) {
			t.Fatalf("called for %v", got)
		}
		if r := first[0].Request; len(r.Session) != 0 || r.ClientMetadata != nil || r.UserNotFound != nil || r.UserAttributes["email"] != "ada@example.com" {
			t.Errorf("the first question was %+v", r)
		}
		again, err := w.say(t, w.client, step, "4")
		if err != nil || again.Challenge != "CUSTOM_CHALLENGE" || again.Session == step.Session {
			t.Fatalf("after a wrong answer: %+v, %v", again, err)
		}
		second := w.lambda.Events()
		if got := flowtest.Sources(second); !slices.Equal(got, []string{verify, define, create}) {
			t.Fatalf("called for %v", got)
		}
		if r := second[0].Request; r.ChallengeAnswer != "4" || r.PrivateChallengeParameters["answer"] != "5" || r.ClientMetadata["source"] != "web" {
			t.Errorf("verified %+v", r)
		}
		wrong := trigger.Round{Challenge: "CUSTOM_CHALLENGE", Metadata: new("SUM")}
		if r := second[1].Request; !reflect.DeepEqual(r.Session, []trigger.Round{wrong}) || r.ClientMetadata["source"] != "web" {
			t.Errorf("the second question was %+v", r)
		}
		done, err := w.say(t, w.client, again, "5")
		w.wantTokens(t, done, err, w.ada)
		third := w.lambda.Events()
		right := trigger.Round{Challenge: "CUSTOM_CHALLENGE", Right: true, Metadata: new("SUM")}
		if got := flowtest.Sources(third); !slices.Equal(got, []string{verify, define}) || !reflect.DeepEqual(third[1].Request.Session, []trigger.Round{wrong, right}) {
			t.Errorf("called with %+v", third)
		}
		for _, old := range []signin.Step{step, again} {
			_, err := w.say(t, w.client, old, "5")
			flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
		}
		if events := w.lambda.Events(); len(events) != 0 {
			t.Errorf("old sessions were asked about: %+v", events)
		}
		if _, err := w.start(t, w.client, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", done.Tokens.Refresh); err != nil {
			t.Errorf("refresh: %v", err)
		}
	})
}

func TestTheFunctionsEndAConversation(t *testing.T) {
	eachTalking(t, nil, func(t *testing.T, w *talking) {
		step := w.open(t, w.client, "ada")
		var err error
		for range 2 {
			if step, err = w.say(t, w.client, step, "4"); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.say(t, w.client, step, "4")
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		_, err = w.say(t, w.client, step, "5")
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)

		w.define = script("fail")
		_, err = w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada")
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		w.define = script("tokens")
		step, err = w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada")
		w.wantTokens(t, step, err, w.ada)
	})
}

func TestAConversationWithThePasswordInBetween(t *testing.T) {
	eachTalking(t, nil, func(t *testing.T, w *talking) {
		w.define = func(rounds []trigger.Round) string {
			switch len(rounds) {
			case 1:
				return "PASSWORD_VERIFIER"
			case 2:
				return "CUSTOM_CHALLENGE"
			}
			return "tokens"
		}
		client := srp.NewClient()
		step, err := w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada", "CHALLENGE_NAME", "SRP_A", "SRP_A", client.A())
		if err != nil || step.Challenge != "PASSWORD_VERIFIER" {
			t.Fatalf("step = %+v, %v", step, err)
		}
		x := exchange{w.pool, client, step.Parameters}
		_, err = w.prove(t, w.client, x.proof(t, "wrong"))
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		if step, err = w.prove(t, w.client, x.proof(t, password)); err != nil || step.Challenge != "CUSTOM_CHALLENGE" {
			t.Fatalf("after the password: %+v, %v", step, err)
		}
		_, err = w.prove(t, w.client, x.proof(t, password))
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
		w.lambda.Events()
		done, err := w.say(t, w.client, step, "5")
		w.wantTokens(t, done, err, w.ada)
		events := w.lambda.Events()
		want := []trigger.Round{{Challenge: "SRP_A", Right: true}, {Challenge: "PASSWORD_VERIFIER", Right: true},
			{Challenge: "CUSTOM_CHALLENGE", Right: true, Metadata: new("SUM")}}
		if got := events[len(events)-1].Request.Session; !reflect.DeepEqual(got, want) {
			t.Errorf("rounds %+v, want %+v", got, want)
		}

		_, err = w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada", "CHALLENGE_NAME", "SRP_A")
		flowtest.Want(t, err, pool.InvalidParameter, "Missing required parameter SRP_A")
		_, err = w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada", "CHALLENGE_NAME", "SRP_A", "SRP_A", "0")
		flowtest.Want(t, err, pool.InvalidParameter, "Invalid SRP_A parameter.")
		w.define = script("PASSWORD_VERIFIER")
		_, err = w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada")
		flowtest.Want(t, err, pool.InvalidParameter, "Missing required parameter SRP_A")
	})
}

func TestNobodyIsTalkedToLikeSomebody(t *testing.T) {
	eachTalking(t, nil, func(t *testing.T, w *talking) {
		_, err := w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "eve")
		flowtest.Want(t, err, pool.UserNotFound, noSuchUser)
		if events := w.lambda.Events(); len(events) != 0 {
			t.Errorf("asked about nobody: %+v", events)
		}
		nobody, somebody := w.open(t, w.hiding, "eve"), w.open(t, w.hiding, "ada")
		if len(nobody.Session) != len(somebody.Session) || len(nobody.Parameters) != len(somebody.Parameters) || nobody.Parameters["USERNAME"] != "eve" {
			t.Errorf("nobody is asked %+v, somebody %+v", nobody, somebody)
		}
		events := w.lambda.Events()
		if eve := events[0]; eve.UserName != "eve" || len(eve.Request.UserAttributes) != 0 || eve.Request.UserNotFound == nil || !*eve.Request.UserNotFound {
			t.Errorf("told of nobody: %+v", eve)
		}
		if ada := events[2]; ada.Request.UserNotFound == nil || *ada.Request.UserNotFound {
			t.Errorf("told of somebody: %+v", ada)
		}
		_, err = w.say(t, w.hiding, nobody, "5") // for which there would be tokens
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		if events := w.lambda.Events(); !*events[0].Request.UserNotFound || events[0].Request.PrivateChallengeParameters["answer"] != "5" {
			t.Errorf("verified %+v", events[0])
		}
		client := srp.NewClient()
		w.define = func(rounds []trigger.Round) string { return "PASSWORD_VERIFIER" }
		step, err := w.start(t, w.hiding, "CUSTOM_AUTH", "USERNAME", "eve", "CHALLENGE_NAME", "SRP_A", "SRP_A", client.A())
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.prove(t, w.hiding, exchange{w.pool, client, step.Parameters}.proof(t, password))
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
	})
}

// Of many answers to one session at once, at two nodes, a single one is looked
// at.
func TestASessionOfAConversationIsGoodForOneAnswer(t *testing.T) {
	eachTalking(t, nil, func(t *testing.T, w *talking) {
		step := w.open(t, w.client, "ada")
		w.lambda.Events()
		nodes := [2]*talking{w, {world: &world{Env: w.Env, service: service(w.Env, w.Limits)}}}
		nodes[1].service.Triggers = w.lambda.Triggers
		var all sync.WaitGroup
		var mu sync.Mutex
		kinds := map[string]int{}
		for i := range 20 {
			all.Go(func() {
				answer := "4"
				if i == 0 {
					answer = "5"
				}
				_, err := nodes[i%2].say(t, w.client, step, answer)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					kinds["heard"]++
				} else {
					kinds[err.Error()]++
				}
			})
		}
		all.Wait()
		if kinds["heard"] != 1 || kinds[sessionSpent] != 19 {
			t.Errorf("outcomes %v, want one that is heard", kinds)
		}
		verified := 0
		for _, source := range flowtest.Sources(w.lambda.Events()) {
			if source == verify {
				verified++
			}
		}
		if verified != 1 {
			t.Errorf("%d answers were looked at, want one", verified)
		}
	})
}

func TestFunctionsThatFailInAConversation(t *testing.T) {
	eachTalking(t, nil, func(t *testing.T, w *talking) {
		for _, source := range []string{define, create} {
			w.fail = source
			_, err := w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada")
			flowtest.Want(t, err, pool.UserLambdaValidation, strings.TrimSuffix(source, "_Authentication")+" failed with error not today.")
		}
		w.fail = ""
		step := w.open(t, w.client, "ada")
		w.fail = verify
		_, err := w.say(t, w.client, step, "5")
		flowtest.Want(t, err, pool.UserLambdaValidation, "VerifyAuthChallengeResponse failed with error not today.")
		w.fail = ""
		_, err = w.say(t, w.client, step, "5") // it was looked at
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
		for _, impossible := range []string{"DANCE", "PASSWORD_SRP", "SMS_MFA", "SOFTWARE_TOKEN_MFA", "DEVICE_SRP_AUTH", "SELECT_MFA_TYPE", "MFA_SETUP", "NEW_PASSWORD_REQUIRED"} {
			w.define = script(impossible)
			_, err := w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada")
			flowtest.Want(t, err, pool.InvalidLambdaResponse, "Unrecognizable lambda output")
		}
		w.define = func([]trigger.Round) string { return "CUSTOM_CHALLENGE" }
		step = w.open(t, w.client, "ada")
		for range 100 {
			if step, err = w.say(t, w.client, step, "4"); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.say(t, w.client, step, "4") // enough
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
	})
}

func TestWhatEndsAConversation(t *testing.T) {
	eachTalking(t, nil, func(t *testing.T, w *talking) {
		other := w.Client(t, w.pool, func(c *pool.Client) { c.AuthFlows = []string{"ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"} })
		step := w.open(t, w.client, "ada")
		_, err := w.say(t, other, step, "5")
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		_, err = w.answer(t, w.client, "CUSTOM_CHALLENGE", step.Session, parameters("USERNAME", "ada"))
		flowtest.Want(t, err, pool.InvalidParameter, "Missing required parameter ANSWER")
		w.Person(t, w.pool, "eve", password, nil)
		_, err = w.answer(t, w.client, "CUSTOM_CHALLENGE", step.Session, parameters("USERNAME", "eve", "ANSWER", "5"))
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Enabled = false })
		_, err = w.say(t, w.client, step, "5")
		flowtest.Want(t, err, pool.NotAuthorized, disabled)
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Enabled = true; u.SessionGeneration++ })
		_, err = w.say(t, w.client, step, "5")
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)

		late := w.open(t, w.client, "ada")
		w.Clock.Advance(4 * time.Minute)
		_, err = w.say(t, w.client, late, "5")
		flowtest.Want(t, err, pool.NotAuthorized, sessionExpired)

		gone := w.open(t, w.client, "eve")
		w.delete(t, w.find(t, "eve"))
		_, err = w.say(t, w.client, gone, "5")
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
	})
}

func (w *talking) find(t *testing.T, name string) (u *pool.User) {
	t.Helper()
	err := w.Store.View(t.Context(), func(snap store.Snapshot) (err error) {
		u, err = snap.UserByName(t.Context(), w.pool.Key, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestWhoHasYetToConfirmOrToChooseAPassword(t *testing.T) {
	eachTalking(t, nil, func(t *testing.T, w *talking) {
		w.Person(t, w.pool, "una", password, func(u *pool.User) { u.Status = pool.Unconfirmed })
		_, err := w.say(t, w.client, w.open(t, w.client, "una"), "5")
		flowtest.Want(t, err, pool.UserNotConfirmed, "User is not confirmed.")

		lin := w.Person(t, w.pool, "lin", password, func(u *pool.User) { u.Status = pool.ForceChangePassword })
		step, err := w.say(t, w.client, w.open(t, w.client, "lin"), "5")
		w.wantTokens(t, step, err, lin)
	})
}

func TestAPoolWithoutFunctionsForCustomChallenges(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const words = "Custom auth lambda trigger is not configured for the user pool."
		c := w.Client(t, w.pool, func(c *pool.Client) { c.AuthFlows = []string{"ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"} })
		_, err := w.start(t, c, "CUSTOM_AUTH", "USERNAME", "ada")
		flowtest.Want(t, err, pool.InvalidParameter, words)
	})
}
