package signin_test

import (
	"encoding/base32"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// bare takes the addresses away.
func bare(u *pool.User) { u.Attributes = map[string]string{"name": "Ada"} }

// mustSetUp begins a sign-in of ada and returns the session of MFA_SETUP.
func (w *world) mustSetUp(t *testing.T, can string) string {
	t.Helper()
	step, err := w.password(t)
	return asked(t, step, err, "MFA_SETUP", "MFAS_CAN_SETUP", can, "USER_ID_FOR_SRP", "ada")
}

// associate returns the seed that AssociateSoftwareToken gives, and the session.
func (w *world) associate(t *testing.T, session string) (seed []byte, next string) {
	t.Helper()
	secret, next, err := w.service.AssociateToken(t.Context(), session)
	if err != nil || next == "" || next == session {
		t.Fatalf("AssociateToken = %q, %q, %v", secret, next, err)
	}
	seed, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil || len(seed) != totp.SeedSize {
		t.Fatalf("secret %q: %d bytes, %v", secret, len(seed), err)
	}
	return seed, next
}

func (w *world) setUp(t *testing.T, session string, pairs ...string) (signin.Step, error) {
	t.Helper()
	return w.answer(t, w.client, "MFA_SETUP", session, parameters(append(pairs, "USERNAME", "ada")...))
}

func TestSettingUpASoftwareToken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, asking("ON", "SOFTWARE_TOKEN_MFA"), nil)
		const can = `["SOFTWARE_TOKEN_MFA"]`
		first, late := w.mustSetUp(t, can), w.mustSetUp(t, can)
		lateSeed, late := w.associate(t, late)

		_, err := w.service.VerifyToken(t.Context(), first, "123456", "")
		flowtest.Want(t, err, pool.NoSoftwareToken, "Software Token MFA does not exist for the user.")
		_, err = w.setUp(t, first)
		flowtest.Want(t, err, pool.InvalidParameter, "No MFA factor has been set up.")
		_, session := w.associate(t, first)
		seed, session := w.associate(t, session) // and another one
		_, err = w.setUp(t, session)
		flowtest.Want(t, err, pool.InvalidParameter, "No MFA factor has been set up.")
		now := totp.At(seed, w.Clock.Now())
		_, err = w.service.VerifyToken(t.Context(), session, other(now), "")
		flowtest.Want(t, err, pool.SoftwareTokenMismatch, "Code mismatch")
		_, err = w.service.VerifyToken(t.Context(), session, now, strings.Repeat("é", 101))
		flowtest.Want(t, err, pool.InvalidParameter, "The friendly device name is too long.")
		verified, err := w.service.VerifyToken(t.Context(), session, now, strings.Repeat("é", 100))
		if err != nil || len(verified) > 2048 {
			t.Fatalf("VerifyToken = %d characters, %v", len(verified), err)
		}
		if w.User(t, w.pool, "ada").Factors.SoftwareToken {
			t.Error("the factor is on before the sign-in went on")
		}
		step, err := w.setUp(t, verified)
		w.wantTokens(t, step, err, w.ada)
		if !w.User(t, w.pool, "ada").Factors.SoftwareToken {
			t.Error("the factor is not on")
		}

		// Sessions from before are worth nothing any more.
		lateVerified, err := w.service.VerifyToken(t.Context(), late, totp.At(lateSeed, w.Clock.Now()), "")
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		if lateVerified != "" {
			t.Error("a session in spite of that")
		}
		_, _, err = w.service.AssociateToken(t.Context(), first)
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
		_, err = w.setUp(t, verified)
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)

		step, err = w.password(t)
		session = asked(t, step, err, "SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP", "ada", "FRIENDLY_DEVICE_NAME", strings.Repeat("é", 100))
		_, err = w.answer(t, w.client, "SOFTWARE_TOKEN_MFA", session, parameters("USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", now))
		flowtest.Want(t, err, pool.ExpiredCode, usedToken) // by VerifySoftwareToken
		step, err = w.answer(t, w.client, "SOFTWARE_TOKEN_MFA", session,
			parameters("USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", totp.At(seed, w.Clock.Now().Add(30*time.Second))))
		w.wantTokens(t, step, err, w.ada)
	})
}

// Two who know the password set up a token at the same time: the first wins.
func TestTheFirstTokenThatIsSetUpStays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, asking("ON", "SOFTWARE_TOKEN_MFA"), nil)
		var verified []string
		for range 2 {
			seed, session := w.associate(t, w.mustSetUp(t, `["SOFTWARE_TOKEN_MFA"]`))
			next, err := w.service.VerifyToken(t.Context(), session, totp.At(seed, w.Clock.Now()), "")
			if err != nil {
				t.Fatal(err)
			}
			verified = append(verified, next)
		}
		step, err := w.setUp(t, verified[0])
		w.wantTokens(t, step, err, w.ada)
		_, err = w.setUp(t, verified[1])
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
	})
}

// A session of MFA_SETUP cannot be made to live on by asking again and again.
func TestASetUpEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, asking("ON", "SOFTWARE_TOKEN_MFA"), nil)
		session := w.mustSetUp(t, `["SOFTWARE_TOKEN_MFA"]`)
		w.Clock.Advance(2 * time.Minute)
		_, session = w.associate(t, session) // lives anew
		w.Clock.Advance(2 * time.Minute)
		_, session = w.associate(t, session) // does not
		w.Clock.Advance(time.Minute)
		_, _, err := w.service.AssociateToken(t.Context(), session)
		flowtest.Want(t, err, pool.NotAuthorized, sessionExpired)
	})
}

