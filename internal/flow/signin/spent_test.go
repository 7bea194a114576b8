package signin_test

import (
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// Once a sign-in has led to tokens none of its sessions is good for anything: no
// answer is looked at or counted, and no code is sent.
func TestSessionsOfASignInThatIsOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, allowing("EMAIL_OTP"), func(u *pool.User) { u.Factors = pool.Factors{SMS: true, SoftwareToken: true} })
		seed := w.token(t, w.ada, "")
		step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada")
		choice := wantOffer(t, step, err, "SELECT_CHALLENGE", "PASSWORD_SRP", "PASSWORD")
		step, err = w.choose(t, w.client, choice, "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", password)
		types := asked(t, step, err, "SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE", `["SMS_MFA","SOFTWARE_TOKEN_MFA"]`, "USER_ID_FOR_SRP", "ada")
		selectType := func(factor string) (signin.Step, error) {
			return w.answer(t, w.client, "SELECT_MFA_TYPE", types, parameters("USERNAME", "ada", "ANSWER", factor))
		}
		step, err = selectType("SMS_MFA")
		text := asked(t, step, err, "SMS_MFA", byText...)
		step, err = selectType("SOFTWARE_TOKEN_MFA")
		token := asked(t, step, err, "SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP", "ada")
		byToken := func() (signin.Step, error) {
			return w.answer(t, w.client, "SOFTWARE_TOKEN_MFA", token,
				parameters("USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", totp.At(seed, w.Clock.Now())))
		}
		step, err = byToken()
		w.wantTokens(t, step, err, w.ada)

		for range 6 {
			for name, again := range map[string]func() (signin.Step, error){
				"the same password of the token": byToken,
				"a wrong code": func() (signin.Step, error) {
					return w.answer(t, w.client, "SMS_MFA", text, parameters("USERNAME", "ada", "SMS_MFA_CODE", other(w.Code(t, adaPhone))))
				},
				"another second factor":             func() (signin.Step, error) { return selectType("SMS_MFA") },
				"a second factor that there is not": func() (signin.Step, error) { return selectType("EMAIL_OTP") },
				"a wrong password": func() (signin.Step, error) {
					return w.choose(t, w.client, choice, "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", "wrong")
				},
			} {
				_, err := again()
				t.Run(name, func(t *testing.T) { flowtest.Want(t, err, pool.NotAuthorized, sessionSpent) })
			}
		}
		if n := len(w.Mail(t, adaPhone)); n != 1 {
			t.Errorf("%d messages, want the one of before", n)
		}
		w.Clock.Advance(time.Minute)
		step, err = w.password(t)
		types = asked(t, step, err, "SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE", `["SMS_MFA","SOFTWARE_TOKEN_MFA"]`, "USER_ID_FOR_SRP", "ada")
		step, err = selectType("SOFTWARE_TOKEN_MFA")
		token = asked(t, step, err, "SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP", "ada")
		step, err = byToken()
		w.wantTokens(t, step, err, w.ada) // nothing was locked
	})
}

// A session is of the user whom it was given for, whatever name comes with it.
func TestASessionWithTheNameOfSomebodyElse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, asking("ON", "SMS_MFA"), nil)
		w.Person(t, w.pool, "eve", password, verified("eve@example.com"))
		step, err := w.password(t)
		session := asked(t, step, err, "SMS_MFA", byText...)
		for _, name := range []string{"eve", "nobody", "eve@example.com"} {
			_, err := w.answer(t, w.client, "SMS_MFA", session, parameters("USERNAME", name, "SMS_MFA_CODE", w.Code(t, adaPhone)))
			t.Run(name, func(t *testing.T) { flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid) })
		}
		step, err = w.answer(t, w.client, "SMS_MFA", session, parameters("USERNAME", "ada", "SMS_MFA_CODE", w.Code(t, adaPhone)))
		w.wantTokens(t, step, err, w.ada)
	})
}
