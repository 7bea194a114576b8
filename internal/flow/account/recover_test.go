package account_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
)

const (
	before, after = "correct horse", "battery staple"
	adasMail      = "ada@example.com"
	adasPhone     = "+15550001234"
)

// forgetful adds somebody who has proved a mail address and a phone.
func forgetful(t *testing.T, e *flowtest.Env, p *pool.Pool, change func(*pool.User)) *pool.User {
	t.Helper()
	return e.Person(t, p, "ada", before, func(u *pool.User) {
		u.Attributes = map[string]string{"email": adasMail, "email_verified": "true", "phone_number": adasPhone, "phone_number_verified": "true"}
		if change != nil {
			change(u)
		}
	})
}

func hiding(c *pool.Client) { c.HideUnknownUsers = "ENABLED" }

func recoverBy(names ...string) func(*pool.Pool) {
	return func(p *pool.Pool) {
		for i, name := range names {
			p.Recovery = append(p.Recovery, pool.RecoveryOption{Name: name, Priority: int32(i + 1)})
		}
	}
}

func TestForgotSendsACode(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		const mail, phone = "verified_email", "verified_phone_number"
		without := func(names ...string) func(*pool.User) {
			return func(u *pool.User) {
				for _, name := range names {
					u.Attributes[name+"_verified"] = "false"
				}
			}
		}
		texts := func(u *pool.User) { u.Factors.SMS = true }
		withMFA := func(p *pool.Pool) { p.MFA, p.Second.SMS, p.Second.Email = "OPTIONAL", true, true }
		mails := func(u *pool.User) { u.Factors.Email = true }
		for _, tt := range []struct {
			name   string
			pools  []func(*pool.Pool)
			change func(*pool.User)
			to     string // where the code goes
			masked string
		}{
			{"by phone where the pool never said", nil, nil, adasPhone, "+*******1234"},
			{"by mail where the pool never said and no phone is proved", nil, without("phone_number"), adasMail, "a***@e***"},
			{"by phone where the pool never said, though it is the second factor", []func(*pool.Pool){withMFA}, texts, adasPhone, "+*******1234"},
			{"by mail alone", []func(*pool.Pool){recoverBy(mail)}, nil, adasMail, "a***@e***"},
			{"by phone alone", []func(*pool.Pool){recoverBy(phone)}, nil, adasPhone, "+*******1234"},
			{"by mail before the phone", []func(*pool.Pool){recoverBy(mail, phone)}, nil, adasMail, "a***@e***"},
			{"by phone, the mail address not being proved", []func(*pool.Pool){recoverBy(mail, phone)}, without("email"), adasPhone, "+*******1234"},
			{"by phone before mail", []func(*pool.Pool){recoverBy(phone, mail)}, nil, adasPhone, "+*******1234"},
			{"by mail, the phone being the second factor", []func(*pool.Pool){recoverBy(phone, mail), withMFA}, texts, adasMail, "a***@e***"},
			{"by phone, the mail address being the second factor", []func(*pool.Pool){recoverBy(mail, phone), withMFA}, mails, adasPhone, "+*******1234"},
			{"by phone, the pool asking for no second factor", []func(*pool.Pool){recoverBy(phone, mail)}, texts, adasPhone, "+*******1234"},
			{"to somebody who must reset it", []func(*pool.Pool){recoverBy(mail)}, func(u *pool.User) { u.Status = pool.ResetRequired }, adasMail, "a***@e***"},
			{"to somebody who never confirmed", []func(*pool.Pool){recoverBy(mail)}, func(u *pool.User) { u.Status = pool.Unconfirmed }, adasMail, "a***@e***"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				p := e.Pool(t, func(p *pool.Pool) {
					for _, change := range tt.pools {
						change(p)
					}
				})
				u, c := forgetful(t, e, p, tt.change), e.Client(t, p, nil)
				sent := len(e.Mail(t, tt.to))
				to, err := service(e).Forgot(t.Context(), c.ID, "", "ada", nil)
				if err != nil || to.Destination != tt.to || to.Masked() != tt.masked {
					t.Fatalf("Forgot = %+v, %v; want %s", to, err, tt.to)
				}
				if got := len(e.Mail(t, tt.to)); got != sent+1 || len(e.Code(t, tt.to)) != 6 {
					t.Errorf("%s got %d messages more, want 1 with a code", tt.to, got-sent)
				}
				if now := e.Again(t, u); now.Status != u.Status || now.Version != u.Version {
					t.Errorf("user = %+v, was %+v", now, u)
				}
			})
		}
	})
}

