package flowtest_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/flow/signup"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

const right, wrong = "correct horse", "wrong horse"

// stranger asks a client that hides who exists, without knowing a password.
type stranger struct {
	*flowtest.Env
	signin  *signin.Service
	signup  *signup.Service
	account *account.Service
	pool    *pool.Pool
	client  *pool.Client
}

func newStranger(t *testing.T, e *flowtest.Env, p *pool.Pool) *stranger {
	began := e.Clock.Now()
	limits := limit.New(func() time.Time { return began }) // locks last
	return &stranger{
		Env: e, pool: p, client: e.Client(t, p, func(c *pool.Client) {
			c.HideUnknownUsers = "ENABLED"
			c.AuthFlows = append(c.AuthFlows, "ALLOW_ADMIN_USER_PASSWORD_AUTH")
		}),
		signin: signin.New(signin.Options{
			Store: e.Store, Passwords: e.Passwords, Devices: e.Devices, Passkeys: e.Passkeys, Secrets: e.Secrets, Sessions: e.Sessions,
			Tokens: e.Tokens, Limits: limits, Seeds: e.Seeds, Codes: e.Codes, Messages: e.Messages, Now: e.Clock.Now,
		}),
		signup: signup.New(signup.Options{
			Store: e.Store, Passwords: e.Passwords, Secrets: e.Secrets, Sessions: e.Sessions, Codes: e.Codes,
			Messages: e.Messages, Limits: limits, Now: e.Clock.Now,
		}),
		account: account.New(account.Options{
			Store: e.Store, Passwords: e.Passwords, Devices: e.Devices, Passkeys: e.Passkeys, Secrets: e.Secrets, Tokens: e.Tokens, Codes: e.Codes,
			Messages: e.Messages, Limits: limits, Seeds: e.Seeds, Now: e.Clock.Now,
		}),
	}
}

func (s *stranger) start(t *testing.T, flow string, pairs ...string) (signin.Step, error) {
	t.Helper()
	r := signin.Request{ClientID: s.client.ID, Flow: flow, Parameters: signin.Parameters{}}
	for i := 0; i < len(pairs); i += 2 {
		r.Parameters[pairs[i]] = pairs[i+1]
	}
	return s.signin.Start(t.Context(), r)
}

// challenge is the parameters of the first step by SRP.
func (s *stranger) challenge(t *testing.T, name string) (map[string]string, error) {
	t.Helper()
	step, err := s.start(t, "USER_SRP_AUTH", "USERNAME", name, "SRP_A", "2")
	return step.Parameters, err
}

// answer goes all the way by SRP, calling itself answerAs ("" is USER_ID_FOR_SRP).
func (s *stranger) answer(t *testing.T, name, answerAs, password string) (signin.Step, error) {
	t.Helper()
	client := srp.NewClient()
	step, err := s.start(t, "USER_SRP_AUTH", "USERNAME", name, "SRP_A", client.A())
	if err != nil {
		return step, err
	}
	p, at := step.Parameters, srp.FormatTimestamp(time.Now())
	key, err := client.Key(s.pool.SRPName(), p["USER_ID_FOR_SRP"], password, p["SALT"], p["SRP_B"])
	if err != nil {
		t.Fatal(err)
	}
	block, err := base64.StdEncoding.DecodeString(p["SECRET_BLOCK"])
	if err != nil {
		t.Fatal(err)
	}
	if answerAs == "" {
		answerAs = p["USER_ID_FOR_SRP"]
	}
	return s.signin.Answer(t.Context(), signin.Reply{
		ClientID: s.client.ID, Challenge: "PASSWORD_VERIFIER",
		Responses: signin.Parameters{
			"USERNAME": answerAs, "TIMESTAMP": at, "PASSWORD_CLAIM_SECRET_BLOCK": p["SECRET_BLOCK"],
			"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(
				srp.Signature(key, s.pool.SRPName(), p["USER_ID_FOR_SRP"], block, at)),
		},
	})
}

