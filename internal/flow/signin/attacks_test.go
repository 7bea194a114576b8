package signin_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// Whoever signs in by something else than a password goes on where the guessing
// of it was stopped.
func TestOtherFactorsForgiveNoPassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, func(p *pool.Pool) {
			byPasskeys("OPTIONAL", "")(p)
			p.AllowedFirstFactors = append(p.AllowedFirstFactors, "EMAIL_OTP", "SOFTWARE_TOKEN")
		}, nil)
		w.stopped()
		key, seed := w.Passkey(t, w.pool, w.ada, newKey(t)), w.token(t, w.ada, "")
		for range 5 {
			_, err := w.byPassword(t, w.client, "ada", "wrong horse")
			flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		}
		prefer := func(name string) signin.Step {
			step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", name)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return step
		}
		for name, responses := range map[string]func(signin.Step) signin.Parameters{
			"EMAIL_OTP": func(signin.Step) signin.Parameters {
				return parameters("USERNAME", "ada", "EMAIL_OTP_CODE", w.Code(t, adaMail))
			},
			"SOFTWARE_TOKEN_MFA": func(signin.Step) signin.Parameters {
				return parameters("USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", totp.At(seed, w.Clock.Now()))
			},
			"WEB_AUTHN": func(step signin.Step) signin.Parameters { return sign(t, step, key, "ada") },
		} {
			begun := prefer(name)
			step, err := w.answer(t, w.client, name, begun.Session, responses(begun))
			w.wantTokens(t, step, err, w.ada)
		}
		state := session.State{
			Purpose: session.SignUp, PoolKey: w.pool.Key, ClientID: w.client.ID, Sub: w.ada.Sub, Generation: w.ada.SessionGeneration,
			Step: session.Proven, SignInID: "of a sign-up", Expires: w.Clock.Now().Add(time.Minute),
		}
		step, err := w.service.Start(t.Context(), signin.Request{
			ClientID: w.client.ID, Flow: "USER_AUTH", Parameters: parameters("USERNAME", "ada"), Session: w.Sessions.Seal(state),
		})
		w.wantTokens(t, step, err, w.ada)
		_, err = w.byPassword(t, w.client, "ada", password)
		flowtest.Want(t, err, pool.NotAuthorized, lockedOut)
	})
}

// A device that is none of the user's uses nothing up: the client takes the same
// step again without it.
func TestADeviceThatDoesNotExistAtTheFirstFactor(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := home(t, e, byPasskeys("OPTIONAL", ""), func(p *pool.Pool) {
			p.AllowedFirstFactors = append(p.AllowedFirstFactors, "SOFTWARE_TOKEN")
		})
		key, seed := w.Passkey(t, w.pool, w.ada, newKey(t)), w.token(t, w.ada, "")
		for name, responses := range map[string]func(signin.Step) signin.Parameters{
			"SOFTWARE_TOKEN_MFA": func(signin.Step) signin.Parameters {
				return parameters("USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", totp.At(seed, w.Clock.Now()))
			},
			"WEB_AUTHN": func(step signin.Step) signin.Parameters { return sign(t, step, key, "ada") },
		} {
			begun, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", name)
			if err != nil {
				t.Fatal(err)
			}
			right := responses(begun)
			_, err = w.answer(t, w.client, name, begun.Session, with(right, "DEVICE_KEY", w.Devices.NewKey(w.pool)))
			flowtest.Want(t, err, pool.NotFound, noDevice)
			step, err := w.answer(t, w.client, name, begun.Session, right)
			w.wantTokens(t, step, err, w.ada)
		}
	})
}

// Where the client hides who exists, a software token among the factors tells
// nothing, and nobody hears what somebody calls it.
func TestASoftwareTokenTellsNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, allowing("SOFTWARE_TOKEN"), nil)
		w.token(t, w.ada, "the phone of ada")
		ask := func(name string) signin.Step {
			step, err := w.start(t, w.hiding, "USER_AUTH", "USERNAME", name, "PREFERRED_CHALLENGE", "SOFTWARE_TOKEN")
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return step
		}
		somebody := ask("ada")
		asked(t, somebody, nil, "SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP", "ada")
		have := map[bool]int{}
		for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"} {
			step := ask(name)
			has := step.Challenge == "SOFTWARE_TOKEN_MFA"
			have[has]++
			if again := ask(name); (again.Challenge == "SOFTWARE_TOKEN_MFA") != has {
				t.Errorf("%s has a token once and then not", name)
			}
			if !has {
				continue
			}
			asked(t, step, nil, "SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP", name)
			if len(step.Session) != len(somebody.Session) {
				t.Errorf("a session of nobody has %d characters, one of somebody %d", len(step.Session), len(somebody.Session))
			}
			_, err := w.answer(t, w.hiding, "SOFTWARE_TOKEN_MFA", step.Session, parameters("USERNAME", name, "SOFTWARE_TOKEN_MFA_CODE", "123456"))
			flowtest.Want(t, err, pool.CodeMismatch, wrongToken)
		}
		if have[true] == 0 || have[false] == 0 {
			t.Errorf("of nobodies, %d seem to have a token and %d not", have[true], have[false])
		}
	})
}