// What is said about people who get no code, where the client tells and where
// it hides who exists.
func TestForgotWithoutACode(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		const (
			disabled  = "User is disabled."
			state     = "User password cannot be reset in the current state."
			nowhere   = "Cannot reset password for the user as there is no registered/verified email or phone_number"
			admin     = "Contact administrator to reset password."
			nobody    = "Username/client id combination not found."
			simulated = ""
		)
		become := func(s pool.Status) func(*pool.User) { return func(u *pool.User) { u.Status = s } }
		for _, tt := range []struct {
			name         string
			pool         func(*pool.Pool)
			change       func(*pool.User)
			called       string
			kind         pool.Kind
			told, hidden string // "" is an answer as if a code was sent
		}{
			{name: "nobody", called: "bob", kind: pool.UserNotFound, told: nobody, hidden: simulated},
			{name: "nobody, where administrators reset", pool: recoverBy("admin_only"), called: "bob", kind: pool.UserNotFound, told: nobody, hidden: admin},
			{name: "somebody disabled", change: func(u *pool.User) { u.Enabled = false }, kind: pool.NotAuthorized, told: disabled, hidden: simulated},
			{name: "somebody who never chose a password", change: become(pool.ForceChangePassword), kind: pool.NotAuthorized, told: state, hidden: state},
			{name: "somebody federated", change: become(pool.ExternalProvider), kind: pool.NotAuthorized, told: state, hidden: simulated},
			{name: "no proved address", change: func(u *pool.User) { u.Attributes = map[string]string{"email": adasMail} },
				kind: pool.InvalidParameter, told: nowhere, hidden: simulated},
			{name: "no proved address of the right kind", pool: recoverBy("verified_phone_number"),
				change: func(u *pool.User) { delete(u.Attributes, "phone_number_verified") }, kind: pool.InvalidParameter, told: nowhere, hidden: simulated},
			{name: "the phone is the second factor", pool: func(p *pool.Pool) { recoverBy("verified_phone_number")(p); p.MFA, p.Second.SMS = "ON", true },
				change: func(u *pool.User) { u.Factors.SMS = true }, kind: pool.InvalidParameter, told: nowhere, hidden: simulated},
			{name: "where administrators reset", pool: recoverBy("admin_only"), kind: pool.NotAuthorized, told: admin, hidden: admin},
		} {
			t.Run(tt.name, func(t *testing.T) {
				p := e.Pool(t, tt.pool)
				forgetful(t, e, p, tt.change)
				if tt.called == "" {
					tt.called = "ada"
				}
				sent := len(e.Mail(t, ""))
				_, err := service(e).Forgot(t.Context(), e.Client(t, p, nil).ID, "", tt.called, nil)
				flowtest.Want(t, err, tt.kind, tt.told)
				to, err := service(e).Forgot(t.Context(), e.Client(t, p, hiding).ID, "", tt.called, nil)
				if tt.hidden != simulated {
					flowtest.Want(t, err, pool.NotAuthorized, tt.hidden)
				} else if err != nil || to.Destination == "" || to.Destination == adasMail || to.Destination == adasPhone {
					t.Errorf("Forgot where it is hidden = %+v, %v; want a made-up address", to, err)
				}
				if got := len(e.Mail(t, "")); got != sent {
					t.Errorf("%d messages were sent", got-sent)
				}
			})
		}
	})
}

