package signin_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// The words of second factors.
const (
	wrongCode   = "Invalid code or auth state for the user."
	wrongToken  = "Invalid code received for user"
	usedToken   = "Your software token has already been used once."
	codesLocked = "Code attempts exceeded"
	manySends   = "Too many requests"
	adaPhone    = "+15550001234"
	adaMail     = "ada@example.com"
)

// asking makes a pool that asks for second factors; all of them if none is named.
func asking(mfa string, factors ...string) func(*pool.Pool) {
	has := func(name string) bool { return len(factors) == 0 || slices.Contains(factors, name) }
	return func(p *pool.Pool) {
		p.MFA, p.SMS = mfa, &pool.SMSSettings{}
		p.Second = pool.SecondFactors{SMS: has("SMS_MFA"), Email: has("EMAIL_OTP"), SoftwareToken: has("SOFTWARE_TOKEN_MFA")}
	}
}

// guarded is w in a pool that asks for second factors, where ada has a phone, an
// address and what on switches on.
func (w *world) guarded(t *testing.T, p func(*pool.Pool), on func(*pool.User)) *world {
	t.Helper()
	g := *w
	g.pool = w.Pool(t, p)
	g.client, g.hiding = w.Client(t, g.pool, nil), w.Client(t, g.pool, hides)
	g.ada = w.Person(t, g.pool, "ada", password, func(u *pool.User) {
		verified(adaMail)(u)
		u.Attributes["phone_number"], u.Attributes["phone_number_verified"] = adaPhone, "true"
		if on != nil {
			on(u)
		}
	})
	return &g
}

// token gives a user a software token.
func (w *world) token(t testing.TB, u *pool.User, name string) (seed []byte) {
	t.Helper()
	seed = totp.NewSeed()
	sealed := w.Seeds.Seal(u.PoolKey, u.Sub, seed)
	w.Tx(t, func(ctx context.Context, tx store.Tx) error {
		if err := tx.AskSoftwareToken(ctx, u.PoolKey, u.Sub, sealed); err != nil {
			return err
		}
		return tx.VerifySoftwareToken(ctx, u.PoolKey, u.Sub, sealed, name, 0)
	})
	return seed
}

func (w *world) password(t *testing.T) (signin.Step, error) {
	t.Helper()
	return w.byPassword(t, w.client, "ada", password)
}

// asked fails unless step is a challenge with these parameters, given in pairs,
// and returns its session.
func asked(t *testing.T, step signin.Step, err error, challenge string, pairs ...string) string {
	t.Helper()
	if err != nil || step.Challenge != challenge || step.Session == "" || step.Tokens != nil {
		t.Fatalf("step = %+v, %v; want %s", step, err, challenge)
	}
	want := parameters(pairs...)
	for name, value := range want {
		if step.Parameters[name] != value {
			t.Errorf("%s: %s = %q, want %q", challenge, name, step.Parameters[name], value)
		}
	}
	if len(step.Parameters) != len(want) {
		t.Errorf("%s: parameters %v, want %v", challenge, step.Parameters, want)
	}
	return step.Session
}

var (
	byText   = []string{"CODE_DELIVERY_DELIVERY_MEDIUM", "SMS", "CODE_DELIVERY_DESTINATION", "+*******1234", "USER_ID_FOR_SRP", "ada"}
	byLetter = []string{"CODE_DELIVERY_DELIVERY_MEDIUM", "EMAIL", "CODE_DELIVERY_DESTINATION", "a***@e***", "USER_ID_FOR_SRP", "ada"}
)

func other(code string) string {
	if code[0] == '9' {
		return "0" + code[1:]
	}
	return string(code[0]+1) + code[1:]
}

