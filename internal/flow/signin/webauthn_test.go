package signin_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/passkey/testkey"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// byPasskeys makes a pool of passkeys for pages of localhost; mfa is OFF,
// OPTIONAL or ON.
func byPasskeys(mfa, factors string) func(*pool.Pool) {
	return func(p *pool.Pool) {
		asking(mfa)(p)
		p.AllowedFirstFactors = []string{"PASSWORD", "WEB_AUTHN"}
		p.WebAuthn = &pool.WebAuthn{RelyingParty: "localhost", UserVerification: "preferred", Factors: factors}
	}
}

// newKey is an authenticator at a page of localhost.
func newKey(t testing.TB) *testkey.Authenticator { return testkey.New(t, "http://localhost:3000") }

// byKey begins by WEB_AUTHN and returns its step.
func (w *world) byKey(t *testing.T, c *pool.Client, name string) signin.Step {
	t.Helper()
	step, err := w.start(t, c, "USER_AUTH", "USERNAME", name, "PREFERRED_CHALLENGE", "WEB_AUTHN")
	wantOffer(t, step, err, "WEB_AUTHN", "PASSWORD_SRP", "PASSWORD", "WEB_AUTHN")
	return step
}

// sign answers WEB_AUTHN as the authenticator does.
func sign(t testing.TB, step signin.Step, a *testkey.Authenticator, name string) signin.Parameters {
	t.Helper()
	return parameters("USERNAME", name, "CREDENTIAL", a.Get(t, step.Parameters["CREDENTIAL_REQUEST_OPTIONS"]))
}

func TestSignInByPasskey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, byPasskeys("OFF", ""), nil)
		step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "WEB_AUTHN")
		wantOffer(t, step, err, "SELECT_CHALLENGE", "PASSWORD_SRP", "PASSWORD") // she has none yet
		a := w.Passkey(t, w.pool, w.ada, newKey(t))

		for range 2 {
			step = w.byKey(t, w.client, "Ada")
			answer := sign(t, step, a, "Ada")
			next, err := w.answer(t, w.client, "WEB_AUTHN", step.Session, answer)
			w.wantTokens(t, next, err, w.ada)
			_, err = w.answer(t, w.client, "WEB_AUTHN", step.Session, answer)
			flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
			_, err = w.answer(t, w.client, "WEB_AUTHN", step.Session, sign(t, step, a, "ada"))
			flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
		}
		step, err = w.start(t, w.client, "USER_AUTH", "USERNAME", "ada")
		choice := wantOffer(t, step, err, "SELECT_CHALLENGE", "PASSWORD_SRP", "PASSWORD", "WEB_AUTHN")
		step, err = w.choose(t, w.client, choice, "USERNAME", "ada", "ANSWER", "WEB_AUTHN")
		session := wantOffer(t, step, err, "WEB_AUTHN", "PASSWORD_SRP", "PASSWORD", "WEB_AUTHN")
		step, err = w.asAdmin(w.pool).answer(t, w.client, "WEB_AUTHN", session, sign(t, step, a, "ada"))
		w.wantTokens(t, step, err, w.ada)

		// Whoever has no passkey at hand turns to another factor, or tries again.
		step = w.byKey(t, w.client, "ada")
		next, err := w.choose(t, w.client, step.Session, "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", password)
		w.wantTokens(t, next, err, w.ada)
		step, err = w.choose(t, w.client, w.byKey(t, w.client, "ada").Session, "USERNAME", "ada", "ANSWER", "WEB_AUTHN")
		session = wantOffer(t, step, err, "WEB_AUTHN", "PASSWORD_SRP", "PASSWORD", "WEB_AUTHN")
		next, err = w.answer(t, w.client, "WEB_AUTHN", session, sign(t, step, a, "ada"))
		w.wantTokens(t, next, err, w.ada)

		synced := newKey(t) // which has no counter
		synced.Counts, synced.Synced = false, true
		w.Passkey(t, w.pool, w.ada, synced)
		step = w.byKey(t, w.hiding, "ada")
		answer := sign(t, step, synced, "ada")
		next, err = w.answer(t, w.hiding, "WEB_AUTHN", step.Session, answer)
		w.wantTokens(t, next, err, w.ada)
		_, err = w.answer(t, w.hiding, "WEB_AUTHN", step.Session, answer)
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
	})
}

