package signin_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// allowing makes a pool that lets people sign in by these beside a password.
func allowing(factors ...string) func(*pool.Pool) {
	return func(p *pool.Pool) {
		asking("OPTIONAL")(p)
		p.AllowedFirstFactors = append([]string{"PASSWORD"}, factors...)
		p.AutoVerifiedAttributes = []string{"email", "phone_number"}
	}
}

// wantOffer fails unless step is a challenge of USER_AUTH with these factors to
// choose from, and returns its session.
func wantOffer(t *testing.T, step signin.Step, err error, challenge string, factors ...string) string {
	t.Helper()
	if err != nil || step.Challenge != challenge || step.Session == "" || step.Tokens != nil || !slices.Equal(step.Available, factors) {
		t.Fatalf("step = %+v, %v; want %s of %v", step, err, challenge, factors)
	}
	return step.Session
}

func TestOneTimeCodesInPlaceOfAPassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, allowing("EMAIL_OTP", "SMS_OTP"), nil)
		all := []string{"PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"}
		step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada")
		choice := wantOffer(t, step, err, "SELECT_CHALLENGE", all...)
		for _, tt := range []struct {
			factor, address string
			parameters      []string
		}{{"EMAIL_OTP", adaMail, byLetter}, {"SMS_OTP", adaPhone, byText}} {
			step, err = w.start(t, w.client, "USER_AUTH", "USERNAME", "Ada", "PREFERRED_CHALLENGE", tt.factor)
			wantOffer(t, step, err, tt.factor, all...)
			session := asked(t, step, err, tt.factor, tt.parameters...)
			answer := func(code string) (signin.Step, error) {
				return w.answer(t, w.client, tt.factor, session, parameters("USERNAME", "ada", tt.factor+"_CODE", code))
			}
			code := w.Code(t, tt.address)
			_, err = answer(other(code))
			flowtest.Want(t, err, pool.CodeMismatch, wrongCode)
			step, err = answer(code)
			w.wantTokens(t, step, err, w.ada)
			_, err = answer(code)
			flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
		}
		step, err = w.choose(t, w.client, choice, "USERNAME", "ada", "ANSWER", "EMAIL_OTP")
		session := wantOffer(t, step, err, "EMAIL_OTP", all...)
		step, err = w.answer(t, w.client, "EMAIL_OTP", session, parameters("USERNAME", "ada", "EMAIL_OTP_CODE", w.Code(t, adaMail)))
		w.wantTokens(t, step, err, w.ada)

		step, err = w.start(t, w.client, "USER_AUTH", "USERNAME", "ada")
		choice = wantOffer(t, step, err, "SELECT_CHALLENGE", all...)
		_, err = w.choose(t, w.client, choice, "USERNAME", "ada", "ANSWER", "SMS_MFA") // a second factor
		flowtest.Want(t, err, pool.InvalidParameter, "The selected challenge is not available.")
	})
}

// Whoever has no password is asked for a code at once, also by an address that is
// not proved yet: the code proves it.
func TestSomebodyWithoutAPassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, allowing("EMAIL_OTP"), func(u *pool.User) {
			u.Attributes = map[string]string{"email": adaMail}
		})
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.SealedPassword = nil })
		step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada")
		session := wantOffer(t, step, err, "EMAIL_OTP", "EMAIL_OTP")
		step, err = w.answer(t, w.client, "EMAIL_OTP", session, parameters("USERNAME", "ada", "EMAIL_OTP_CODE", w.Code(t, adaMail)))
		w.wantTokens(t, step, err, w.ada)
		if claims(t, step.Tokens.ID)["email_verified"] != true || !w.User(t, w.pool, "ada").Verified("email") {
			t.Error("the address is not proved")
		}
		step, err = w.start(t, w.hiding, "USER_AUTH", "USERNAME", "ada") // as anybody
		wantOffer(t, step, err, "SELECT_CHALLENGE", "PASSWORD_SRP", "PASSWORD", "EMAIL_OTP")

		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Status = pool.Unconfirmed })
		step, err = w.start(t, w.client, "USER_AUTH", "USERNAME", "ada")
		session = wantOffer(t, step, err, "EMAIL_OTP", "EMAIL_OTP")
		step, err = w.answer(t, w.client, "EMAIL_OTP", session, parameters("USERNAME", "ada", "EMAIL_OTP_CODE", w.Code(t, adaMail)))
		w.wantTokens(t, step, err, w.ada)
		if u := w.User(t, w.pool, "ada"); u.Status != pool.Confirmed {
			t.Errorf("who signed in by a code is %s", u.Status)
		}
	})
}