func TestACodeByTextMessage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, asking("OPTIONAL"), func(u *pool.User) { u.Factors.SMS = true })
		step, err := w.password(t)
		session := asked(t, step, err, "SMS_MFA", byText...)
		mail := w.Mail(t, adaPhone)
		if len(mail) != 1 || mail[0].Body != "Your authentication code is "+mail[0].Code {
			t.Fatalf("messages: %+v", mail)
		}
		code := mail[0].Code
		answer := func(session, code string) (signin.Step, error) {
			return w.answer(t, w.client, "SMS_MFA", session, parameters("USERNAME", "ada", "SMS_MFA_CODE", code))
		}
		_, err = answer(session, other(code))
		flowtest.Want(t, err, pool.CodeMismatch, wrongCode)
		_, err = w.answer(t, w.client, "SMS_MFA", session, parameters("USERNAME", "ada"))
		flowtest.Want(t, err, pool.InvalidParameter, "Missing required parameter SMS_MFA_CODE")
		_, err = w.answer(t, w.client, "EMAIL_OTP", session, parameters("USERNAME", "ada", "EMAIL_OTP_CODE", code))
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)

		step, err = w.bySRP(t, w.pool, w.client, "ada", password)
		later := asked(t, step, err, "SMS_MFA", byText...)
		_, err = answer(later, code)
		flowtest.Want(t, err, pool.CodeMismatch, wrongCode) // it is of another sign-in

		step, err = answer(session, code)
		w.wantTokens(t, step, err, w.ada)
		_, err = answer(session, code)
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
		w.Clock.Advance(3 * time.Minute)
		_, err = answer(later, w.Code(t, adaPhone))
		flowtest.Want(t, err, pool.NotAuthorized, sessionExpired)
	})
}

func TestACodeByMail(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, func(p *pool.Pool) {
			asking("ON", "EMAIL_OTP")(p)
			p.Second.EmailMessage, p.Second.EmailSubject = "<p>{####}</p>", "It is {####}"
		}, func(u *pool.User) { delete(u.Attributes, "email_verified") })
		step, err := w.password(t)
		session := asked(t, step, err, "EMAIL_OTP", byLetter...)
		mail := w.Mail(t, adaMail)
		if len(mail) != 1 || mail[0].Body != "<p>"+mail[0].Code+"</p>" || mail[0].Subject != "It is "+mail[0].Code {
			t.Fatalf("messages: %+v", mail)
		}
		answer := parameters("USERNAME", "ada", "EMAIL_OTP_CODE", mail[0].Code)
		step, err = w.answer(t, w.client, "EMAIL_OTP", session, answer)
		w.wantTokens(t, step, err, w.ada)
		if !w.User(t, w.pool, "ada").Verified("email") || claims(t, step.Tokens.ID)["email_verified"] != true {
			t.Error("the address, which a code came back from, is not proved")
		}

		step, err = w.password(t)
		session = asked(t, step, err, "EMAIL_OTP", byLetter...)
		code := w.Code(t, adaMail)
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Attributes["email"] = "eve@example.com" })
		_, err = w.answer(t, w.client, "EMAIL_OTP", session, parameters("USERNAME", "ada", "EMAIL_OTP_CODE", code))
		flowtest.Want(t, err, pool.CodeMismatch, wrongCode) // it went to another address
	})
}

func TestAPasswordOfASoftwareToken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, asking("OPTIONAL"), func(u *pool.User) { u.Factors.SoftwareToken = true })
		seed := w.token(t, w.ada, "my phone")
		answer := func(session, code string) (signin.Step, error) {
			return w.answer(t, w.client, "SOFTWARE_TOKEN_MFA", session, parameters("USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", code))
		}
		begin := func() string {
			step, err := w.bySRP(t, w.pool, w.client, "ada", password)
			return asked(t, step, err, "SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP", "ada", "FRIENDLY_DEVICE_NAME", "my phone")
		}
		session, now := begin(), totp.At(seed, w.Clock.Now())
		_, err := answer(session, other(now))
		flowtest.Want(t, err, pool.CodeMismatch, wrongToken)
		step, err := answer(session, now)
		w.wantTokens(t, step, err, w.ada)

		session = begin()
		_, err = answer(session, now)
		flowtest.Want(t, err, pool.ExpiredCode, usedToken)
		_, err = answer(session, totp.At(seed, w.Clock.Now().Add(-30*time.Second)))
		flowtest.Want(t, err, pool.ExpiredCode, usedToken) // it is older than that one
		step, err = answer(session, totp.At(seed, w.Clock.Now().Add(30*time.Second)))
		w.wantTokens(t, step, err, w.ada)

		session = begin()
		w.Clock.Advance(time.Minute)
		w.Tx(t, func(ctx context.Context, tx store.Tx) error {
			return tx.DeleteSoftwareToken(ctx, w.pool.Key, w.ada.Sub)
		})
		_, err = answer(session, totp.At(seed, w.Clock.Now()))
		flowtest.Want(t, err, pool.CodeMismatch, wrongToken)
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.DropSoftwareToken() })
		_, err = answer(session, totp.At(seed, w.Clock.Now()))
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		step, err = w.password(t)
		w.wantTokens(t, step, err, w.ada)
	})
}

