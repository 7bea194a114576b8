package account_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const (
	noCode    = "Invalid code provided, please request a code again."
	wrongCode = "Invalid verification code provided, please try again."
)

// sent has somebody forget the password, and returns what to reset it with.
func sent(t *testing.T, e *flowtest.Env, c *pool.Client, name string) account.Reset {
	t.Helper()
	to, err := service(e).Forgot(t.Context(), c.ID, "", name, nil)
	if err != nil {
		t.Fatalf("Forgot(%s): %v", name, err)
	}
	return account.Reset{ClientID: c.ID, Username: name, Code: e.Code(t, to.Destination), Password: after}
}

func TestResetGivesANewPassword(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for _, status := range []pool.Status{pool.Confirmed, pool.ResetRequired, pool.Unconfirmed} {
			t.Run(string(status), func(t *testing.T) {
				p := e.Pool(t, recoverBy("verified_email"))
				u := forgetful(t, e, p, func(u *pool.User) { u.Status = status })
				c := e.Client(t, p, nil)
				tokens := e.SignedIn(t, p, c, u)
				e.Tx(t, func(ctx context.Context, tx store.Tx) error {
					return tx.PutAttempt(ctx, store.Attempt{PoolKey: p.Key, Subject: u.Sub, Factor: limit.FactorPassword, Count: 9, Since: e.Clock.Now()})
				})
				r := sent(t, e, c, "ada")
				if err := service(e).Reset(t.Context(), r); err != nil {
					t.Fatalf("Reset: %v", err)
				}
				now := e.Again(t, u)
				if now.Status != pool.Confirmed || !now.Verified("email") || !fits(t, e, p, now, after) || !now.PasswordSet.After(u.PasswordSet) {
					t.Errorf("user = %+v", now)
				}
				if now.SessionGeneration != u.SessionGeneration+1 || now.TokenGeneration != u.TokenGeneration {
					t.Errorf("generations = %d, %d; were %d, %d", now.SessionGeneration, now.TokenGeneration, u.SessionGeneration, u.TokenGeneration)
				}
				if _, err := service(e).Get(t.Context(), tokens.Access); err != nil {
					t.Errorf("a token of before: %v", err)
				}
				e.Tx(t, func(ctx context.Context, tx store.Tx) error {
					for _, factor := range []string{limit.FactorPassword, limit.ConfirmForgotPassword.Factor} {
						if a, err := tx.LockAttempt(ctx, p.Key, u.Sub, factor); err != nil || a.Count != 0 {
							t.Errorf("%d attempts at %s are left, %v", a.Count, factor, err)
						}
					}
					return nil
				})
				flowtest.Want(t, service(e).Reset(t.Context(), r), pool.ExpiredCode, noCode)
			})
		}
	})
}