// Whoever has to get a new password gets no tokens by custom challenges, also
// where the client hides that until the end.
func TestNoTokensBeforeTheNewPasswordThatIsDue(t *testing.T) {
	eachTalking(t, nil, func(t *testing.T, w *talking) {
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Status, u.SealedPassword = pool.ResetRequired, nil })
		_, err := w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada")
		flowtest.Want(t, err, pool.PasswordResetRequired, resetRequired)
		step := w.open(t, w.hiding, "ada")
		_, err = w.say(t, w.hiding, step, "5")
		flowtest.Want(t, err, pool.PasswordResetRequired, resetRequired)
		_, err = w.say(t, w.hiding, step, "5")
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
	})
}

// Right passwords are not held against the address that they come from, also where
// a second factor is asked for after them.
func TestAnAddressOfPeopleWithSecondFactors(t *testing.T) {
	guard(t, asking("OPTIONAL"), nil, func(t *testing.T, g *guarded) {
		for i := range 10 {
			u := g.Person(t, g.pool, fmt.Sprint("user-", i), password, func(u *pool.User) { u.Factors.SoftwareToken = true })
			g.token(t, u, "")
		}
		for i := range 40 {
			step, err := g.service.Start(t.Context(), signin.Request{
				ClientID: g.client.ID, Flow: "USER_PASSWORD_AUTH", Origin: atHome,
				Parameters: parameters("USERNAME", fmt.Sprint("user-", i%10), "PASSWORD", password),
			})
			if err != nil || step.Challenge != "SOFTWARE_TOKEN_MFA" {
				t.Fatalf("right password %d: %+v, %v", i, step, err)
			}
		}
	})
}

// Where functions ask for a second factor before anything was proved, strangers who
// try it keep nobody from it who has proved the first one, and hear nothing of
// devices.
func TestASecondFactorThatFunctionsAskStrangersFor(t *testing.T) {
	ofPool := func(p *pool.Pool) {
		asking("OPTIONAL")(p)
		tracks(pool.DeviceSettings{})(p)
	}
	eachTalking(t, ofPool, func(t *testing.T, w *talking) {
		w.define = script("EMAIL_OTP")
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Factors.Email = true })
		theirs := w.gadget(t, w.ada, true).key
		ask := func() (signin.Step, error) { return w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada") }
		step, err := ask()
		session := asked(t, step, err, "EMAIL_OTP", byLetter...)
		wrong := parameters("USERNAME", "ada", "EMAIL_OTP_CODE", other(w.Code(t, adaMail)))
		for i := range 6 {
			key := theirs
			if i%2 == 0 {
				key = w.Devices.NewKey(w.pool)
			}
			_, err := w.answer(t, w.client, "EMAIL_OTP", session, with(wrong, "DEVICE_KEY", key))
			if i < 5 {
				flowtest.Want(t, err, pool.CodeMismatch, wrongCode)
			} else {
				flowtest.Want(t, err, pool.NotAuthorized, codesLocked)
			}
		}
		for range 10 {
			_, err = ask()
		}
		flowtest.Want(t, err, pool.TooManyRequests, manySends)

		usual := w.Client(t, w.pool, nil)
		step, err = w.byPassword(t, usual, "ada", password)
		session = asked(t, step, err, "EMAIL_OTP", byLetter...)
		step, err = w.answer(t, usual, "EMAIL_OTP", session, parameters("USERNAME", "ada", "EMAIL_OTP_CODE", w.Code(t, adaMail)))
		w.wantTokens(t, step, err, w.ada)

		w.Clock.Advance(2 * time.Hour)
		step, err = ask()
		session = asked(t, step, err, "EMAIL_OTP", byLetter...)
		step, err = w.answer(t, w.client, "EMAIL_OTP", session, parameters("USERNAME", "ada", "EMAIL_OTP_CODE", w.Code(t, adaMail)))
		w.wantTokens(t, step, err, w.ada)
	})
}