// Of many who show the same password at once, one is let in.
func TestAPasswordOfASoftwareTokenIsGoodOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, asking("OPTIONAL"), func(u *pool.User) { u.Factors.SoftwareToken = true })
		seed := w.token(t, w.ada, "")
		var sessions []string
		for range 4 {
			step, err := w.password(t)
			sessions = append(sessions, asked(t, step, err, "SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP", "ada"))
		}
		var won atomic.Int64
		var all sync.WaitGroup
		for _, session := range sessions {
			all.Go(func() {
				step, err := w.answer(t, w.client, "SOFTWARE_TOKEN_MFA", session,
					parameters("USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", totp.At(seed, w.Clock.Now())))
				switch {
				case err == nil && step.Tokens != nil:
					won.Add(1)
				default:
					flowtest.Want(t, err, pool.ExpiredCode, usedToken)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Errorf("%d were let in, want 1", won.Load())
		}
	})
}

func TestAChoiceOfSecondFactors(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, asking("ON"), func(u *pool.User) { u.Factors = pool.Factors{SMS: true, Email: true, SoftwareToken: true} })
		seed := w.token(t, w.ada, "")
		step, err := w.password(t)
		session := asked(t, step, err, "SELECT_MFA_TYPE",
			"MFAS_CAN_CHOOSE", `["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`, "USER_ID_FOR_SRP", "ada")
		choose := func(factor string) (signin.Step, error) {
			return w.answer(t, w.client, "SELECT_MFA_TYPE", session, parameters("USERNAME", "ada", "ANSWER", factor))
		}
		for _, none := range []string{"SMS", "MFA_SETUP", "SELECT_MFA_TYPE", "NEW_PASSWORD_REQUIRED"} {
			_, err = choose(none)
			flowtest.Want(t, err, pool.InvalidParameter, "The selected MFA type is not available.")
		}
		step, err = choose("SMS_MFA")
		text := asked(t, step, err, "SMS_MFA", byText...)
		step, err = choose("EMAIL_OTP")
		letter := asked(t, step, err, "EMAIL_OTP", byLetter...)
		step, err = choose("SOFTWARE_TOKEN_MFA")
		token := asked(t, step, err, "SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP", "ada")

		_, err = w.answer(t, w.client, "SMS_MFA", text, parameters("USERNAME", "ada", "SMS_MFA_CODE", w.Code(t, adaMail)))
		flowtest.Want(t, err, pool.CodeMismatch, wrongCode)
		step, err = w.answer(t, w.client, "SOFTWARE_TOKEN_MFA", token,
			parameters("USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", totp.At(seed, w.Clock.Now())))
		w.wantTokens(t, step, err, w.ada)
		for challenge, session := range map[string]string{"SMS_MFA": text, "EMAIL_OTP": letter} { // they are of the same sign-in
			code := w.Code(t, map[string]string{"SMS_MFA": adaPhone, "EMAIL_OTP": adaMail}[challenge])
			_, err = w.answer(t, w.client, challenge, session, parameters("USERNAME", "ada", challenge+"_CODE", code))
			flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
		}

		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Factors.Preferred = "EMAIL_OTP" })
		step, err = w.password(t)
		asked(t, step, err, "EMAIL_OTP", byLetter...)

		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Factors.Preferred = "" })
		step, err = w.password(t)
		session = asked(t, step, err, "SELECT_MFA_TYPE",
			"MFAS_CAN_CHOOSE", `["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`, "USER_ID_FOR_SRP", "ada")
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Factors.SMS = false })
		_, err = choose("SMS_MFA")
		flowtest.Want(t, err, pool.InvalidParameter, "The selected MFA type is not available.")
	})
}

// Whoever has switched another factor on meanwhile is asked for that.
func TestAFactorThatIsNoneAnyMore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, asking("ON"), nil)
		step, err := w.password(t) // the phone serves unasked
		session := asked(t, step, err, "SMS_MFA", byText...)
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Factors.SoftwareToken = true })
		_, err = w.answer(t, w.client, "SMS_MFA", session, parameters("USERNAME", "ada", "SMS_MFA_CODE", w.Code(t, adaPhone)))
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
	})
}