func TestResetThatIsRefused(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for _, tt := range []struct {
			name         string
			do           func(t *testing.T, p *pool.Pool, u *pool.User, r *account.Reset)
			kind         pool.Kind
			message      string
			hiddenKind   pool.Kind // where the client hides who exists, if that is otherwise
			hiddenAnswer string
		}{
			{"nobody", func(_ *testing.T, _ *pool.Pool, _ *pool.User, r *account.Reset) { r.Username = "bob" },
				pool.UserNotFound, "Username/client id combination not found.", pool.ExpiredCode, noCode},
			{"disabled", func(t *testing.T, p *pool.Pool, _ *pool.User, _ *account.Reset) {
				e.Change(t, p, "ada", func(u *pool.User) { u.Enabled = false })
			}, pool.NotAuthorized, "User is disabled.", pool.CodeMismatch, wrongCode},
			{"gone", func(t *testing.T, _ *pool.Pool, u *pool.User, _ *account.Reset) { remove(t, e, u) },
				pool.UserNotFound, "Username/client id combination not found.", pool.ExpiredCode, noCode},
			{"a weak password, before a wrong code", func(_ *testing.T, _ *pool.Pool, _ *pool.User, r *account.Reset) {
				r.Password, r.Code = "short", other(r.Code)
			}, pool.InvalidPassword, "Password did not conform with policy: Password not long enough", 0, ""},
			{"a wrong code", func(_ *testing.T, _ *pool.Pool, _ *pool.User, r *account.Reset) { r.Code = other(r.Code) }, pool.CodeMismatch, wrongCode, 0, ""},
			{"an old code", func(_ *testing.T, _ *pool.Pool, _ *pool.User, _ *account.Reset) { e.Clock.Advance(time.Hour) }, pool.ExpiredCode, noCode, 0, ""},
			{"a code that another one replaced", func(t *testing.T, p *pool.Pool, _ *pool.User, r *account.Reset) {
				for newer := r.Code; newer == r.Code; { // they may be equal by chance
					newer = sent(t, e, &pool.Client{ID: r.ClientID}, "ada").Code
				}
			}, pool.CodeMismatch, wrongCode, 0, ""},
			{"an address that is another one now", func(t *testing.T, p *pool.Pool, _ *pool.User, _ *account.Reset) {
				e.Change(t, p, "ada", func(u *pool.User) { u.Attributes["email"] = "other@example.com" })
			}, pool.CodeMismatch, wrongCode, 0, ""},
			{"an address whose proof was taken away", func(t *testing.T, p *pool.Pool, _ *pool.User, _ *account.Reset) {
				e.Change(t, p, "ada", func(u *pool.User) { u.Attributes["email_verified"] = "false" })
			}, pool.CodeMismatch, wrongCode, 0, ""},
			{"somebody who has no password here any more", func(t *testing.T, p *pool.Pool, _ *pool.User, _ *account.Reset) {
				e.Change(t, p, "ada", func(u *pool.User) { u.Status = pool.ExternalProvider })
			}, pool.CodeMismatch, wrongCode, 0, ""},
			{"too many tries", func(t *testing.T, p *pool.Pool, _ *pool.User, r *account.Reset) {
				bad := *r
				bad.Code = other(r.Code)
				for range limit.ConfirmForgotPassword.PerHour {
					_ = service(e).Reset(t.Context(), bad)
				}
			}, pool.LimitExceeded, "Attempt limit exceeded, please try after some time.", 0, ""},
			{"a client of another pool", func(t *testing.T, _ *pool.Pool, _ *pool.User, r *account.Reset) { r.ClientID = "none" },
				pool.NotFound, "User pool client none does not exist.", 0, ""},
			{"a hash for a client without a secret", func(t *testing.T, _ *pool.Pool, _ *pool.User, r *account.Reset) { r.SecretHash = "x" },
				pool.NotAuthorized, "", 0, ""},
		} {
			t.Run(tt.name, func(t *testing.T) {
				p := e.Pool(t, recoverBy("verified_email"))
				for _, hides := range []bool{false, true} {
					u := forgetful(t, e, p, nil)
					c := e.Client(t, p, func(c *pool.Client) {
						if hides {
							hiding(c)
						}
					})
					r := sent(t, e, c, "ada")
					tt.do(t, p, u, &r)
					kind, message := tt.kind, tt.message
					if hides && tt.hiddenAnswer != "" {
						kind, message = tt.hiddenKind, tt.hiddenAnswer
					}
					err := service(e).Reset(t.Context(), r)
					if message == "" {
						message = "Client " + c.ID + " is not configured for secret but secret was received"
					}
					flowtest.Want(t, err, kind, message)
					if tt.name != "gone" {
						if !fits(t, e, p, e.Again(t, u), before) {
							t.Error("the password is another one")
						}
						remove(t, e, u)
					}
				}
			})
		}
	})
}

// A code dies with the password that was forgotten, whoever replaces it.
func TestANewPasswordVoidsTheResetCode(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, recoverBy("verified_email"))
		u, c := forgetful(t, e, p, nil), e.Client(t, p, nil)
		access := e.SignedIn(t, p, c, u).Access
		r := sent(t, e, c, "ada")
		if err := service(e).ChangePassword(t.Context(), access, new(before), "another password"); err != nil {
			t.Fatal(err)
		}
		flowtest.Want(t, service(e).Reset(t.Context(), r), pool.ExpiredCode, noCode)
	})
}