// Whoever was asked for a passkey may give it together with the choice of it.
func TestAPasskeyWithItsChoice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, byPasskeys("OFF", ""), nil)
		a := w.Passkey(t, w.pool, w.ada, newKey(t))
		give := func(session string, responses signin.Parameters) (signin.Step, error) {
			return w.answer(t, w.client, "SELECT_CHALLENGE", session, with(responses, "ANSWER", "WEB_AUTHN"))
		}
		step := w.byKey(t, w.client, "ada")
		_, err := give(step.Session, parameters("USERNAME", "ada", "CREDENTIAL", "{}"))
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		answer := sign(t, step, a, "ada")
		next, err := give(step.Session, answer)
		w.wantTokens(t, next, err, w.ada)
		_, err = give(step.Session, sign(t, step, a, "ada"))
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)

		next, err = give(w.choicesOf(t, "ada"), answer) // where none was asked for
		wantOffer(t, next, err, "WEB_AUTHN", "PASSWORD_SRP", "PASSWORD", "WEB_AUTHN")
	})
}

func TestPasskeysThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, byPasskeys("OFF", ""), nil)
		bob := w.Person(t, w.pool, "bob", password, nil)
		adas, bobs := w.Passkey(t, w.pool, w.ada, newKey(t)), w.Passkey(t, w.pool, bob, newKey(t))
		nameless := *bobs
		nameless.Credential = func(_, response map[string]any) { delete(response, "userHandle") }
		elsewhere := *adas
		elsewhere.Origin = "https://example.org"
		step := w.byKey(t, w.client, "ada")
		refused := func(c *pool.Client, session string, kind pool.Kind, message string, responses signin.Parameters) {
			t.Helper()
			_, err := w.answer(t, c, "WEB_AUTHN", session, responses)
			flowtest.Want(t, err, kind, message)
		}
		for range 12 { // and nobody is locked out
			refused(w.client, step.Session, pool.NotAuthorized, wrongPassword, sign(t, step, bobs, "ada"))
		}
		refused(w.client, step.Session, pool.NotAuthorized, sessionInvalid, sign(t, step, bobs, "bob"))
		refused(w.client, step.Session, pool.NotAuthorized, wrongPassword, sign(t, step, &nameless, "ada"))
		refused(w.client, step.Session, pool.NotAuthorized, wrongPassword, sign(t, step, newKey(t), "ada"))
		refused(w.client, step.Session, pool.NotAuthorized, wrongPassword, sign(t, step, &elsewhere, "ada"))
		refused(w.client, step.Session, pool.NotAuthorized, wrongPassword, sign(t, w.byKey(t, w.client, "ada"), adas, "ada"))
		refused(w.client, step.Session, pool.NotAuthorized, wrongPassword, parameters("USERNAME", "ada", "CREDENTIAL", "{}"))
		refused(w.client, step.Session, pool.InvalidParameter, "Missing required parameter CREDENTIAL", parameters("USERNAME", "ada"))
		refused(w.client, "", pool.InvalidParameter, "Missing required parameter Session", sign(t, step, adas, "ada"))
		refused(w.hiding, step.Session, pool.NotAuthorized, sessionInvalid, sign(t, step, adas, "ada"))
		refused(w.client, w.choicesOf(t, "ada"), pool.NotAuthorized, sessionInvalid, sign(t, step, adas, "ada"))

		w.Change(t, w.pool, "ada", func(u *pool.User) { u.SessionGeneration++ })
		refused(w.client, step.Session, pool.NotAuthorized, sessionInvalid, sign(t, step, adas, "ada"))
		step = w.byKey(t, w.client, "ada")
		w.Clock.Advance(4 * time.Minute)
		refused(w.client, step.Session, pool.NotAuthorized, sessionExpired, sign(t, step, adas, "ada"))

		step = w.byKey(t, w.client, "bob")
		w.setPool(t, func(p *pool.Pool) { p.AllowedFirstFactors = []string{"PASSWORD"} })
		refused(w.client, step.Session, pool.NotAuthorized, sessionInvalid, sign(t, step, bobs, "bob"))
		w.setPool(t, func(p *pool.Pool) { p.AllowedFirstFactors, p.WebAuthn = []string{"PASSWORD", "WEB_AUTHN"}, nil })
		const noParty = "The WebAuthn configuration of the user pool is missing its relying party."
		refused(w.client, step.Session, pool.InvalidParameter, noParty, sign(t, step, bobs, "bob"))
		_, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "bob", "PREFERRED_CHALLENGE", "WEB_AUTHN")
		flowtest.Want(t, err, pool.InvalidParameter, noParty)
		byPasskeys("OFF", "")(w.pool)
		w.setPool(t, byPasskeys("OFF", ""))
		w.Passkey(t, w.pool, bob, newKey(t)) // beside the one that is removed
		w.Tx(t, func(ctx context.Context, tx store.Tx) error {
			return tx.DeletePasskey(ctx, w.pool.Key, bob.Sub, base64.RawURLEncoding.EncodeToString(bobs.ID))
		})
		refused(w.client, step.Session, pool.NotAuthorized, wrongPassword, sign(t, step, bobs, "bob"))
	})
}

