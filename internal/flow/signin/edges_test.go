package signin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
)

// ways are the ways to prove a password: each takes ada, who names a device, to
// where the next thing is asked.
var ways = map[string]func(t *testing.T, w *world, device string) (signin.Step, error){
	"USER_PASSWORD_AUTH": func(t *testing.T, w *world, device string) (signin.Step, error) {
		return w.start(t, w.client, "USER_PASSWORD_AUTH", "USERNAME", "ada", "PASSWORD", password, "DEVICE_KEY", device)
	},
	"ADMIN_USER_PASSWORD_AUTH": func(t *testing.T, w *world, device string) (signin.Step, error) {
		return w.asAdmin(w.pool).start(t, w.client, "ADMIN_USER_PASSWORD_AUTH", "USERNAME", "ada", "PASSWORD", password, "DEVICE_KEY", device)
	},
	"ADMIN_NO_SRP_AUTH": func(t *testing.T, w *world, device string) (signin.Step, error) {
		return w.asAdmin(w.pool).start(t, w.client, "ADMIN_NO_SRP_AUTH", "USERNAME", "ada", "PASSWORD", password, "DEVICE_KEY", device)
	},
	"PASSWORD_VERIFIER": func(t *testing.T, w *world, device string) (signin.Step, error) {
		return w.prove(t, w.client, with(w.begin(t, w.pool, w.client, "USERNAME", "ada").proof(t, password), "DEVICE_KEY", device))
	},
	"USER_AUTH": func(t *testing.T, w *world, device string) (signin.Step, error) {
		return w.start(t, w.client, "USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", password, "DEVICE_KEY", device)
	},
	"SELECT_CHALLENGE": func(t *testing.T, w *world, device string) (signin.Step, error) {
		return w.choose(t, w.client, w.choices(t, w.client, "ada"), "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", password, "DEVICE_KEY", device)
	},
	"PASSWORD": func(t *testing.T, w *world, device string) (signin.Step, error) {
		step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "PASSWORD")
		return w.answer(t, w.client, "PASSWORD", offered(t, "PASSWORD", step, err), parameters("USERNAME", "ada", "PASSWORD", password, "DEVICE_KEY", device))
	},
	"PASSWORD_SRP": func(t *testing.T, w *world, device string) (signin.Step, error) {
		step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "PASSWORD_SRP")
		client := srp.NewClient()
		step, err = w.answer(t, w.client, "PASSWORD_SRP", offered(t, "PASSWORD_SRP", step, err), parameters("USERNAME", "ada", "SRP_A", client.A()))
		offered(t, "PASSWORD_VERIFIER", step, err)
		return w.prove(t, w.client, with(exchange{w.pool, client, step.Parameters}.proof(t, password), "DEVICE_KEY", device))
	},
}