// choose goes as far as SELECT_CHALLENGE and answers that.
func (s *stranger) choose(t *testing.T, name string, pairs ...string) (signin.Step, error) {
	t.Helper()
	step, err := s.start(t, "USER_AUTH", "USERNAME", name)
	if err != nil {
		return step, err
	}
	responses := signin.Parameters{"USERNAME": name}
	for i := 0; i < len(pairs); i += 2 {
		responses[pairs[i]] = pairs[i+1]
	}
	return s.signin.Answer(t.Context(), signin.Reply{
		ClientID: s.client.ID, Challenge: "SELECT_CHALLENGE", Session: step.Session, Responses: responses,
	})
}

// shape is an answer without what differs between two askings.
func shape(step signin.Step, err error) string {
	if e, ok := err.(*pool.Error); ok {
		return fmt.Sprintf("kind %d: %s", e.Kind, e.Message)
	}
	if err != nil {
		return "fault: " + err.Error()
	}
	text := fmt.Sprintf("challenge %q of %v, session of %d, tokens %v", step.Challenge, step.Available, len(step.Session), step.Tokens != nil)
	for _, name := range slices.Sorted(maps.Keys(step.Parameters)) {
		n := len(step.Parameters[name])
		if name == "SRP_B" {
			n = 768 // leading zeros are not written
		}
		text += fmt.Sprintf(", %s of %d", name, n)
	}
	return text
}

// same reports which pairs of values are the same.
func same(values ...string) string {
	var text strings.Builder
	for i := range values {
		for j := range i {
			fmt.Fprintf(&text, "%v ", values[i] == values[j])
		}
	}
	return text.String()
}