// choicesOf is the session of SELECT_CHALLENGE.
func (w *world) choicesOf(t *testing.T, name string) string {
	t.Helper()
	step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", name)
	if err != nil || step.Challenge != "SELECT_CHALLENGE" {
		t.Fatalf("step = %+v, %v", step, err)
	}
	return step.Session
}

// setPool changes the stored pool.
func (w *world) setPool(t *testing.T, change func(*pool.Pool)) {
	t.Helper()
	w.Tx(t, func(ctx context.Context, tx store.Tx) error {
		p, err := tx.PoolByKey(ctx, w.pool.Key)
		if err != nil {
			return err
		}
		changed := *p
		change(&changed)
		return tx.UpdatePool(ctx, &changed)
	})
}

// One assertion gives tokens once, on whichever node it is sent.
func TestOneAssertionAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, byPasskeys("OFF", ""), nil)
		for name, counts := range map[string]bool{"with a counter": true, "without": false} {
			a := newKey(t)
			a.Counts = counts
			w.Passkey(t, w.pool, w.ada, a)
			step := w.byKey(t, w.client, "ada")
			answer := sign(t, step, a, "ada")
			var all sync.WaitGroup
			var got atomic.Int32
			for range 6 {
				all.Go(func() {
					next, err := w.answer(t, w.client, "WEB_AUTHN", step.Session, answer)
					if err == nil && next.Tokens != nil {
						got.Add(1)
					}
				})
			}
			all.Wait()
			if got.Load() != 1 {
				t.Errorf("%s: %d times tokens, want once", name, got.Load())
			}
		}
	})
}

// A passkey is both factors where the pool says so and the authenticator has
// verified its user; otherwise the second factor follows.
func TestAPasskeyAndASecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const both = "MULTI_FACTOR_WITH_USER_VERIFICATION"
		for _, tt := range []struct {
			mfa, factors string
			verifies     bool
			on           func(*pool.User)
			want         string
		}{
			{"OPTIONAL", both, true, func(u *pool.User) { u.Factors.SMS = true }, ""},
			{"ON", both, true, func(u *pool.User) { u.Factors.SMS = true }, ""},
			{"ON", both, false, func(u *pool.User) { u.Factors.SMS = true }, "SMS_MFA"},
			{"ON", "SINGLE_FACTOR", true, func(u *pool.User) { u.Factors.Email = true }, "EMAIL_OTP"},
			{"ON", "", true, func(u *pool.User) { u.Factors.SMS, u.Factors.Email = true, true }, "SELECT_MFA_TYPE"},
			{"OPTIONAL", "", true, func(u *pool.User) { u.Factors.SoftwareToken = true }, "SOFTWARE_TOKEN_MFA"},
			{"OPTIONAL", "", true, nil, ""},
		} {
			w := w.guarded(t, byPasskeys(tt.mfa, tt.factors), tt.on)
			w.token(t, w.ada, "")
			a := newKey(t)
			a.Verifies = tt.verifies
			w.Passkey(t, w.pool, w.ada, a)
			step := w.byKey(t, w.client, "ada")
			step, err := w.answer(t, w.client, "WEB_AUTHN", step.Session, sign(t, step, a, "ada"))
			if tt.want == "" {
				w.wantTokens(t, step, err, w.ada)
			} else if err != nil || step.Challenge != tt.want || step.Tokens != nil {
				t.Errorf("%+v: step = %+v, %v", tt, step, err)
			}
			if tt.want == "SMS_MFA" {
				step, err = w.answer(t, w.client, "SMS_MFA", step.Session, parameters("USERNAME", "ada", "SMS_MFA_CODE", w.Code(t, adaPhone)))
				w.wantTokens(t, step, err, w.ada)
			}
		}
		w.bothOrNone(t, both)
		set := w.guarded(t, byPasskeys("ON", ""), func(u *pool.User) { u.Attributes = map[string]string{} })
		a := set.Passkey(t, set.pool, set.ada, newKey(t))
		step := set.byKey(t, set.client, "ada")
		step, err := set.answer(t, set.client, "WEB_AUTHN", step.Session, sign(t, step, a, "ada"))
		if err != nil || step.Challenge != "MFA_SETUP" {
			t.Errorf("without a factor: step = %+v, %v; want MFA_SETUP", step, err)
		}
	})
}