// A code in place of a password confirms a sign-up, unless the address is
// somebody else's to sign in by.
func TestACodeConfirmsASignUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		aliases := func(p *pool.Pool) { allowing("EMAIL_OTP")(p); p.AliasAttributes = []string{"email"} }
		w = w.guarded(t, aliases, nil)
		for name, address := range map[string]string{"bob": "bob@example.com", "eve": adaMail} {
			w.Person(t, w.pool, name, password, func(u *pool.User) {
				u.Status, u.SealedPassword, u.Attributes["email"] = pool.Unconfirmed, nil, address
			})
		}
		byCode := func(name, address string) (signin.Step, error) {
			step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", name)
			session := wantOffer(t, step, err, "EMAIL_OTP", "EMAIL_OTP")
			_, err = w.answer(t, w.client, "EMAIL_OTP", session, parameters("USERNAME", name, "EMAIL_OTP_CODE", other(w.Code(t, address))))
			flowtest.Want(t, err, pool.CodeMismatch, wrongCode)
			if u := w.User(t, w.pool, name); u.Status != pool.Unconfirmed || u.Verified("email") {
				t.Errorf("after a wrong code %s is %s", name, u.Status)
			}
			return w.answer(t, w.client, "EMAIL_OTP", session, parameters("USERNAME", name, "EMAIL_OTP_CODE", w.Code(t, address)))
		}
		step, err := byCode("bob", "bob@example.com")
		bob := w.User(t, w.pool, "bob")
		w.wantTokens(t, step, err, bob)
		if bob.Status != pool.Confirmed || !bob.Verified("email") {
			t.Errorf("bob = %+v", bob)
		}
		_, err = byCode("eve", adaMail)
		flowtest.Want(t, err, pool.UserNotConfirmed, "User is not confirmed.")
		if u := w.User(t, w.pool, "eve"); u.Status != pool.Unconfirmed || u.Verified("email") {
			t.Errorf("eve = %+v", u)
		}
	})
}

// A code is no first factor of who has a second one, also if that came between
// the code and its answer.
func TestCodesAreNoFirstFactorBesideASecond(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, allowing("EMAIL_OTP", "SOFTWARE_TOKEN"), nil)
		w.token(t, w.ada, "")
		step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "EMAIL_OTP")
		session := wantOffer(t, step, err, "EMAIL_OTP", "PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA")
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Factors.SMS = true })
		_, err = w.answer(t, w.client, "EMAIL_OTP", session, parameters("USERNAME", "ada", "EMAIL_OTP_CODE", w.Code(t, adaMail)))
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		step, err = w.start(t, w.client, "USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "EMAIL_OTP")
		session = wantOffer(t, step, err, "SELECT_CHALLENGE", "PASSWORD_SRP", "PASSWORD")
		step, err = w.choose(t, w.client, session, "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", password)
		asked(t, step, err, "SMS_MFA", byText...)
	})
}

func TestASoftwareTokenAsFirstFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, allowing("SOFTWARE_TOKEN"), nil)
		seed := w.token(t, w.ada, "")
		for i, name := range []string{"SOFTWARE_TOKEN", "SOFTWARE_TOKEN_MFA"} {
			step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", name)
			session := wantOffer(t, step, err, "SOFTWARE_TOKEN_MFA", "PASSWORD_SRP", "PASSWORD", "SOFTWARE_TOKEN_MFA")
			answer := func(at time.Duration) (signin.Step, error) {
				return w.answer(t, w.client, "SOFTWARE_TOKEN_MFA", session,
					parameters("USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", totp.At(seed, w.Clock.Now().Add(at))))
			}
			_, err = answer(5 * time.Minute)
			flowtest.Want(t, err, pool.CodeMismatch, wrongToken)
			step, err = answer(time.Duration(i) * 30 * time.Second)
			w.wantTokens(t, step, err, w.ada)
			_, err = answer(time.Duration(i) * 30 * time.Second)
			flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
		}
		w.Tx(t, func(ctx context.Context, tx store.Tx) error {
			return tx.DeleteSoftwareToken(ctx, w.pool.Key, w.ada.Sub)
		})
		step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "SOFTWARE_TOKEN")
		wantOffer(t, step, err, "SELECT_CHALLENGE", "PASSWORD_SRP", "PASSWORD")
	})
}

// Where the client hides who exists, whoever has no proved address, or a second
// factor, seems to be sent a code as anybody.
func TestACodeOfWhoGetsNone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, allowing("EMAIL_OTP", "SMS_OTP"), nil)
		for name, change := range map[string]func(*pool.User){
			"nothing proved":    func(u *pool.User) { delete(u.Attributes, "email_verified") },
			"no address":        func(u *pool.User) { u.Attributes = map[string]string{} },
			"a second factor":   func(u *pool.User) { u.Factors.SMS = true },
			"a chosen password": func(u *pool.User) { u.Status = pool.ForceChangePassword },
		} {
			user := w.Person(t, w.pool, "bob", password, func(u *pool.User) {
				verified("bob@example.com")(u)
				u.Attributes["phone_number"] = "+15550009999"
				change(u)
			})
			step, err := w.start(t, w.hiding, "USER_AUTH", "USERNAME", "bob", "PREFERRED_CHALLENGE", "EMAIL_OTP")
			session := wantOffer(t, step, err, "EMAIL_OTP", "PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP")
			_, err = w.answer(t, w.hiding, "EMAIL_OTP", session, parameters("USERNAME", "bob", "EMAIL_OTP_CODE", "123456"))
			flowtest.Want(t, err, pool.CodeMismatch, wrongCode)
			step, err = w.start(t, w.client, "USER_AUTH", "USERNAME", "bob", "PREFERRED_CHALLENGE", "EMAIL_OTP")
			wantOffer(t, step, err, "SELECT_CHALLENGE", "PASSWORD_SRP", "PASSWORD")
			if mail := w.Mail(t, "bob@example.com"); len(mail) != 0 {
				t.Errorf("%s: %d codes were sent", name, len(mail))
			}
			w.delete(t, user)
		}
	})
}