func TestSettingUpAnAddress(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		emails := w.guarded(t, asking("ON", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"), bare)
		session := emails.mustSetUp(t, `["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`)
		_, err := emails.setUp(t, session, "EMAIL", "no address")
		flowtest.Want(t, err, pool.InvalidParameter, "Invalid email address format.")
		_, err = emails.setUp(t, session, "EMAIL", strings.Repeat("a", 250)+"@example.com")
		flowtest.Want(t, err, pool.InvalidParameter, "The address is too long.")
		_, err = emails.setUp(t, session, "PHONE_NUMBER", adaPhone)
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		step, err := emails.setUp(t, session, "email", adaMail) // as the service's guide calls it
		asked(t, step, err, "EMAIL_OTP", byLetter...)
		step, err = emails.setUp(t, session, "EMAIL", adaMail) // as Amplify does
		sent := asked(t, step, err, "EMAIL_OTP", byLetter...)
		if len(emails.User(t, emails.pool, "ada").Attributes) != 1 {
			t.Error("the address is the user's before it is proved")
		}
		code := emails.Code(t, adaMail)
		answer := func(code string) (signin.Step, error) {
			return emails.answer(t, emails.client, "EMAIL_OTP", sent, parameters("USERNAME", "ada", "EMAIL_OTP_CODE", code))
		}
		_, err = answer(other(code))
		flowtest.Want(t, err, pool.CodeMismatch, wrongCode)
		step, err = answer(code)
		emails.wantTokens(t, step, err, emails.ada)
		if says := claims(t, step.Tokens.ID); says["email"] != adaMail || says["email_verified"] != true {
			t.Errorf("the ID token says %v, %v", says["email"], says["email_verified"])
		}
		u := emails.User(t, emails.pool, "ada")
		if u.Attributes["email"] != adaMail || !u.Verified("email") || u.Factors != (pool.Factors{Email: true}) {
			t.Errorf("user %+v", u)
		}
		_, err = answer(code)
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)

		texts := w.guarded(t, asking("ON", "SMS_MFA", "SOFTWARE_TOKEN_MFA"), func(u *pool.User) { bare(u); link(u) })
		session = texts.mustSetUp(t, `["SMS_MFA","SOFTWARE_TOKEN_MFA"]`)
		step, err = texts.setUp(t, session, "PHONE_NUMBER", adaPhone)
		sent = asked(t, step, err, "SMS_MFA", byText...)
		step, err = texts.answer(t, texts.client, "SMS_MFA", sent, parameters("USERNAME", "ada", "SMS_MFA_CODE", texts.Code(t, adaPhone)))
		texts.wantTokens(t, step, err, texts.ada)
	})
}

// An address with which somebody else signs in cannot be set up.
func TestSettingUpAnAddressOfSomebodyElse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, func(p *pool.Pool) {
			asking("ON", "EMAIL_OTP")(p)
			p.AliasAttributes = []string{"email"}
		}, bare)
		w.Person(t, w.pool, "eve", password, verified("eve@example.com"))
		step, err := w.setUp(t, w.mustSetUp(t, `["EMAIL_OTP"]`), "EMAIL", "eve@example.com")
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.answer(t, w.client, "EMAIL_OTP", step.Session, parameters("USERNAME", "ada", "EMAIL_OTP_CODE", w.Code(t, "eve@example.com")))
		flowtest.Want(t, err, pool.AliasExists, "An account with the given email already exists.")
	})
}

func TestASecondFactorThatCannotBeHad(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, asking("ON", "SMS_MFA"), bare)
		_, err := w.password(t)
		flowtest.Want(t, err, pool.InvalidParameter, "User does not have delivery config set to turn on SMS_MFA")
	})
}

// What AssociateSoftwareToken and VerifySoftwareToken take for a session.
func TestSessionsThatSetUpNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		set := w.guarded(t, asking("ON", "SOFTWARE_TOKEN_MFA"), nil)
		session := set.mustSetUp(t, `["SOFTWARE_TOKEN_MFA"]`)
		mails := w.guarded(t, asking("ON", "EMAIL_OTP"), bare)
		try := func(session string) error {
			_, _, err := w.service.AssociateToken(t.Context(), session)
			_, again := w.service.VerifyToken(t.Context(), session, "123456", "")
			if err == nil || again == nil || err.Error() != again.Error() {
				t.Errorf("AssociateToken: %v, VerifyToken: %v; want the same", err, again)
			}
			return err
		}
		flowtest.Want(t, try("garbage"), pool.NotAuthorized, sessionInvalid)
		flowtest.Want(t, try(w.choices(t, w.client, "ada")), pool.NotAuthorized, sessionInvalid)
		flowtest.Want(t, try(w.choices(t, w.hiding, "nobody")), pool.NotAuthorized, sessionInvalid)
		flowtest.Want(t, try(mails.mustSetUp(t, `["EMAIL_OTP"]`)), pool.NoSoftwareToken, "Software Token MFA has not been enabled by the userPool")
		w.Change(t, set.pool, "ada", func(u *pool.User) { u.SessionGeneration++ })
		flowtest.Want(t, try(session), pool.NotAuthorized, sessionInvalid)
		w.delete(t, set.ada)
		flowtest.Want(t, try(session), pool.NotAuthorized, sessionInvalid)
		if got := w.service.SetUpClient(session); got != set.client.ID {
			t.Errorf("SetUpClient = %q, want %q", got, set.client.ID)
		}
		if got := w.service.SetUpClient("garbage"); got != "" {
			t.Errorf("SetUpClient of garbage = %q", got)
		}
	})
}