// Whoever changes while a code is made for them gets it by what is true then, or
// none.
func TestAPasswordIsForgottenByWhoChangesMeanwhile(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		const (
			nobody  = "Username/client id combination not found."
			nowhere = "Cannot reset password for the user as there is no registered/verified email or phone_number"
			state   = "User password cannot be reset in the current state."
		)
		for _, tt := range []struct {
			name    string
			do      func(u *pool.User) // nil removes the user
			kind    pool.Kind
			message string
		}{
			{"is gone", nil, pool.UserNotFound, nobody},
			{"is disabled", func(u *pool.User) { u.Enabled = false }, pool.NotAuthorized, "User is disabled."},
			{"has no password any more", func(u *pool.User) { u.Status = pool.ExternalProvider }, pool.NotAuthorized, state},
			{"must choose one", func(u *pool.User) { u.Status = pool.ForceChangePassword }, pool.NotAuthorized, state},
			{"has a proof less", func(u *pool.User) { u.Attributes["email_verified"] = "false" }, pool.InvalidParameter, nowhere},
			{"has another address", func(u *pool.User) { u.Attributes["email"] = "new@example.com" }, 0, ""},
		} {
			t.Run(tt.name, func(t *testing.T) {
				p := e.Pool(t, recoverBy("verified_email"))
				for _, hides := range []bool{false, true} {
					u, c := forgetful(t, e, p, nil), e.Client(t, p, func(c *pool.Client) {
						if hides {
							hiding(c)
						}
					})
					told := len(e.Mail(t, adasMail))
					s := service(e)
					s.Store = &overtaken{Store: e.Store, left: 1, before: func() {
						if tt.do == nil {
							remove(t, e, u)
						} else {
							e.Change(t, p, "ada", tt.do)
						}
					}}
					to, err := s.Forgot(t.Context(), c.ID, "", "ada", nil)
					switch {
					case tt.message == "":
						if err != nil || to.Destination != "new@example.com" || len(e.Code(t, to.Destination)) != 6 {
							t.Errorf("Forgot = %+v, %v, want a code to the new address", to, err)
						}
					case hides && tt.name != "must choose one":
						if err != nil || to.Destination == adasMail {
							t.Errorf("Forgot where it is hidden = %+v, %v, want a made-up address", to, err)
						}
					default:
						flowtest.Want(t, err, tt.kind, tt.message)
					}
					if got := len(e.Mail(t, adasMail)); got != told {
						t.Errorf("%d codes went to the address of before", got-told)
					}
					if tt.do != nil {
						remove(t, e, u)
					}
				}
			})
		}
	})
}

func TestForgotChecksTheClientFirst(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, nil)
		forgetful(t, e, p, nil)
		c, s := e.Client(t, p, e.Secret("s3cret")), service(e)
		_, err := s.Forgot(t.Context(), "none", "", "ada", nil)
		flowtest.Want(t, err, pool.NotFound, "User pool client none does not exist.")
		for _, name := range []string{"ada", "bob"} {
			_, err = s.Forgot(t.Context(), c.ID, flowtest.Hash(c, "other", name), name, nil)
			flowtest.Want(t, err, pool.NotAuthorized, "Unable to verify secret hash for client "+c.ID)
		}
		if _, err := s.Forgot(t.Context(), c.ID, flowtest.Hash(c, "s3cret", "ada"), "ada", nil); err != nil {
			t.Errorf("Forgot with the hash: %v", err)
		}
	})
}

