package flowtest_test

import (
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// forget is all that a stranger can do with a forgotten password: try a code
// that was never sent, have codes sent up to the limit and past it, and try
// wrong ones likewise, also with a password that is too short.
func (s *stranger) forget(t *testing.T, name string) (text string) {
	reset := func(password string) {
		r := account.Reset{ClientID: s.client.ID, Username: name, Code: "wrong", Password: password}
		text += shape(signin.Step{}, s.account.Reset(t.Context(), r)) + "\n"
	}
	reset("short")
	reset(wrong)
	for range limit.ForgotPassword.PerHour + 1 {
		to, err := s.account.Forgot(t.Context(), s.client.ID, "", name, nil)
		text += shape(signin.Step{}, err) + " " + to.Medium + to.Attribute
		if err == nil {
			text += to.Masked()
		}
		text += "\n"
	}
	for range limit.ConfirmForgotPassword.PerHour {
		reset(wrong)
	}
	reset("short")
	return text
}

// somebody is a person about whom a forgotten password must tell no more than
// about nobody.
type somebody struct {
	name            string
	pool            func(*pool.Pool)
	called          string
	knownAs, asNone string
	change          func(*pool.User)
}

var recoverable = []somebody{
	{"e-mail addresses", byEmail, "ada@example.com", "ada@example.com", "axel@elsewhere.org", nil},
	{"e-mail addresses in capitals", byEmail, "ada@example.com", "ADA@EXAMPLE.COM", "AXEL@ELSEWHERE.ORG", nil},
	{"aliases", withAliases("email", "phone_number"), "6f5902ac-2371-4f47-9c33-2e64ba8ae6e0", "ada@example.com", "axel@elsewhere.org", nil},
	{"who is disabled", byEmail, "ada@example.com", "ada@example.com", "axel@elsewhere.org", func(u *pool.User) { u.Enabled = false }},
	{"who proved no address", byEmail, "ada@example.com", "ada@example.com", "axel@elsewhere.org",
		func(u *pool.User) { delete(u.Attributes, "email_verified") }},
	{"who is federated", byEmail, "ada@example.com", "ada@example.com", "axel@elsewhere.org",
		func(u *pool.User) { u.Status, u.SealedPassword = pool.ExternalProvider, nil }},
	{"who must reset the password", byEmail, "ada@example.com", "ada@example.com", "axel@elsewhere.org",
		func(u *pool.User) { u.Status = pool.ResetRequired }},
	{"where administrators reset", func(p *pool.Pool) {
		byEmail(p)
		p.Recovery = []pool.RecoveryOption{{Name: "admin_only", Priority: 1}}
	}, "ada@example.com", "ada@example.com", "axel@elsewhere.org", nil},
}

// pooled adds a pool with the person, and returns it with a stranger to it.
func (b somebody) pooled(t *testing.T, e *flowtest.Env) (*pool.Pool, *stranger) {
	t.Helper()
	p := e.Pool(t, b.pool)
	e.Person(t, p, b.called, right, func(u *pool.User) {
		u.Attributes["email"], u.Attributes["email_verified"] = "ada@example.com", "true"
		if b.change != nil {
			b.change(u)
		}
	})
	return p, newStranger(t, e, p)
}

func TestAStrangerCannotTellWhoForgotAPassword(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for _, tt := range recoverable {
			t.Run(tt.name, func(t *testing.T) {
				_, s := tt.pooled(t, e)
				if known, unknown := s.forget(t, tt.knownAs), s.forget(t, tt.asNone); known != unknown {
					t.Errorf("somebody:\n%s\nnobody:\n%s", known, unknown)
				}
			})
		}
	})
}

// Somebody who loses the proof of the address, or all ways to recover, after a
// code was asked for is answered as nobody is who asked for one.
func TestAStrangerCannotTellWhoseCodeEnded(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for name, change := range map[string]func(*pool.User){
			"who lost the proof":    func(u *pool.User) { u.Attributes["email_verified"] = "false" },
			"who lost the address":  func(u *pool.User) { delete(u.Attributes, "email") },
			"who lost the password": func(u *pool.User) { u.Status, u.SealedPassword = pool.ExternalProvider, nil },
			"who was disabled":      func(u *pool.User) { u.Enabled = false },
		} {
			t.Run(name, func(t *testing.T) {
				p := e.Pool(t, withAliases("email"))
				e.Person(t, p, "ada", right, func(u *pool.User) {
					u.Attributes["email"], u.Attributes["email_verified"] = "ada@example.com", "true"
				})
				s := newStranger(t, e, p)
				ask := func(called string) (text string) {
					for range 2 {
						to, err := s.account.Forgot(t.Context(), s.client.ID, "", called, nil)
						text += shape(signin.Step{}, err) + " " + to.Medium + to.Attribute + "\n"
						r := account.Reset{ClientID: s.client.ID, Username: called, Code: "wrong", Password: right}
						text += shape(signin.Step{}, s.account.Reset(t.Context(), r)) + "\n"
					}
					return text
				}
				known, unknown := ask("ada"), ask("bob")
				e.Change(t, p, "ada", change)
				if known, unknown = known+ask("ada"), unknown+ask("bob"); known != unknown {
					t.Errorf("somebody:\n%s\nnobody:\n%s", known, unknown)
				}
			})
		}
	})
}

func TestTheWorkTellsNotWhoForgotAPassword(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := &watched{Store: e.Store}
		e.Store = w
		for _, tt := range recoverable {
			t.Run(tt.name, func(t *testing.T) {
				p, s := tt.pooled(t, e)
				known, unknown := w.during(func() { s.forget(t, tt.knownAs) }), w.during(func() { s.forget(t, tt.asNone) })
				if known != unknown {
					t.Errorf("somebody:\n%s\nnobody:\n%s", known, unknown)
				}
				sent := int(limit.ForgotPassword.PerHour)
				if len(p.Recovery) > 0 {
					sent = 0
				}
				for _, call := range []string{"PutCode", "AddMessage"} {
					if n := strings.Count(unknown, call); n != sent {
						t.Errorf("%s was called %d times, want %d", call, n, sent)
					}
				}
			})
		}
	})
}
