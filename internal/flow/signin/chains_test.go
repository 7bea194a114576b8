package signin_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

// able is a talking world where ada can be asked everything.
type able struct {
	*talking
	device gadget
	seed   []byte
}

func eachAble(t *testing.T, test func(*testing.T, *able)) {
	t.Helper()
	ofPool := func(p *pool.Pool) {
		asking("OPTIONAL")(p)
		p.Device = &pool.DeviceSettings{}
	}
	eachTalking(t, ofPool, func(t *testing.T, w *talking) {
		w.Change(t, w.pool, "ada", func(u *pool.User) {
			u.Attributes["phone_number"], u.Attributes["phone_number_verified"] = adaPhone, "true"
			u.Factors = pool.Factors{SMS: true, Email: true, SoftwareToken: true}
		})
		test(t, &able{w, w.gadget(t, w.ada, true), w.token(t, w.ada, "")})
	})
}

// walk signs ada in with the right answers while the function asks for names,
// and returns what was asked.
func (w *able) walk(t *testing.T, names ...string) (asked []string, step signin.Step, err error) {
	t.Helper()
	w.define = func(rounds []trigger.Round) string { return script(names...)(rounds[1:]) }
	client := srp.NewClient()
	step, err = w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada", "CHALLENGE_NAME", "SRP_A", "SRP_A", client.A(), "DEVICE_KEY", w.device.key)
	for err == nil && step.Tokens == nil {
		asked = append(asked, step.Challenge)
		answer := func(pairs ...string) {
			step, err = w.answer(t, w.client, step.Challenge, step.Session, parameters(append(pairs, "USERNAME", "ada")...))
		}
		switch step.Challenge {
		case "CUSTOM_CHALLENGE":
			answer("ANSWER", "5")
		case "PASSWORD_VERIFIER":
			step, err = w.prove(t, w.client, exchange{w.pool, client, step.Parameters}.proof(t, password))
		case "SMS_MFA":
			answer("SMS_MFA_CODE", w.Code(t, adaPhone))
		case "EMAIL_OTP":
			answer("EMAIL_OTP_CODE", w.Code(t, adaMail))
		case "SOFTWARE_TOKEN_MFA":
			w.Clock.Advance(time.Minute) // each is good once
			answer("SOFTWARE_TOKEN_MFA_CODE", totp.At(w.seed, w.Clock.Now()))
		case "DEVICE_SRP_AUTH":
			step, err = w.proveDevice(t, w.asked(t, w.device, step))
		case "NEW_PASSWORD_REQUIRED":
			answer("NEW_PASSWORD", password)
		default:
			t.Fatalf("step = %+v", step)
		}
	}
	return asked, step, err
}

// A function asks for whatever it wants, in whatever order the machine has.
func TestEveryChainOfAConversation(t *testing.T) {
	eachAble(t, func(t *testing.T, w *able) {
		for _, first := range []string{"CUSTOM_CHALLENGE", "PASSWORD_VERIFIER", "SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA", "DEVICE_SRP_AUTH"} {
			for _, chain := range [][]string{
				{first}, {first, "CUSTOM_CHALLENGE"}, {"CUSTOM_CHALLENGE", first, "CUSTOM_CHALLENGE"}, {first, "DEVICE_SRP_AUTH"},
			} {
				if strings.Join(chain, " ") == "DEVICE_SRP_AUTH DEVICE_SRP_AUTH" {
					continue // which has proved itself
				}
				asked, step, err := w.walk(t, chain...)
				if got := strings.Join(asked, " "); got != strings.Join(chain, " ") {
					t.Errorf("asked %s, want %v", got, chain)
				}
				w.wantTokens(t, step, err, w.ada)
			}
		}
		_, _, err := w.walk(t, "DEVICE_SRP_AUTH", "SMS_MFA")
		flowtest.Want(t, err, pool.InvalidLambdaResponse, "Unrecognizable lambda output")
	})
}

// A temporary password that was proved is replaced at the end, whatever came
// with it, and then there are tokens at once.
func TestANewPasswordAtTheEndOfAConversation(t *testing.T) {
	eachAble(t, func(t *testing.T, w *able) {
		for _, chain := range [][]string{
			{"PASSWORD_VERIFIER"}, {"PASSWORD_VERIFIER", "CUSTOM_CHALLENGE"}, {"CUSTOM_CHALLENGE", "PASSWORD_VERIFIER"}, {"PASSWORD_VERIFIER", "DEVICE_SRP_AUTH"},
		} {
			w.Change(t, w.pool, "ada", func(u *pool.User) { u.Status, u.PasswordSet = pool.ForceChangePassword, w.Clock.Now() })
			asked, step, err := w.walk(t, chain...)
			if got, want := strings.Join(asked, " "), strings.Join(append(chain, "NEW_PASSWORD_REQUIRED"), " "); got != want {
				t.Errorf("asked %s, want %s", got, want)
			}
			w.wantTokens(t, step, err, w.ada)
		}
		w.Change(t, w.pool, "ada", func(u *pool.User) {
			u.Status, u.PasswordSet = pool.ForceChangePassword, w.Clock.Now().Add(-8*24*time.Hour)
		})
		_, _, err := w.walk(t, "PASSWORD_VERIFIER", "CUSTOM_CHALLENGE")
		flowtest.Want(t, err, pool.NotAuthorized, "Temporary password has expired and must be reset by an administrator.")
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.PasswordSet = w.Clock.Now() })
		_, _, err = w.walk(t, "CUSTOM_CHALLENGE", "SMS_MFA")
		flowtest.Want(t, err, pool.InvalidLambdaResponse, "Unrecognizable lambda output")
	})
}