func TestFiveCodesAnHourAreSent(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, recoverBy("verified_email"))
		forgetful(t, e, p, nil)
		c, s := e.Client(t, p, hiding), service(e)
		for _, name := range []string{"ada", "ADA", "bob"} {
			for range limit.ForgotPassword.PerHour {
				if _, err := s.Forgot(t.Context(), c.ID, "", name, nil); err != nil && name != "ADA" {
					t.Fatalf("Forgot(%s): %v", name, err)
				}
			}
			_, err := s.Forgot(t.Context(), c.ID, "", name, nil)
			flowtest.Want(t, err, pool.LimitExceeded, "Attempt limit exceeded, please try after some time.")
		}
		if n := len(e.Mail(t, adasMail)); n != 5 {
			t.Errorf("%d messages were sent, want 5", n)
		}
		e.Clock.Advance(time.Hour)
		if _, err := s.Forgot(t.Context(), c.ID, "", "ada", nil); err != nil {
			t.Errorf("Forgot an hour later: %v", err)
		}
	})
}

func TestResetTellsPostConfirmation(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) {
			flowtest.Calls("PreSignUp", "PostConfirmation")(p)
			recoverBy("verified_email")(p)
		})
		u, c, s := forgetful(t, e, p, nil), e.Client(t, p, nil), service(e)
		var answer error
		l := flowtest.NewLambda(t, func(flowtest.Event, map[string]any) error { return answer })
		s.Triggers = l.Triggers
		if _, err := s.Forgot(t.Context(), c.ID, "", "ada", nil); err != nil {
			t.Fatal(err)
		}
		r := account.Reset{ClientID: c.ID, Username: "ada", Code: "wrong", Password: after, ClientMetadata: map[string]string{"source": "web"}}
		flowtest.Want(t, s.Reset(t.Context(), r), pool.CodeMismatch, "Invalid verification code provided, please try again.")
		if events := l.Events(); len(events) != 0 {
			t.Errorf("before the code was right: %+v", events)
		}
		answer, r.Code = errors.New("not today"), e.Code(t, adasMail)
		flowtest.Want(t, s.Reset(t.Context(), r), pool.UserLambdaValidation, "PostConfirmation failed with error not today.")
		events := l.Events()
		if got := flowtest.Sources(events); !slices.Equal(got, []string{"PostConfirmation_ConfirmForgotPassword"}) {
			t.Fatalf("called for %v", got)
		}
		got := events[0]
		if got.UserName != "ada" || got.Caller.ClientID != c.ID || got.Request.ClientMetadata["source"] != "web" ||
			got.Request.UserAttributes["sub"] != u.Sub || got.Request.UserAttributes["cognito:user_status"] != "CONFIRMED" {
			t.Errorf("event = %+v", got)
		}
		if !fits(t, e, p, e.Again(t, u), after) {
			t.Error("the password was not set")
		}
	})
}

// fits reports whether password is that of u.
func fits(t *testing.T, e *flowtest.Env, p *pool.Pool, u *pool.User, password string) bool {
	t.Helper()
	v, err := e.Passwords.Open(u)
	if err != nil {
		t.Fatal(err)
	}
	same, err := e.Passwords.Matches(t.Context(), p, u.Username, v, password)
	if err != nil {
		t.Fatal(err)
	}
	return same
}

// Addresses are shown as they would be of a name that nobody has: capitals
// that somebody once typed would tell.
func TestTheMaskDoesNotTellHowAnAddressWasTyped(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { recoverBy("verified_email")(p); p.UsernameAttributes = []string{"email"} })
		e.Person(t, p, "Ada@Example.com", before, func(u *pool.User) { u.Attributes["email_verified"] = "true" })
		for _, tt := range []struct {
			client *pool.Client
			want   string
		}{{e.Client(t, p, hiding), "a***@e***"}, {e.Client(t, p, nil), "A***@E***"}} {
			to, err := service(e).Forgot(t.Context(), tt.client.ID, "", "ada@example.com", nil)
			if err != nil || to.Masked() != tt.want {
				t.Errorf("Forgot = %s, %v, want %s", to.Masked(), err, tt.want)
			}
		}
		if n := len(e.Mail(t, "Ada@Example.com")); n != 2 {
			t.Errorf("%d codes went to the address as it was typed, want 2", n)
		}
	})
}