// Where the client hides who exists, nobody is asked for a code that nobody
// gets, and locked out in the end as somebody is.
func TestACodeOfNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, allowing("EMAIL_OTP", "SMS_OTP"), nil)
		_, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "nobody", "PREFERRED_CHALLENGE", "EMAIL_OTP")
		flowtest.Want(t, err, pool.UserNotFound, noSuchUser)
		begin := func(name string) (signin.Step, error) {
			return w.start(t, w.hiding, "USER_AUTH", "USERNAME", name, "PREFERRED_CHALLENGE", "EMAIL_OTP")
		}
		all := []string{"PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"}
		some, err := begin("eve")
		wantOffer(t, some, err, "EMAIL_OTP", all...)
		step, err := begin("ada")
		wantOffer(t, step, err, "EMAIL_OTP", all...)
		if len(some.Session) != len(step.Session) || len(some.Parameters) != len(step.Parameters) {
			t.Errorf("nobody: %d characters, %v; somebody: %d, %v", len(some.Session), some.Parameters, len(step.Session), step.Parameters)
		}
		again, err := begin("EVE")
		wantOffer(t, again, err, "EMAIL_OTP", all...)
		if a, b := some.Parameters["CODE_DELIVERY_DESTINATION"], again.Parameters["CODE_DELIVERY_DESTINATION"]; a != b {
			t.Errorf("nobody's code goes to %s and then to %s", a, b)
		}
		for name, session := range map[string]string{"eve": some.Session, "ada": step.Session} {
			answer := func() error {
				_, err := w.answer(t, w.hiding, "EMAIL_OTP", session, parameters("USERNAME", name, "EMAIL_OTP_CODE", "none"))
				return err
			}
			for range 5 {
				flowtest.Want(t, answer(), pool.CodeMismatch, wrongCode)
			}
			flowtest.Want(t, answer(), pool.NotAuthorized, codesLocked)
			for range 10 {
				_, err = begin(name)
			}
			flowtest.Want(t, err, pool.TooManyRequests, manySends)
		}
		if n := len(w.Mail(t, "")); n != 10 { // of ada alone
			t.Errorf("%d messages, want 10", n)
		}
		// Tries without a password lock nobody out of a second factor, or of a password.
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Factors.Email = true })
		step, err = w.password(t)
		session := asked(t, step, err, "EMAIL_OTP", byLetter...)
		step, err = w.answer(t, w.client, "EMAIL_OTP", session, parameters("USERNAME", "ada", "EMAIL_OTP_CODE", w.Code(t, adaMail)))
		w.wantTokens(t, step, err, w.ada)
	})
}

// Where the client hides who exists, codes to addresses that few people of the pool
// have tell nobody from somebody neither by being there nor by not being there, and
// the address tells it neither by its letters.
func TestAddressesOfNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, func(p *pool.Pool) {
			allowing("EMAIL_OTP", "SMS_OTP")(p)
			p.AutoVerifiedAttributes, p.AliasAttributes = []string{"email"}, []string{"email"}
		}, func(u *pool.User) { u.Attributes["email"], u.Attributes["phone_number"] = "Ada@Example.com", adaPhone })
		begin := func(name, factor string) signin.Step {
			step, err := w.start(t, w.hiding, "USER_AUTH", "USERNAME", name, "PREFERRED_CHALLENGE", factor)
			if err != nil {
				t.Fatal(err)
			}
			return step
		}
		if a, n := begin("Ada@example.com", "EMAIL_OTP"), begin("Axa@example.com", "EMAIL_OTP"); a.Parameters[destination] != n.Parameters[destination] {
			t.Errorf("a code to somebody goes to %s, one to nobody to %s", a.Parameters[destination], n.Parameters[destination])
		}
		somebody, seen := begin("ada@example.com", "SMS_OTP"), map[bool]int{}
		for i := range 16 {
			nobody := begin(string(rune('a'+i))+"x@example.com", "SMS_OTP")
			has := nobody.Challenge == "SMS_OTP"
			seen[has]++
			if has && (!slices.Equal(nobody.Available, somebody.Available) || len(nobody.Session) != len(somebody.Session)) {
				t.Errorf("nobody: %+v, somebody: %+v", nobody, somebody)
			}
		}
		if somebody.Challenge != "SMS_OTP" || seen[true] == 0 || seen[false] == 0 {
			t.Errorf("%v of 16 names that nobody has can choose a text message; somebody is at %s", seen, somebody.Challenge)
		}
	})
}

const destination = "CODE_DELIVERY_DESTINATION"