// demands are what may be asked after the first factor: of which pool, and of
// whom.
var demands = map[string]struct {
	pool func(*pool.Pool)
	user func(*pool.User)
}{
	"tokens":                {asking("OPTIONAL"), nil},
	"SMS_MFA":               {asking("OPTIONAL"), func(u *pool.User) { u.Factors.SMS = true }},
	"EMAIL_OTP":             {asking("OPTIONAL"), func(u *pool.User) { u.Factors.Email = true }},
	"SOFTWARE_TOKEN_MFA":    {asking("OPTIONAL"), func(u *pool.User) { u.Factors.SoftwareToken = true }},
	"SELECT_MFA_TYPE":       {asking("OPTIONAL"), func(u *pool.User) { u.Factors.SMS, u.Factors.Email = true, true }},
	"MFA_SETUP":             {asking("ON", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"), bare},
	"DEVICE_SRP_AUTH":       {asking("OPTIONAL"), nil},
	"NEW_PASSWORD_REQUIRED": {asking("OPTIONAL"), func(u *pool.User) { u.Status, u.PasswordSet = pool.ForceChangePassword, time.Now().Add(time.Hour) }},
}

// demanding is a world where to comes after the password of ada, and the key of
// the device that she names.
func demanding(t *testing.T, e *flowtest.Env, to string) (*world, gadget) {
	t.Helper()
	d := demands[to]
	w := (&world{Env: e, service: service(e, e.Limits)}).guarded(t, func(p *pool.Pool) {
		d.pool(p)
		p.Device = &pool.DeviceSettings{}
	}, d.user)
	w.client = w.Client(t, w.pool, func(c *pool.Client) { c.AuthFlows = append(c.AuthFlows, "ALLOW_ADMIN_USER_PASSWORD_AUTH") })
	var g gadget
	if to == "DEVICE_SRP_AUTH" {
		g = w.gadget(t, w.ada, true)
	}
	return w, g
}

// Whichever way the password was proved, the same is asked next; and after a new
// password, too.
func TestWhatComesAfterAPassword(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for to := range demands {
			w, g := demanding(t, e, to)
			for from, take := range ways {
				step, err := take(t, w, g.key)
				if to == "tokens" && err == nil && step.Tokens != nil {
					continue
				}
				if err != nil || step.Challenge != to {
					t.Errorf("%s: %q, %v; want %s", from, step.Challenge, err, to)
				}
			}
			if to == "NEW_PASSWORD_REQUIRED" {
				continue
			}
			w.Change(t, w.pool, "ada", func(u *pool.User) { u.Status, u.PasswordSet = pool.ForceChangePassword, w.Clock.Now() })
			step, err := ways["USER_PASSWORD_AUTH"](t, w, g.key)
			if err != nil {
				t.Fatal(err)
			}
			step, err = w.answer(t, w.client, "NEW_PASSWORD_REQUIRED", step.Session, parameters("USERNAME", "ada", "NEW_PASSWORD", "another horse"))
			if err != nil || step.Challenge != strings.TrimPrefix(to, "tokens") {
				t.Errorf("NEW_PASSWORD_REQUIRED: %q, %v; want %s", step.Challenge, err, to)
			}
		}
	})
}

// A device that is remembered proves itself after each second factor, and after
// each code that is a first one.
func TestADeviceAfterEachCode(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for _, factor := range []string{"SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA", "MFA_SETUP"} {
			w, _ := demanding(t, e, factor)
			g, seed := w.gadget(t, w.ada, true), w.token(t, w.ada, "")
			step, err := ways["USER_PASSWORD_AUTH"](t, w, g.key)
			if err != nil {
				t.Fatal(err)
			}
			responses, session := parameters("USERNAME", "ada"), step.Session
			switch factor {
			case "SMS_MFA":
				responses["SMS_MFA_CODE"] = w.Code(t, adaPhone)
			case "EMAIL_OTP":
				responses["EMAIL_OTP_CODE"] = w.Code(t, adaMail)
			case "SOFTWARE_TOKEN_MFA":
				responses["SOFTWARE_TOKEN_MFA_CODE"] = totp.At(seed, w.Clock.Now())
			case "MFA_SETUP":
				seed, session = w.associate(t, session)
				if session, err = w.service.VerifyToken(t.Context(), session, totp.At(seed, w.Clock.Now()), ""); err != nil {
					t.Fatal(err)
				}
			}
			step, err = w.answer(t, w.client, factor, session, responses)
			if err != nil {
				t.Fatalf("%s: %v", factor, err)
			}
			proof := w.asked(t, g, step)
			_, again := w.answer(t, w.client, factor, session, responses)
			if factor == "SOFTWARE_TOKEN_MFA" {
				flowtest.Want(t, again, pool.ExpiredCode, usedToken)
			}
			step, err = w.proveDevice(t, proof)
			w.wantTokens(t, step, err, w.ada)
		}
		w := (&world{Env: e, service: service(e, e.Limits)}).guarded(t, func(p *pool.Pool) {
			allowing("SMS_OTP")(p)
			p.Device = &pool.DeviceSettings{}
		}, nil)
		g := w.gadget(t, w.ada, true)
		step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "SMS_OTP", "DEVICE_KEY", g.key)
		if err != nil {
			t.Fatal(err)
		}
		step, err = w.answer(t, w.client, "SMS_OTP", step.Session, parameters("USERNAME", "ada", "SMS_OTP_CODE", w.Code(t, adaPhone)))
		if err != nil {
			t.Fatal(err)
		}
		step, err = w.proveDevice(t, w.asked(t, g, step))
		w.wantTokens(t, step, err, w.ada)

		// The choice of SMS_OTP, and of a software token, one step later.
		w.token(t, w.ada, "")
		step, err = w.choose(t, w.client, startOf(t, w), "USERNAME", "ada", "ANSWER", "SMS_OTP")
		if err != nil || step.Challenge != "SMS_OTP" {
			t.Errorf("the choice of SMS_OTP: %+v, %v", step, err)
		}
	})
}