// probes are all that a stranger can ask about a name; other is the same name
// in other letters. Not asked is what the service tells by design: that a name
// is taken (SignUp), disabled, reset, or confirmed already (ConfirmSignUp,
// ResendConfirmationCode) or never chose a password (ForgotPassword), and whether a wrong code was the newest
// (ConfirmSignUp of somebody unconfirmed).
var probes = []struct {
	name string
	ask  func(t *testing.T, s *stranger, name, other string) string
}{
	{"SRP, first step", func(t *testing.T, s *stranger, name, other string) string {
		return shape(s.start(t, "USER_SRP_AUTH", "USERNAME", name, "SRP_A", "2"))
	}},
	{"SRP, what stays the same", func(t *testing.T, s *stranger, name, other string) string {
		a, _ := s.challenge(t, name)
		b, _ := s.challenge(t, other)
		c, _ := s.challenge(t, a["USER_ID_FOR_SRP"])
		d, err := s.challenge(t, c["USER_ID_FOR_SRP"])
		if err != nil {
			return err.Error()
		}
		return same(a["SALT"], b["SALT"], c["SALT"], d["SALT"]) +
			same(a["USER_ID_FOR_SRP"], b["USER_ID_FOR_SRP"], c["USER_ID_FOR_SRP"], d["USER_ID_FOR_SRP"], a["USERNAME"], b["USERNAME"], name, other) +
			same(a["SRP_B"], b["SRP_B"], c["SRP_B"], d["SRP_B"])
	}},
	{"SRP, bad A", func(t *testing.T, s *stranger, name, other string) string {
		return shape(s.start(t, "USER_SRP_AUTH", "USERNAME", name, "SRP_A", "0"))
	}},
	{"SRP, wrong proof", func(t *testing.T, s *stranger, name, other string) string {
		return shape(s.answer(t, name, "", wrong))
	}},
	{"SRP, answer by the name as typed", func(t *testing.T, s *stranger, name, other string) string {
		return shape(s.answer(t, name, name, wrong))
	}},
	{"SRP, answer by another name", func(t *testing.T, s *stranger, name, other string) string {
		return shape(s.answer(t, name, "somebody@else.example", wrong))
	}},
	{"password", func(t *testing.T, s *stranger, name, other string) string {
		return shape(s.start(t, "USER_PASSWORD_AUTH", "USERNAME", name, "PASSWORD", wrong))
	}},
	{"password, other letters", func(t *testing.T, s *stranger, name, other string) string {
		return shape(s.start(t, "USER_PASSWORD_AUTH", "USERNAME", other, "PASSWORD", wrong))
	}},
	{"choice", func(t *testing.T, s *stranger, name, other string) string {
		return shape(s.start(t, "USER_AUTH", "USERNAME", name)) + shape(s.start(t, "USER_AUTH", "USERNAME", other, "PREFERRED_CHALLENGE", "PASSWORD"))
	}},
	{"choice of a wrong password", func(t *testing.T, s *stranger, name, other string) string {
		return shape(s.start(t, "USER_AUTH", "USERNAME", name, "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", wrong))
	}},
	{"choice, then a wrong password", func(t *testing.T, s *stranger, name, other string) string {
		return shape(s.choose(t, name, "ANSWER", "PASSWORD", "PASSWORD", wrong))
	}},
	{"choice, then SRP", func(t *testing.T, s *stranger, name, other string) string {
		step, err := s.choose(t, name, "ANSWER", "PASSWORD_SRP", "SRP_A", "2")
		p, _ := s.challenge(t, name)
		return shape(step, err) + same(step.Parameters["USER_ID_FOR_SRP"], p["USER_ID_FOR_SRP"], name) + same(step.Parameters["SALT"], p["SALT"])
	}},
	{"choice with a session of nothing", func(t *testing.T, s *stranger, name, other string) string {
		return shape(s.signin.Start(t.Context(), signin.Request{
			ClientID: s.client.ID, Flow: "USER_AUTH", Session: "AAAA", Parameters: signin.Parameters{"USERNAME": name},
		}))
	}},
	{"password, asked by an administrator", func(t *testing.T, s *stranger, name, other string) string {
		return shape(s.signin.Start(t.Context(), signin.Request{
			PoolID: s.pool.ID, ClientID: s.client.ID, Flow: "ADMIN_USER_PASSWORD_AUTH",
			Parameters: signin.Parameters{"USERNAME": name, "PASSWORD": wrong},
		}))
	}},
	{"lock", func(t *testing.T, s *stranger, name, other string) string {
		var text string
		for i := range 8 {
			if i%2 == 0 {
				text += shape(s.answer(t, name, other, wrong)) + "; "
			} else {
				text += shape(s.start(t, "USER_PASSWORD_AUTH", "USERNAME", other, "PASSWORD", wrong)) + "; "
			}
		}
		p, _ := s.challenge(t, name) // and under the name from there
		return text + shape(s.start(t, "USER_PASSWORD_AUTH", "USERNAME", p["USER_ID_FOR_SRP"], "PASSWORD", wrong))
	}},
	{"challenge that no session waits for", func(t *testing.T, s *stranger, name, other string) string {
		return shape(s.signin.Answer(t.Context(), signin.Reply{
			ClientID: s.client.ID, Challenge: "NEW_PASSWORD_REQUIRED", Session: "AAAA",
			Responses: signin.Parameters{"USERNAME": name, "NEW_PASSWORD": right},
		}))
	}},
}

