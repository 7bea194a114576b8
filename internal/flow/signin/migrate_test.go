package signin_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
)

const (
	migration = "UserMigration_Authentication"
	oldSecret = "old" // which no policy takes
)

// moving is a world whose pool asks another system, which knows eve.
type moving struct {
	*world
	lambda *flowtest.Lambda
	answer map[string]any // of the other system
}

func eachMoving(t *testing.T, ofPool func(*pool.Pool), test func(*testing.T, *moving)) {
	t.Helper()
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := &moving{world: &world{Env: e, service: service(e, e.Limits)}}
		w.answer = map[string]any{
			"userAttributes":  map[string]any{"email": "eve@example.com", "email_verified": "true"},
			"finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS",
		}
		w.lambda = flowtest.NewLambda(t, func(event flowtest.Event, response map[string]any) error {
			switch {
			case event.Source != migration:
				return nil
			case event.Request.Password != oldSecret:
				return errors.New("Bad password")
			}
			for name, value := range w.answer {
				response[name] = value
			}
			return nil
		})
		w.service.Triggers = w.lambda.Triggers
		w.pool = e.Pool(t, func(p *pool.Pool) {
			flowtest.Calls("UserMigration", "PreAuthentication")(p)
			if ofPool != nil {
				ofPool(p)
			}
		})
		w.client, w.hiding = e.Client(t, w.pool, nil), e.Client(t, w.pool, hides)
		test(t, w)
	})
}

func TestAUserComesFromAnotherSystem(t *testing.T) {
	eachMoving(t, nil, func(t *testing.T, w *moving) {
		step, err := w.service.Start(t.Context(), signin.Request{
			ClientID: w.client.ID, Flow: "USER_PASSWORD_AUTH", ClientMetadata: metadata,
			Parameters: parameters("USERNAME", "Eve", "PASSWORD", oldSecret),
		})
		if err != nil {
			t.Fatal(err)
		}
		eve := w.User(t, w.pool, "eve")
		w.wantTokens(t, step, err, eve)
		if eve.Status != pool.Confirmed || eve.Attributes["email"] != "eve@example.com" || !eve.Verified("email") {
			t.Errorf("user = %+v", eve)
		}
		events := w.lambda.Events()
		if got := flowtest.Sources(events); !slices.Equal(got, []string{migration, before}) {
			t.Fatalf("called for %v", got)
		}
		if e := events[0]; e.UserName != "Eve" || e.Request.ValidationData["source"] != "web" || e.Request.ClientMetadata != nil {
			t.Errorf("asked %+v", e)
		}
		step, err = w.bySRP(t, w.pool, w.client, "eve", oldSecret) // which has a verifier now
		w.wantTokens(t, step, err, eve)
		_, err = w.byPassword(t, w.client, "eve", "wrong")
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		if got := flowtest.Sources(w.lambda.Events()); slices.Contains(got, migration) {
			t.Errorf("asked again about who has come: %v", got)
		}
	})
}