// startOf returns the session of SELECT_CHALLENGE.
func startOf(t *testing.T, w *world) string {
	t.Helper()
	step, err := w.start(t, w.client, "USER_AUTH", "USERNAME", "ada")
	if err != nil || step.Challenge != "SELECT_CHALLENGE" {
		t.Fatalf("step = %+v, %v; want SELECT_CHALLENGE", step, err)
	}
	return step.Session
}

// The functions of a pool may ask for each second factor at any time.
func TestEachFactorInAConversation(t *testing.T) {
	eachTalking(t, asking("OPTIONAL"), func(t *testing.T, w *talking) {
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Factors.Email, u.Factors.SoftwareToken = true, true })
		seed := w.token(t, w.ada, "")
		for _, names := range [][]string{
			{"EMAIL_OTP", "CUSTOM_CHALLENGE", "SOFTWARE_TOKEN_MFA"}, {"SOFTWARE_TOKEN_MFA", "CUSTOM_CHALLENGE", "EMAIL_OTP"},
		} {
			w.define = script(names...)
			step, err := w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada")
			for _, name := range names {
				if err != nil || step.Challenge != name {
					t.Fatalf("step = %+v, %v; want %s", step, err, name)
				}
				w.Clock.Advance(30 * time.Second)
				responses := parameters("USERNAME", "ada", "ANSWER", "5")
				switch name {
				case "EMAIL_OTP":
					responses["EMAIL_OTP_CODE"] = w.Code(t, adaMail)
				case "SOFTWARE_TOKEN_MFA":
					responses["SOFTWARE_TOKEN_MFA_CODE"] = totp.At(seed, w.Clock.Now())
				}
				step, err = w.answer(t, w.client, name, step.Session, responses)
			}
			w.wantTokens(t, step, err, w.ada)
		}
	})
}

// The password may come after a custom challenge.
func TestAPasswordAfterACustomChallenge(t *testing.T) {
	eachTalking(t, nil, func(t *testing.T, w *talking) {
		w.define = script("", "CUSTOM_CHALLENGE", "PASSWORD_VERIFIER")
		client := srp.NewClient()
		step, err := w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada", "CHALLENGE_NAME", "SRP_A", "SRP_A", client.A())
		if err != nil || step.Challenge != "CUSTOM_CHALLENGE" {
			t.Fatalf("step = %+v, %v", step, err)
		}
		step, err = w.say(t, w.client, step, "5")
		if err != nil || step.Challenge != "PASSWORD_VERIFIER" {
			t.Fatalf("step = %+v, %v", step, err)
		}
		step, err = w.prove(t, w.client, exchange{w.pool, client, step.Parameters}.proof(t, password))
		w.wantTokens(t, step, err, w.ada)
	})
}

// A device proves itself after a passkey as after a password.
func TestADeviceAfterAPasskey(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := (&world{Env: e, service: service(e, e.Limits)}).guarded(t, func(p *pool.Pool) {
			byPasskeys("OFF", "")(p)
			p.Device = &pool.DeviceSettings{}
		}, nil)
		key, g := w.Passkey(t, w.pool, w.ada, newKey(t)), w.gadget(t, w.ada, true)
		step := w.byKey(t, w.client, "ada")
		step, err := w.answer(t, w.client, "WEB_AUTHN", step.Session, with(sign(t, step, key, "ada"), "DEVICE_KEY", g.key))
		if err != nil {
			t.Fatal(err)
		}
		step, err = w.proveDevice(t, w.asked(t, g, step))
		w.wantTokens(t, step, err, w.ada)
	})
}