// Of many who come with the right code at once, one sets the password.
func TestACodeResetsOnce(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, recoverBy("verified_email"))
		forgetful(t, e, p, nil)
		r := sent(t, e, e.Client(t, p, nil), "ada")
		answers := make(chan error)
		for range limit.ConfirmForgotPassword.PerHour {
			go func() { answers <- service(e).Reset(t.Context(), r) }()
		}
		won := 0
		for range limit.ConfirmForgotPassword.PerHour {
			err := <-answers
			if err == nil {
				won++
			} else {
				flowtest.Want(t, err, pool.ExpiredCode, noCode)
			}
		}
		if won != 1 {
			t.Errorf("the code served %d times, want once", won)
		}
	})
}

// A code comes by a way that the pool has now, and never by the second factor.
func TestAResetCodeIsAsGoodAsItsWay(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		const mail, phone = "verified_email", "verified_phone_number"
		text := func(u *pool.User) { u.Factors.SMS = true }
		for _, tt := range []struct {
			name   string
			before []string // how the pool recovers passwords
			after  func(*pool.Pool)
			change func(*pool.User)
			want   error
		}{
			{"by phone, which is the second factor now", []string{phone, mail}, nil, text, pool.E(pool.CodeMismatch, wrongCode)},
			{"by mail, which is the second factor now", []string{mail, phone}, nil, func(u *pool.User) { u.Factors.Email = true }, pool.E(pool.CodeMismatch, wrongCode)},
			{"by phone, which may be the second factor where the pool never said", nil, nil, text, nil},
			{"by mail, beside that", []string{mail, phone}, nil, text, nil},
			{"by mail, in a pool that left it to administrators since", []string{mail}, func(p *pool.Pool) {
				p.Recovery = []pool.RecoveryOption{{Name: "admin_only", Priority: 1}}
			}, nil, pool.E(pool.CodeMismatch, wrongCode)},
			{"by mail, in a pool that only sends texts since", []string{mail}, func(p *pool.Pool) {
				p.Recovery = []pool.RecoveryOption{{Name: phone, Priority: 1}}
			}, nil, pool.E(pool.CodeMismatch, wrongCode)},
			{"by mail, in a pool that prefers texts since", []string{mail}, func(p *pool.Pool) {
				p.Recovery = []pool.RecoveryOption{{Name: phone, Priority: 1}, {Name: mail, Priority: 2}}
			}, nil, nil},
		} {
			t.Run(tt.name, func(t *testing.T) {
				p := e.Pool(t, func(p *pool.Pool) {
					recoverBy(tt.before...)(p)
					p.MFA, p.Second.SMS, p.Second.Email = "OPTIONAL", true, true
				})
				forgetful(t, e, p, nil)
				r := sent(t, e, e.Client(t, p, nil), "ada")
				if tt.after != nil {
					tt.after(p)
					e.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.UpdatePool(ctx, p) })
				}
				if tt.change != nil {
					e.Change(t, p, "ada", tt.change)
				}
				if err := service(e).Reset(t.Context(), r); !errors.Is(err, tt.want) {
					t.Errorf("Reset = %v, want %v", err, tt.want)
				}
			})
		}
	})
}

// Between the proof of a code and the new password things may happen.
func TestACodeThatEndsMeanwhile(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for _, tt := range []struct {
			name    string
			do      func(t *testing.T, p *pool.Pool, u *pool.User)
			kind    pool.Kind
			message string
		}{
			{"the user is disabled", func(t *testing.T, p *pool.Pool, _ *pool.User) {
				e.Change(t, p, "ada", func(u *pool.User) { u.Enabled = false })
			}, pool.NotAuthorized, "User is disabled."},
			{"the user is gone", func(t *testing.T, _ *pool.Pool, u *pool.User) { remove(t, e, u) }, pool.ExpiredCode, noCode},
			{"the proof of the address is taken away", func(t *testing.T, p *pool.Pool, _ *pool.User) {
				e.Change(t, p, "ada", func(u *pool.User) { u.Attributes["email_verified"] = "false" })
			}, pool.ExpiredCode, noCode},
			{"the user has no password here any more", func(t *testing.T, p *pool.Pool, _ *pool.User) {
				e.Change(t, p, "ada", func(u *pool.User) { u.Status = pool.ExternalProvider })
			}, pool.ExpiredCode, noCode},
			{"the codes of the address are void", func(t *testing.T, p *pool.Pool, u *pool.User) {
				e.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.VoidCodes(ctx, p.Key, u.Sub, "email") })
			}, pool.ExpiredCode, noCode},
			{"the user is gone, the code is not", func(t *testing.T, p *pool.Pool, u *pool.User) {
				e.Tx(t, func(ctx context.Context, tx store.Tx) error {
					sent, err := tx.Code(ctx, p.Key, u.Sub, string(code.ForgotPassword))
					if err != nil {
						return err
					}
					if err := tx.DeleteUser(ctx, p.Key, u.Sub); err != nil {
						return err
					}
					return tx.PutCode(ctx, sent)
				})
			}, pool.ExpiredCode, noCode},
		} {
			t.Run(tt.name, func(t *testing.T) {
				p := e.Pool(t, recoverBy("verified_email"))
				u := forgetful(t, e, p, nil)
				r := sent(t, e, e.Client(t, p, nil), "ada")
				s := service(e)
				s.Store = &overtaken{Store: e.Store, left: 2, before: func() { tt.do(t, p, u) }}
				flowtest.Want(t, s.Reset(t.Context(), r), tt.kind, tt.message)
			})
		}
	})
}