// Where the client hides who exists, no answer tells a name that somebody has
// from one of the same form that nobody has.
func TestAStrangerCannotTellWhoExists(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for _, tt := range []struct {
			name             string
			pool             func(*pool.Pool)
			known, unknown   string
			change           func(*pool.User)
			knownAs, otherAs string // the names to ask by, if not known and unknown
		}{
			{name: "user names", known: "ada", unknown: "bob"},
			{name: "user names in capitals", known: "Ada", unknown: "Bob"},
			{name: "user names that are told apart by case", known: "Ada", unknown: "Bob",
				pool: func(p *pool.Pool) { p.CaseInsensitive = false }},
			{name: "user names that look like addresses", known: "ada@example.com", unknown: "bob@example.com"},
			{name: "e-mail addresses", known: "ada@example.com", unknown: "bob@example.com",
				pool: func(p *pool.Pool) { p.UsernameAttributes = []string{"email"} }},
			{name: "e-mail addresses in capitals", known: "Ada@Example.com", unknown: "Bob@Example.com",
				pool: func(p *pool.Pool) { p.UsernameAttributes = []string{"email", "phone_number"} }},
			{name: "aliases of people with random user names",
				known: "6f5902ac-2371-4f47-9c33-2e64ba8ae6e0", knownAs: "ada@example.com", otherAs: "bob@example.com",
				pool: func(p *pool.Pool) { p.AliasAttributes = []string{"email"} },
				change: func(u *pool.User) {
					u.Attributes["email"], u.Attributes["email_verified"] = "ada@example.com", "true"
				}},
			{name: "people without a password", known: "ada", unknown: "bob", change: func(u *pool.User) {
				u.SealedPassword, u.Status = nil, pool.ExternalProvider
			}},
			{name: "people who were imported", known: "ada", unknown: "bob", change: func(u *pool.User) {
				u.SealedPassword, u.Status = nil, pool.ResetRequired
			}},
			{name: "people who are not confirmed", known: "ada", unknown: "bob", change: func(u *pool.User) { u.Status = pool.Unconfirmed }},
			{name: "people with a temporary password", known: "ada", unknown: "bob", change: func(u *pool.User) { u.Status = pool.ForceChangePassword }},
			{name: "people who signed out a thousand times", known: "ada", unknown: "bob", change: func(u *pool.User) { u.SessionGeneration = 1000 }},
		} {
			t.Run(tt.name, func(t *testing.T) {
				p := e.Pool(t, tt.pool)
				u := e.Person(t, p, tt.known, right, tt.change)
				if tt.knownAs == "" {
					tt.knownAs, tt.otherAs = tt.known, tt.unknown
				}
				s := newStranger(t, e, p)
				upper := func(name string) string {
					if p.CaseInsensitive {
						return strings.ToUpper(name)
					}
					return name
				}
				for _, probe := range probes {
					for _, sub := range []string{u.Sub, e.Passwords.UnknownSub(p.Key, p.Fold(tt.otherAs))} {
						e.Tx(t, func(ctx context.Context, tx store.Tx) error {
							return tx.ClearAttempt(ctx, p.Key, sub, limit.FactorPassword)
						})
					}
					known := probe.ask(t, s, tt.knownAs, upper(tt.knownAs))
					unknown := probe.ask(t, s, tt.otherAs, upper(tt.otherAs))
					if known != unknown {
						t.Errorf("%s:\n%s says %s\n%s says %s", probe.name, tt.knownAs, known, tt.otherAs, unknown)
					}
				}
			})
		}
	})
}

// Codes go to nobody as they go to somebody who is not confirmed yet, as often,
// and are as wrong.
func TestAStrangerCannotTellWhoGetsACode(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { p.UsernameAttributes = []string{"email"} })
		e.Person(t, p, "ada@example.com", right, func(u *pool.User) { u.Status = pool.Unconfirmed })
		s := newStranger(t, e, p)
		ask := func(name string) (text string) {
			for range 7 {
				to, err := s.signup.Resend(t.Context(), s.client.ID, "", name, nil)
				text += shape(signin.Step{}, err) + " " + to.Medium + to.Attribute
				if err == nil {
					text += to.Masked()
				}
			}
			for range 16 {
				_, err := s.signup.Confirm(t.Context(), signup.Confirmation{ClientID: s.client.ID, Username: name, Code: "wrong"})
				text += shape(signin.Step{}, err)
			}
			return text
		}
		if known, unknown := ask("ada@example.com"), ask("axel@elsewhere.org"); known != unknown {
			t.Errorf("somebody: %s\nnobody: %s", known, unknown)
		}
	})
}
