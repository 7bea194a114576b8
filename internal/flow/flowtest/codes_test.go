package flowtest_test

import (
	"fmt"
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// A code in place of a password is asked for and tried by nobody as by somebody
// who has a proved address: with the same answers, and the same work.
func TestAStrangerCannotTellWhoSignsInByCodes(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := &watched{Store: e.Store}
		e.Store = w
		for _, tt := range []struct {
			name     string
			pool     func(*pool.Pool)
			ada, bob string
			factor   string
		}{
			{"user names and mail", nil, "ada", "bob", "EMAIL_OTP"},
			{"addresses and mail", byEmail, "ada@example.com", "bob@elsewhere.org", "EMAIL_OTP"},
			{"user names and text messages", func(p *pool.Pool) { p.AutoVerifiedAttributes = []string{"phone_number"} }, "Ada", "Bob", "SMS_OTP"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				p := e.Pool(t, func(p *pool.Pool) {
					p.AllowedFirstFactors = []string{"PASSWORD", tt.factor}
					if tt.pool != nil {
						tt.pool(p)
					}
				})
				e.Person(t, p, tt.ada, right, func(u *pool.User) {
					u.Attributes["email"], u.Attributes["email_verified"] = "ada@example.com", "true"
					u.Attributes["phone_number"], u.Attributes["phone_number_verified"] = "+15550001234", "true"
				})
				s := newStranger(t, e, p)
				ask := func(name string) (text string) {
					step, err := s.start(t, "USER_AUTH", "USERNAME", name, "PREFERRED_CHALLENGE", tt.factor)
					text = shape(step, err)
					answer := func(name string, session string) {
						_, err := s.signin.Answer(t.Context(), signin.Reply{
							ClientID: s.client.ID, Challenge: tt.factor, Session: session,
							Responses: signin.Parameters{"USERNAME": name, tt.factor + "_CODE": "none"},
						})
						text += "\n" + shape(signin.Step{}, err)
					}
					answer("somebody", step.Session)
					for range 7 {
						answer(name, step.Session)
					}
					step, err = s.choose(t, name, "ANSWER", tt.factor)
					text += "\n" + shape(step, err)
					for range 10 {
						_, err = s.start(t, "USER_AUTH", "USERNAME", name, "PREFERRED_CHALLENGE", tt.factor)
					}
					return text + "\n" + shape(signin.Step{}, err)
				}
				var answers [2]string
				known := w.during(func() { answers[0] = ask(tt.ada) })
				unknown := w.during(func() { answers[1] = ask(tt.bob) })
				if answers[0] != answers[1] {
					t.Errorf("somebody:\n%s\nnobody:\n%s", answers[0], answers[1])
				}
				if known != unknown {
					t.Errorf("somebody:\n%s\nnobody:\n%s", known, unknown)
				}
				if want := fmt.Sprintf("challenge %q of [PASSWORD_SRP PASSWORD %s]", tt.factor, tt.factor); answers[1][:len(want)] != want {
					t.Errorf("nobody is answered %s", answers[1])
				}
			})
		}
	})
}