// Who is confirmed by a reset gets the aliases of the address, unless somebody
// else has them by now.
func TestResetMakesNoSecondOwnerOfAnAlias(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { recoverBy("verified_email")(p); p.AliasAttributes = []string{"email"} })
		forgetful(t, e, p, func(u *pool.User) { u.Status = pool.Unconfirmed })
		r := sent(t, e, e.Client(t, p, nil), "ada")
		e.Person(t, p, "bob", "", func(u *pool.User) { u.Attributes = map[string]string{"email": adasMail, "email_verified": "true"} })
		flowtest.Want(t, service(e).Reset(t.Context(), r), pool.AliasExists, "An account with the given email already exists.")
		if now := e.User(t, p, "ada"); now.Status != pool.Unconfirmed || !fits(t, e, p, now, before) {
			t.Errorf("user = %+v", now)
		}
	})
}

func TestFormerPasswordsAreRefused(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { recoverBy("verified_email")(p); p.PasswordPolicy.HistorySize = 3 })
		u, c := forgetful(t, e, p, nil), e.Client(t, p, nil)
		access, s := e.SignedIn(t, p, c, u).Access, service(e)
		now := before
		change := func(password string) error {
			err := s.ChangePassword(t.Context(), access, new(now), password)
			if err == nil {
				now = password
			}
			return err
		}
		const used = "Password has previously been used"
		flowtest.Want(t, change(before), pool.PasswordHistory, used)
		for _, next := range []string{"password 1", "password 2"} {
			if err := change(next); err != nil {
				t.Fatal(err)
			}
		}
		flowtest.Want(t, change(before), pool.PasswordHistory, used)
		e.Clock.Advance(time.Hour)

		r := sent(t, e, c, "ada")
		r.Password = "password 1"
		flowtest.Want(t, s.Reset(t.Context(), r), pool.PasswordHistory, used)
		r.Password = "password 3" // the code is still good
		if err := s.Reset(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		now, access = r.Password, e.SignedIn(t, p, c, u).Access
		flowtest.Want(t, change("password 1"), pool.PasswordHistory, used)
		if err := change(before); err != nil {
			t.Errorf("the fourth password of the past: %v", err)
		}
	})
}

// Whoever takes an address by force reads the mail that comes there: a code of
// the account of before is no way into that one.
func TestNoResetByAnAddressThatWasTakenByForce(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { recoverBy("verified_email")(p); p.AliasAttributes = []string{"email"} })
		u := forgetful(t, e, p, nil)
		r := sent(t, e, e.Client(t, p, nil), "ada")
		bob, err := directory.New(p, "bob", map[string]string{"email": adasMail, "email_verified": "true"}, e.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		bob.Status = pool.Confirmed
		e.Tx(t, func(ctx context.Context, tx store.Tx) error { return directory.Create(ctx, tx, p, bob, true, true) })
		flowtest.Want(t, service(e).Reset(t.Context(), r), pool.ExpiredCode, noCode)
		if now := e.Again(t, u); !fits(t, e, p, now, before) || now.Verified("email") {
			t.Errorf("user = %+v", now)
		}
	})
}