func TestAdministratorsBringUsersToo(t *testing.T) {
	eachMoving(t, nil, func(t *testing.T, w *moving) {
		c := w.Client(t, w.pool, func(c *pool.Client) {
			c.AuthFlows = []string{"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
		})
		step, err := w.asAdmin(w.pool).start(t, c, "ADMIN_USER_PASSWORD_AUTH", "USERNAME", "eve", "PASSWORD", oldSecret)
		w.wantTokens(t, step, err, w.User(t, w.pool, "eve"))
	})
}

func TestNobodyComesWithoutAPassword(t *testing.T) {
	eachMoving(t, nil, func(t *testing.T, w *moving) {
		_, err := w.start(t, w.client, "USER_SRP_AUTH", "USERNAME", "eve", "SRP_A", srp.NewClient().A(), "PASSWORD", oldSecret)
		flowtest.Want(t, err, pool.UserNotFound, noSuchUser)
		if events := w.lambda.Events(); len(events) != 0 {
			t.Errorf("asked %+v", events)
		}
	})
}

func TestAUserComesByAChoiceOfThePassword(t *testing.T) {
	eachMoving(t, nil, func(t *testing.T, w *moving) {
		choice := func(c *pool.Client) { c.AuthFlows = []string{"ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"} }
		for _, c := range []*pool.Client{w.Client(t, w.pool, choice), w.Client(t, w.pool, func(c *pool.Client) { choice(c); hides(c) })} {
			for _, tt := range []struct {
				name  string
				enter func(name string) (signin.Step, error)
			}{
				{"sent at once", func(name string) (signin.Step, error) {
					return w.start(t, c, "USER_AUTH", "USERNAME", name, "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", oldSecret)
				}},
				{"chosen later", func(name string) (signin.Step, error) {
					step, err := w.start(t, c, "USER_AUTH", "USERNAME", name)
					if err != nil || step.Challenge != "SELECT_CHALLENGE" {
						t.Fatalf("step = %+v, %v", step, err)
					}
					return w.service.Answer(t.Context(), signin.Reply{
						ClientID: c.ID, Challenge: "SELECT_CHALLENGE", Session: step.Session, ClientMetadata: metadata,
						Responses: parameters("USERNAME", name, "ANSWER", "PASSWORD", "PASSWORD", oldSecret),
					})
				}},
			} {
				t.Run(tt.name, func(t *testing.T) {
					name := "eve" + c.ID[:4] + tt.name[:4]
					step, err := tt.enter(name)
					if err != nil {
						t.Fatal(err)
					}
					w.wantTokens(t, step, err, w.User(t, w.pool, w.pool.Fold(name)))
				})
			}
			step, err := w.start(t, c, "USER_AUTH", "USERNAME", "mallory", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", "guess")
			if err == nil || step.Challenge != "" {
				t.Errorf("step = %+v", step)
			}
		}
	})
}

func TestTheOtherSystemRefuses(t *testing.T) {
	eachMoving(t, nil, func(t *testing.T, w *moving) {
		told := "Exception migrating user in app client " + w.client.ID
		refused := func(name, secret string) {
			t.Helper()
			_, err := w.byPassword(t, w.client, name, secret)
			flowtest.Want(t, err, pool.UserNotFound, told)
			_, err = w.byPassword(t, w.hiding, name, secret)
			flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		}
		refused("eve", "wrong")
		whole := w.answer
		for name, answer := range map[string]map[string]any{
			"nothing":           {},
			"no attributes":     {"userAttributes": map[string]any{}, "finalUserStatus": "CONFIRMED"},
			"unknown attribute": {"userAttributes": map[string]any{"email": "eve@example.com", "custom:unknown": "x"}, "finalUserStatus": "CONFIRMED"},
			"a bad address":     {"userAttributes": map[string]any{"email": "eve"}, "finalUserStatus": "CONFIRMED"},
		} {
			t.Run(name, func(t *testing.T) {
				w.answer = answer
				refused("eve "[:3]+"-"+name[:2], oldSecret)
			})
		}
		refused("two words", oldSecret)
		refused(strings.Repeat("x", 129), oldSecret)
		w.answer = map[string]any{"userAttributes": map[string]any{"email": "eve@example.com"}, "finalUserStatus": "ARCHIVED"}
		_, err := w.byPassword(t, w.client, "eva", oldSecret)
		flowtest.Want(t, err, pool.InvalidLambdaResponse, "Unrecognizable lambda output")
		_, err = w.byPassword(t, w.hiding, "eva", oldSecret)
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)

		w.answer = map[string]any{"userAttributes": map[string]any{"name": "Eve", "email_verified": "true"}, "finalUserStatus": "CONFIRMED"}
		if step, err := w.byPassword(t, w.client, "bare", oldSecret); err != nil || claims(t, step.Tokens.ID)["email_verified"] != nil {
			t.Errorf("step = %+v, %v; want no proof of no address", step, err)
		}

		w.answer = whole
		w.answer["finalUserStatus"] = "RESET_REQUIRED"
		_, err = w.byPassword(t, w.client, "lazy", oldSecret)
		flowtest.Want(t, err, pool.PasswordResetRequired, resetRequired)
		if u := w.User(t, w.pool, "lazy"); u.Status != pool.ResetRequired {
			t.Errorf("status %s", u.Status)
		}
		w.answer["finalUserStatus"] = nil // that of CONFIRMED; source: the service's guide to the trigger
		step, err := w.byPassword(t, w.client, "lena", oldSecret)
		w.wantTokens(t, step, err, w.User(t, w.pool, "lena"))
	})
}

// The other system is not there to be guessed at.
func TestTriesAtTheOtherSystemAreCounted(t *testing.T) {
	eachMoving(t, nil, func(t *testing.T, w *moving) {
		for range 5 {
			_, err := w.byPassword(t, w.client, "eve", "wrong")
			flowtest.Want(t, err, pool.UserNotFound, "Exception migrating user in app client "+w.client.ID)
		}
		w.lambda.Events()
		for _, secret := range []string{"wrong", oldSecret} {
			_, err := w.byPassword(t, w.client, "eve", secret)
			flowtest.Want(t, err, pool.NotAuthorized, lockedOut)
		}
		if events := w.lambda.Events(); len(events) != 0 {
			t.Errorf("asked while locked out: %+v", events)
		}
	})
}

// A pool that tells Eve from eve asks a system which may not: the spellings of a
// name have their tries together.
func TestTriesAtTheOtherSystemAreCountedInEverySpelling(t *testing.T) {
	eachMoving(t, func(p *pool.Pool) { p.CaseInsensitive = false }, func(t *testing.T, w *moving) {
		for _, name := range []string{"eve", "Eve", "eVe", "evE", "EVE"} {
			_, err := w.byPassword(t, w.client, name, "wrong")
			flowtest.Want(t, err, pool.UserNotFound, "Exception migrating user in app client "+w.client.ID)
		}
		_, err := w.byPassword(t, w.client, "EvE", oldSecret)
		flowtest.Want(t, err, pool.NotAuthorized, lockedOut)
		w.Clock.Advance(time.Minute)
		step, err := w.byPassword(t, w.client, "EvE", oldSecret)
		w.wantTokens(t, step, err, w.User(t, w.pool, "EvE"))
	})
}

func TestOneUserComesOnce(t *testing.T) {
	eachMoving(t, nil, func(t *testing.T, w *moving) {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				step, err := w.byPassword(t, w.client, "eve", oldSecret)
				if err != nil || step.Tokens == nil {
					t.Errorf("step = %+v, %v", step, err)
				}
			})
		}
		all.Wait()
	})
}

