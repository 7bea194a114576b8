package signin_test

import (
	"testing"

	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func TestRiskAsksForASecondFactor(t *testing.T) {
	byMail := func(p *pool.Pool) { p.MFA, p.Second.Email = "OPTIONAL", true }
	guard(t, byMail, takeover("MFA_IF_CONFIGURED", "MFA_REQUIRED"), func(t *testing.T, g *guarded) {
		bob := g.Person(t, g.pool, "bob", password, nil)
		for _, name := range []string{"ada", "bob"} {
			if step, err := g.from(t, atHome, name, password); err != nil || step.Tokens == nil {
				t.Fatalf("%s at home: %+v, %v", name, step, err)
			}
		}
		step, err := g.from(t, pool.Origin{Address: onTrain.Address, Agent: chrome}, "bob", password)
		g.wantTokens(t, step, err, bob) // a factor is not required, and there is none
		_, err = g.from(t, pool.Origin{Address: "203.0.113.4", Agent: phone}, "bob", password)
		flowtest.Want(t, err, pool.NotAuthorized, blocked) // it is, and there is none
		for i, o := range []pool.Origin{                   // ada has switched none on, and has an address
			onTrain, {Address: "203.0.113.4", Agent: chrome}, {Address: "192.0.2.77", Agent: "curl/8"},
		} {
			if i == 2 {
				g.Change(t, g.pool, "ada", func(u *pool.User) { u.Factors.Email = true })
			}
			step, err = g.from(t, o, "ada", password)
			if err != nil || step.Challenge != "EMAIL_OTP" {
				t.Fatalf("from %v: step = %+v, %v", o, step, err)
			}
			step, err = g.answer(t, g.client, "EMAIL_OTP", step.Session, parameters("USERNAME", "ada", "EMAIL_OTP_CODE", g.Code(t, "ada@example.com")))
			g.wantTokens(t, step, err, g.ada)
		}
		if got := g.events(t, bob)[0]; got != "SignIn Fail Block Medium Password:true" {
			t.Errorf("bob's last event is %s", got)
		}
	})
}

// So does a software token that was verified and is not switched on.
func TestRiskAsksForASoftwareToken(t *testing.T) {
	byApp := func(p *pool.Pool) { p.MFA, p.Second.SoftwareToken = "OPTIONAL", true }
	guard(t, byApp, takeover("NO_ACTION", "MFA_REQUIRED"), func(t *testing.T, g *guarded) {
		step, err := g.from(t, atHome, "ada", password)
		g.wantTokens(t, step, err, g.ada)
		_, err = g.from(t, onTrain, "ada", password)
		flowtest.Want(t, err, pool.NotAuthorized, blocked)
		seed := g.token(t, g.ada, "phone")
		step, err = g.from(t, onTrain, "ada", password)
		session := asked(t, step, err, "SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP", "ada", "FRIENDLY_DEVICE_NAME", "phone")
		step, err = g.answer(t, g.client, "SOFTWARE_TOKEN_MFA", session,
			parameters("USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", totp.At(seed, g.Clock.Now())))
		g.wantTokens(t, step, err, g.ada)
		step, err = g.from(t, onTrain, "ada", password) // where nothing is new any more
		g.wantTokens(t, step, err, g.ada)
	})
}

// Who has switched a second factor on is asked for that one, whatever else could
// be had.
func TestRiskAsksForWhatIsSwitchedOn(t *testing.T) {
	both := func(p *pool.Pool) {
		p.MFA, p.Second = "OPTIONAL", pool.SecondFactors{Email: true, SoftwareToken: true}
	}
	guard(t, both, takeover("NO_ACTION", "MFA_REQUIRED"), func(t *testing.T, g *guarded) {
		step, err := g.from(t, atHome, "ada", password)
		g.wantTokens(t, step, err, g.ada)
		g.token(t, g.ada, "phone")
		g.Change(t, g.pool, "ada", func(u *pool.User) { u.Factors = pool.Factors{Email: true} })
		step, err = g.from(t, onTrain, "ada", password)
		if err != nil || step.Challenge != "EMAIL_OTP" {
			t.Fatalf("step = %+v, %v; want EMAIL_OTP", step, err)
		}
		step, err = g.answer(t, g.client, "EMAIL_OTP", step.Session, parameters("USERNAME", "ada", "EMAIL_OTP_CODE", g.Code(t, "ada@example.com")))
		g.wantTokens(t, step, err, g.ada)
	})
}

// newest is the id of the newest event of u.
func (g *guarded) newest(t *testing.T, u *pool.User) (id string) {
	t.Helper()
	err := g.Store.View(t.Context(), func(snap store.Snapshot) error {
		events, err := risk.Events(t.Context(), snap, u, "", 1)
		if err == nil && len(events) == 1 {
			id = events[0].ID
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// What was done with tokens can be traced to the sign-in in the record.
// Source: the service's guide to adaptive authentication.
func TestTokensNameTheirEvent(t *testing.T) {
	guard(t, nil, nil, func(t *testing.T, g *guarded) {
		named := func(set *token.Set, event string) {
			t.Helper()
			for _, text := range []string{set.ID, set.Access} {
				if got := claims(t, text)["event_id"]; got != event {
					t.Errorf("event_id = %v, want %s", got, event)
				}
			}
		}
		step, err := g.from(t, atHome, "ada", password)
		g.wantTokens(t, step, err, g.ada)
		first := g.newest(t, g.ada)
		named(step.Tokens, first)
		x := g.begin(t, g.pool, g.client, "USERNAME", "ada")
		bySRP, err := g.prove(t, g.client, x.proof(t, password))
		g.wantTokens(t, bySRP, err, g.ada)
		named(bySRP.Tokens, g.newest(t, g.ada))
		again, err := g.start(t, g.client, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", step.Tokens.Refresh)
		if err != nil {
			t.Fatal(err)
		}
		named(again.Tokens, first)
	})
}