// Five codes are looked at, whichever sign-in they are of; then none is, nor the
// right one, until the lock ends.
func TestWrongCodesLock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, asking("OPTIONAL"), func(u *pool.User) { u.Factors.Email = true })
		var session string
		try := func(code string) (signin.Step, error) {
			return w.answer(t, w.client, "EMAIL_OTP", session, parameters("USERNAME", "ada", "EMAIL_OTP_CODE", code))
		}
		for i := range 5 {
			if i%2 == 0 {
				step, err := w.password(t)
				session = asked(t, step, err, "EMAIL_OTP", byLetter...)
			}
			_, err := try(other(w.Code(t, adaMail)))
			flowtest.Want(t, err, pool.CodeMismatch, wrongCode)
		}
		_, err := try(w.Code(t, adaMail))
		flowtest.Want(t, err, pool.NotAuthorized, codesLocked)
		w.Clock.Advance(time.Minute)
		step, err := try(w.Code(t, adaMail))
		w.wantTokens(t, step, err, w.ada)
		for range 4 { // forgotten with the right one
			step, err := w.password(t)
			session = asked(t, step, err, "EMAIL_OTP", byLetter...)
			_, err = try(other(w.Code(t, adaMail)))
			flowtest.Want(t, err, pool.CodeMismatch, wrongCode)
		}
		step, err = try(w.Code(t, adaMail))
		w.wantTokens(t, step, err, w.ada)
	})
}

func TestCodesThatNobodyAnswersEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, asking("OPTIONAL"), func(u *pool.User) { u.Factors.SMS = true })
		for range 10 {
			step, err := w.password(t)
			asked(t, step, err, "SMS_MFA", byText...)
		}
		_, err := w.password(t)
		flowtest.Want(t, err, pool.TooManyRequests, manySends)
		if n := len(w.Mail(t, adaPhone)); n != 10 {
			t.Errorf("%d codes were sent, want 10", n)
		}
		w.Clock.Advance(time.Hour)
		step, err := w.password(t)
		asked(t, step, err, "SMS_MFA", byText...)
	})
}

// A new password is a first factor: the second comes after it.
func TestASecondFactorAfterANewPassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, asking("OPTIONAL"), func(u *pool.User) {
			u.Factors.SMS, u.Status = true, pool.ForceChangePassword
			u.PasswordSet = w.Clock.Now()
		})
		step, err := w.password(t)
		if err != nil || step.Challenge != "NEW_PASSWORD_REQUIRED" {
			t.Fatalf("step = %+v, %v", step, err)
		}
		step, err = w.answer(t, w.client, "NEW_PASSWORD_REQUIRED", step.Session, parameters("USERNAME", "ada", "NEW_PASSWORD", "new horse 1"))
		session := asked(t, step, err, "SMS_MFA", byText...)
		if u := w.User(t, w.pool, "ada"); u.Status != pool.Confirmed {
			t.Errorf("status %s: the new password waits for the second factor", u.Status)
		}
		step, err = w.answer(t, w.client, "SMS_MFA", session, parameters("USERNAME", "ada", "SMS_MFA_CODE", w.Code(t, adaPhone)))
		w.wantTokens(t, step, err, w.ada)
	})
}

// Whoever knows the password and goes no further is not locked out by that.
func TestSignInsThatAreLeftAtTheSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, asking("OPTIONAL"), func(u *pool.User) { u.Factors.SoftwareToken = true })
		seed := w.token(t, w.ada, "")
		for i := range 12 {
			step, err := w.password(t)
			session := asked(t, step, err, "SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP", "ada")
			if i != 11 {
				continue
			}
			step, err = w.answer(t, w.client, "SOFTWARE_TOKEN_MFA", session,
				parameters("USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", totp.At(seed, w.Clock.Now())))
			w.wantTokens(t, step, err, w.ada)
		}
		for range 4 { // the sign-in has forgotten all tries
			_, err := w.byPassword(t, w.client, "ada", "wrong horse")
			flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		}
		step, err := w.password(t)
		asked(t, step, err, "SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP", "ada")
	})
}