// bothOrNone tries the passkeys of who has them be both factors: one that does
// not verify its user is no factor, unless the pool lets none be both any more.
func (w *world) bothOrNone(t *testing.T, both string) {
	t.Helper()
	for _, tt := range []struct {
		factors  string
		verifies bool
		asked    string
		want     string // a challenge, or tokens, or none
	}{
		{both, true, "required", "tokens"},
		{both, false, "required", ""},
		{"SINGLE_FACTOR", false, "preferred", "SMS_MFA"},
	} {
		w := w.guarded(t, byPasskeys("ON", tt.factors), func(u *pool.User) { u.Factors.SMS, u.Factors.Passkey = true, true })
		a := w.Passkey(t, w.pool, w.ada, newKey(t))
		a.Verifies = tt.verifies
		step := w.byKey(t, w.client, "ada")
		var options struct{ UserVerification string }
		if err := json.Unmarshal([]byte(step.Parameters["CREDENTIAL_REQUEST_OPTIONS"]), &options); err != nil || options.UserVerification != tt.asked {
			t.Errorf("%+v: asked for %+v, %v", tt, options, err)
		}
		step, err := w.answer(t, w.client, "WEB_AUTHN", step.Session, sign(t, step, a, "ada"))
		switch {
		case tt.want == "tokens":
			w.wantTokens(t, step, err, w.ada)
		case tt.want == "":
			flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		case err != nil || step.Challenge != tt.want || step.Tokens != nil:
			t.Errorf("%+v: step = %+v, %v", tt, step, err)
		}
	}
}

// Where the client hides who exists, every other nobody seems to have a passkey,
// and is refused as somebody is whose assertion is wrong.
func TestPasskeysOfNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.guarded(t, byPasskeys("ON", ""), nil)
		a := w.Passkey(t, w.pool, w.ada, newKey(t))
		_, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "nobody", "PREFERRED_CHALLENGE", "WEB_AUTHN")
		flowtest.Want(t, err, pool.UserNotFound, noSuchUser)
		seen := map[string]int{}
		for _, name := range []string{"n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "n10", "n11", "n12", "n13", "n14", "n15", "n16"} {
			some, err := w.start(t, w.hiding, "USER_AUTH", "USERNAME", name, "PREFERRED_CHALLENGE", "WEB_AUTHN")
			if err != nil {
				t.Fatal(err)
			}
			again, err := w.start(t, w.hiding, "USER_AUTH", "USERNAME", name)
			if err != nil || !slices.Equal(again.Available, some.Available) {
				t.Errorf("%s has %v, and then %v", name, some.Available, again.Available)
			}
			seen[some.Challenge]++
			if some.Challenge == "SELECT_CHALLENGE" {
				wantOffer(t, some, err, "SELECT_CHALLENGE", "PASSWORD_SRP", "PASSWORD")
				continue
			}
			wantOffer(t, some, err, "WEB_AUTHN", "PASSWORD_SRP", "PASSWORD", "WEB_AUTHN")
			w.compare(t, name, some, a)
		}
		if seen["WEB_AUTHN"] == 0 || seen["SELECT_CHALLENGE"] == 0 {
			t.Errorf("%v of 16 names that nobody has", seen)
		}
	})
}

// compare holds a nobody at WEB_AUTHN against ada, who has a.
func (w *world) compare(t *testing.T, nobody string, some signin.Step, a *testkey.Authenticator) {
	t.Helper()
	adas := w.byKey(t, w.hiding, "ada")
	shape := func(step signin.Step) (all map[string]any, id []byte) {
		if err := json.Unmarshal([]byte(step.Parameters["CREDENTIAL_REQUEST_OPTIONS"]), &all); err != nil {
			t.Fatal(err)
		}
		one := all["allowCredentials"].([]any)[0].(map[string]any)
		id, err := base64.RawURLEncoding.DecodeString(one["id"].(string))
		if err != nil {
			t.Fatal(err)
		}
		return all, id
	}
	real, _ := shape(adas)
	made, id := shape(some)
	for name := range real {
		if _, ok := made[name]; !ok || name != "challenge" && name != "allowCredentials" && real[name] != made[name] {
			t.Errorf("%s: %s = %v, want %v", nobody, name, made[name], real[name])
		}
	}
	if len(made) != len(real) || len(some.Parameters) != len(adas.Parameters) || len(some.Session) != len(adas.Session) {
		t.Errorf("%s: %d options and a session of %d; somebody: %d and %d", nobody, len(made), len(some.Session), len(real), len(adas.Session))
	}
	forged := *a
	forged.ID = id
	for name, responses := range map[string]signin.Parameters{
		"a forged assertion": sign(t, some, &forged, nobody), "somebody else's": sign(t, some, a, nobody),
		"nonsense": parameters("USERNAME", nobody, "CREDENTIAL", "{}"),
	} {
		_, err := w.answer(t, w.hiding, "WEB_AUTHN", some.Session, responses)
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}