func TestAliasesOfWhoComes(t *testing.T) {
	ofPool := func(p *pool.Pool) { p.AliasAttributes = []string{"email"} }
	eachMoving(t, ofPool, func(t *testing.T, w *moving) {
		old := w.Person(t, w.pool, "old", password, verified("eve@example.com"))
		_, err := w.byPassword(t, w.client, "eve", oldSecret)
		flowtest.Want(t, err, pool.UserNotFound, "Exception migrating user in app client "+w.client.ID)
		w.answer["forceAliasCreation"] = true
		step, err := w.byPassword(t, w.client, "eve", oldSecret)
		eve := w.User(t, w.pool, "eve")
		w.wantTokens(t, step, err, eve)
		if u := w.Again(t, old); u.Verified("email") {
			t.Error("the address is still proved for who had it")
		}
		w.answer["userAttributes"] = map[string]any{"username": "kim", "email": "kim@example.com", "email_verified": "true"}
		step, err = w.byPassword(t, w.client, "kim@example.com", oldSecret)
		w.wantTokens(t, step, err, w.User(t, w.pool, "kim"))
	})
}

func TestWhoComesToAPoolOfAddresses(t *testing.T) {
	ofPool := func(p *pool.Pool) { p.UsernameAttributes = []string{"email"} }
	eachMoving(t, ofPool, func(t *testing.T, w *moving) {
		w.answer["userAttributes"] = map[string]any{"email": "other@example.com", "email_verified": "true", "username": "eve"}
		step, err := w.byPassword(t, w.client, "eve@example.com", oldSecret)
		if err != nil || step.Tokens == nil {
			t.Fatalf("step = %+v, %v", step, err)
		}
		id := claims(t, step.Tokens.ID)
		if id["email"] != "eve@example.com" || id["email_verified"] == true {
			t.Errorf("email = %v, verified %v; want the name that was typed, which nobody vouched for", id["email"], id["email_verified"])
		}
	})
}