// Whoever was invited and comes without the password goes on without one,
// however old it is: functions let people in who never have any.
func TestWhoHasATemporaryPasswordAndDoesNotComeByIt(t *testing.T) {
	eachAble(t, func(t *testing.T, w *able) {
		w.Change(t, w.pool, "ada", func(u *pool.User) {
			u.Status, u.PasswordSet = pool.ForceChangePassword, w.Clock.Now().Add(-8*24*time.Hour)
		})
		w.pool.Triggers.ARN["PreTokenGeneration"] = "arn:aws:lambda:us-east-1:123456789012:function:PreTokenGeneration"
		w.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.UpdatePool(ctx, w.pool) })
		for _, chain := range [][]string{{}, {"CUSTOM_CHALLENGE"}, {"DEVICE_SRP_AUTH"}, {"DEVICE_SRP_AUTH", "CUSTOM_CHALLENGE"}} {
			w.lambda.Events()
			asked, step, err := w.walk(t, chain...)
			if got, want := strings.Join(asked, " "), strings.Join(chain, " "); got != want {
				t.Errorf("asked %s, want %s", got, want)
			}
			w.wantTokens(t, step, err, w.ada)
			sources, want := flowtest.Sources(w.lambda.Events()), "TokenGeneration_Authentication"
			if len(chain) > 0 && chain[len(chain)-1] == "DEVICE_SRP_AUTH" {
				want = "TokenGeneration_AuthenticateDevice"
			}
			if sources[len(sources)-1] != want {
				t.Errorf("called for %v, want %s last", sources, want)
			}
		}
		if u := w.Again(t, w.ada); u.Status != pool.ForceChangePassword {
			t.Errorf("status %s", u.Status)
		}
	})
}

// A pool that asks for a second factor does not in a conversation, unless its
// function does.
func TestASecondFactorInAConversation(t *testing.T) {
	ofPool := func(p *pool.Pool) { p.MFA, p.Second.SMS, p.SMS = "ON", true, &pool.SMSSettings{CallerARN: "arn"} }
	eachTalking(t, ofPool, func(t *testing.T, w *talking) {
		w.Change(t, w.pool, "ada", func(u *pool.User) {
			u.Attributes["phone_number"], u.Attributes["phone_number_verified"], u.Factors.SMS = "+15550001234", "true", true
		})
		step, err := w.say(t, w.client, w.open(t, w.client, "ada"), "5")
		w.wantTokens(t, step, err, w.ada)

		for _, tt := range []struct {
			name   string
			define func([]trigger.Round) string
		}{
			{"first", script("SMS_MFA", "CUSTOM_CHALLENGE")},
			{"last", script("CUSTOM_CHALLENGE", "SMS_MFA")},
		} {
			t.Run(tt.name, func(t *testing.T) {
				w.define = tt.define
				step, err := w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada")
				for err == nil && step.Tokens == nil {
					switch step.Challenge {
					case "CUSTOM_CHALLENGE":
						step, err = w.say(t, w.client, step, "5")
					case "SMS_MFA":
						code := w.Mail(t, "+15550001234")[0].Code
						_, wrong := w.answer(t, w.client, "SMS_MFA", step.Session, parameters("USERNAME", "ada", "SMS_MFA_CODE", "000000"))
						flowtest.Want(t, wrong, pool.CodeMismatch, "Invalid code or auth state for the user.")
						session := step.Session
						step, err = w.answer(t, w.client, "SMS_MFA", session, parameters("USERNAME", "ada", "SMS_MFA_CODE", code))
						_, again := w.answer(t, w.client, "SMS_MFA", session, parameters("USERNAME", "ada", "SMS_MFA_CODE", code))
						flowtest.Want(t, again, pool.NotAuthorized, sessionSpent)
					default:
						t.Fatalf("step = %+v", step)
					}
				}
				w.wantTokens(t, step, err, w.ada)
				events := w.lambda.Events()
				rounds := events[len(events)-1].Request.Session
				if len(rounds) != 2 || !slices.ContainsFunc(rounds, func(r trigger.Round) bool { return r.Challenge == "SMS_MFA" && r.Right }) {
					t.Errorf("rounds %+v", rounds)
				}
			})
		}
	})
}
