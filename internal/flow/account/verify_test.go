package account_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
)

const (
	tooMany = "Attempt limit exceeded, please try after some time."
	notThat = "Invalid attribute name. Only phone_number and email can be verified."
)

// updates changes the e-mail address and returns the code that went there.
func (a *at) updates(t *testing.T, to string) (code string) {
	t.Helper()
	if sent, err := a.UpdateAttributes(t.Context(), a.access, map[string]string{"email": to}, nil); err != nil || len(sent) != 1 || sent[0].Destination != to {
		t.Fatalf("UpdateAttributes = %v, %v, want a code to %s", sent, err, to)
	}
	return a.Code(t, to)
}

// other returns six digits that are not code.
func other(code string) string {
	if code == "111111" {
		return "222222"
	}
	return "111111"
}

func TestANewAddressIsProvedAfterwards(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, nil, nil)
		code := a.updates(t, newEmail)
		a.has(t, email(newEmail, "false"))
		verify := func(attribute, code string) error { return a.VerifyAttribute(t.Context(), a.access, attribute, code) }
		flowtest.Want(t, verify("email", other(code)), pool.CodeMismatch, wrongCode)
		flowtest.Want(t, verify("phone_number", code), pool.ExpiredCode, noCode)
		flowtest.Want(t, verify("name", code), pool.InvalidParameter, notThat)
		a.has(t, email(newEmail, "false"))
		if err := verify("email", code); err != nil {
			t.Fatalf("VerifyAttribute: %v", err)
		}
		a.has(t, email(newEmail, "true"))
		flowtest.Want(t, verify("email", code), pool.ExpiredCode, noCode) // it is spent
	})
}

func TestANewAddressIsProvedBeforehand(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, func(p *pool.Pool) { careful(p); p.UsernameAttributes = []string{"email"} }, nil)
		leads := func(name string, want bool) {
			t.Helper()
			_, err := a.Get(t.Context(), a.access)
			if err != nil {
				t.Fatal(err)
			}
			if got := found(t, e, a.pool, name); (got == a.user.Sub) != want {
				t.Errorf("%s leads to %q", name, got)
			}
		}
		first := a.updates(t, "first@example.com")
		code := a.updates(t, newEmail)
		a.has(t, email(oldEmail, "true"))
		leads(oldEmail, true)
		leads(newEmail, false)
		if first != code { // one in a million
			flowtest.Want(t, a.VerifyAttribute(t.Context(), a.access, "email", first), pool.CodeMismatch, wrongCode)
		}
		// A code for the address that is there changes nothing about the one that waits.
		to, err := a.SendCode(t.Context(), a.access, "email", nil)
		if want := (message.Delivery{Medium: "EMAIL", Destination: oldEmail, Attribute: "email"}); err != nil || to != want {
			t.Errorf("SendCode = %v, %v, want %v", to, err, want)
		}
		if err := a.VerifyAttribute(t.Context(), a.access, "email", a.Code(t, oldEmail)); err != nil {
			t.Errorf("the code of the address that is there: %v", err)
		}
		a.has(t, email(oldEmail, "true"))
		if err := a.VerifyAttribute(t.Context(), a.access, "email", code); err != nil {
			t.Fatalf("VerifyAttribute: %v", err)
		}
		a.has(t, email(newEmail, "true"))
		leads(oldEmail, false)
		leads(newEmail, true)
		flowtest.Want(t, a.VerifyAttribute(t.Context(), a.access, "email", code), pool.ExpiredCode, noCode)
	})
}

// found returns the sub of who signs in by an address, or "".
func found(t *testing.T, e *flowtest.Env, p *pool.Pool, address string) (sub string) {
	t.Helper()
	_ = e.Store.View(t.Context(), func(s snapshot) error {
		u, err := s.UserByAlias(t.Context(), p.Key, address, "email")
		if err == nil {
			sub = u.Sub
		}
		return err
	})
	return sub
}

func TestWhatEndsTheWait(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for _, tt := range []struct {
			name string
			do   func(t *testing.T, a *at)
			want map[string]string
		}{
			{"time", func(t *testing.T, a *at) {
				e.Clock.Advance(24 * time.Hour)
				a.access = e.SignedIn(t, a.pool, a.client, a.user).Access
			}, email(oldEmail, "true")},
			{"the old address, set again", func(t *testing.T, a *at) {
				if _, err := a.UpdateAttributes(t.Context(), a.access, email1(oldEmail), nil); err != nil {
					t.Fatal(err)
				}
			}, email(oldEmail, "true")},
			{"no address any more", func(t *testing.T, a *at) {
				if err := a.DeleteAttributes(t.Context(), a.access, []string{"email"}); err != nil {
					t.Fatal(err)
				}
			}, map[string]string{}},
		} {
			t.Run(tt.name, func(t *testing.T) {
				a := signedIn(t, e, careful, nil)
				code := a.updates(t, newEmail)
				tt.do(t, a)
				flowtest.Want(t, a.VerifyAttribute(t.Context(), a.access, "email", code), pool.ExpiredCode, noCode)
				a.has(t, tt.want)
			})
		}
	})
}

func email1(address string) map[string]string { return map[string]string{"email": address} }

// A code proves the address that it went to and no other, whatever the user
// has by now.
func TestACodeProvesItsOwnAddress(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, nil, nil)
		code := a.updates(t, newEmail)
		e.Change(t, a.pool, "ada", func(u *pool.User) { u.Attributes["email"] = "eve@example.com" })
		flowtest.Want(t, a.VerifyAttribute(t.Context(), a.access, "email", code), pool.CodeMismatch, wrongCode)
		a.has(t, email("eve@example.com", "false"))
	})
}

func TestAliasesAreTakenWhenTheyAreProved(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for _, pools := range []struct {
			name   string
			change func(*pool.Pool)
			before map[string]string
		}{
			{"afterwards", func(*pool.Pool) {}, email("Taken@example.com", "false")},
			{"beforehand", careful, email(oldEmail, "true")},
		} {
			t.Run(pools.name, func(t *testing.T) {
				a := signedIn(t, e, func(p *pool.Pool) { pools.change(p); p.AliasAttributes = []string{"email"} }, nil)
				eve := a.person(t, "eve", "taken@example.com")
				code := a.updates(t, "Taken@example.com")
				const taken = "An account with the given email already exists."
				for range 2 {
					flowtest.Want(t, a.VerifyAttribute(t.Context(), a.access, "email", code), pool.AliasExists, taken)
				}
				a.has(t, pools.before)
				if got := found(t, e, a.pool, "taken@example.com"); got != eve.Sub {
					t.Errorf("the alias leads to %q, want to %s", got, eve.Sub)
				}
				if err := a.DeleteAttributes(t.Context(), e.SignedIn(t, a.pool, a.client, eve).Access, []string{"email"}); err != nil {
					t.Fatal(err)
				}
				if err := a.VerifyAttribute(t.Context(), a.access, "email", code); err != nil {
					t.Errorf("once it is free: %v", err)
				}
				a.has(t, email("Taken@example.com", "true"))
				if got := found(t, e, a.pool, "taken@example.com"); got != a.user.Sub {
					t.Errorf("the alias leads to %q, want to %s", got, a.user.Sub)
				}
			})
		}
	})
}

func TestSendCode(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, func(p *pool.Pool) { p.AutoVerifiedAttributes, p.SMS = nil, new(pool.SMSSettings) }, nil)
		for attribute, words := range map[string]string{
			"phone_number": "User does not have a valid registered phone number", "name": notThat, "email_verified": notThat,
		} {
			_, err := a.SendCode(t.Context(), a.access, attribute, nil)
			flowtest.Want(t, err, pool.InvalidParameter, words)
		}
		e.Change(t, a.pool, "ada", func(u *pool.User) {
			u.Attributes["email_verified"], u.Attributes["phone_number"] = "false", "+15550007777"
		})
		if to, err := a.SendCode(t.Context(), a.access, "phone_number", nil); err != nil || to.Masked() != "+*******7777" {
			t.Errorf("SendCode = %v, %v", to, err)
		}
		older := ""
		for range limit.AddressCode.PerHour - 1 {
			older = a.sent(t)
		}
		_, err := a.SendCode(t.Context(), a.access, "email", nil)
		flowtest.Want(t, err, pool.LimitExceeded, tooMany)
		if err := a.VerifyAttribute(t.Context(), a.access, "email", older); err != nil {
			t.Errorf("the newest code: %v", err)
		}
		if err := a.VerifyAttribute(t.Context(), a.access, "phone_number", e.Code(t, "+15550007777")); err != nil {
			t.Errorf("the code of the number: %v", err)
		}
		a.has(t, map[string]string{"email": oldEmail, "email_verified": "true", "phone_number": "+15550007777", "phone_number_verified": "true"})

		e.Clock.Advance(time.Hour)
		a.access = e.SignedIn(t, a.pool, a.client, a.user).Access
		older = a.sent(t)
		if newer := a.sent(t); newer != older {
			flowtest.Want(t, a.VerifyAttribute(t.Context(), a.access, "email", older), pool.CodeMismatch, wrongCode)
		}
		e.Clock.Advance(24 * time.Hour)
		a.access = e.SignedIn(t, a.pool, a.client, a.user).Access
		flowtest.Want(t, a.VerifyAttribute(t.Context(), a.access, "email", a.Code(t, oldEmail)), pool.ExpiredCode, noCode)
	})
}

// A pool that says nothing of text messages sends none.
func TestSendCodeWhereThereAreNoTexts(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, nil, nil)
		const number = "+15550008888"
		e.Change(t, a.pool, "ada", func(u *pool.User) { u.Attributes["phone_number"] = number })
		for range limit.AddressCode.PerHour + 1 {
			_, err := a.SendCode(t.Context(), a.access, "phone_number", nil)
			flowtest.Want(t, err, pool.InvalidParameter, "User pool does not have SMS configuration to send messages.")
		}
		if n := len(e.Mail(t, number)); n != 0 {
			t.Errorf("%d messages were sent", n)
		}
		a.sent(t) // by mail, of which none was counted
	})
}

// sent sends a code to the e-mail address and returns it.
func (a *at) sent(t *testing.T) string {
	t.Helper()
	if _, err := a.SendCode(t.Context(), a.access, "email", nil); err != nil {
		t.Fatalf("SendCode: %v", err)
	}
	return a.Code(t, oldEmail)
}

// However many try at once, no more attempts are looked at than an hour has,
// and not even the right code helps then.
func TestAttemptsAtACodeAreCounted(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, careful, nil)
		code := a.updates(t, newEmail)
		var looked, refused atomic.Int64
		var wait sync.WaitGroup
		for range 2 * limit.VerifyAddress.PerHour {
			wait.Go(func() {
				switch err := a.VerifyAttribute(t.Context(), a.access, "email", other(code)); {
				case is(err, pool.CodeMismatch):
					looked.Add(1)
				case is(err, pool.LimitExceeded):
					refused.Add(1)
				default:
					t.Errorf("VerifyAttribute = %v", err)
				}
			})
		}
		wait.Wait()
		if looked.Load() != limit.VerifyAddress.PerHour || refused.Load() != limit.VerifyAddress.PerHour {
			t.Errorf("%d codes were looked at and %d were not, want %d each", looked.Load(), refused.Load(), limit.VerifyAddress.PerHour)
		}
		flowtest.Want(t, a.VerifyAttribute(t.Context(), a.access, "email", code), pool.LimitExceeded, tooMany)
		a.has(t, email(oldEmail, "true"))
		e.Clock.Advance(time.Hour)
		a.access = e.SignedIn(t, a.pool, a.client, a.user).Access
		for range limit.VerifyAddress.PerHour - 1 {
			flowtest.Want(t, a.VerifyAttribute(t.Context(), a.access, "email", other(code)), pool.CodeMismatch, wrongCode)
		}
		if err := a.VerifyAttribute(t.Context(), a.access, "email", code); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

// Of many who bring the same code one is served, and the others find it spent.
func TestACodeServesOnce(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, nil, nil)
		code := a.updates(t, newEmail)
		var served atomic.Int64
		var wait sync.WaitGroup
		for range limit.VerifyAddress.PerHour {
			wait.Go(func() {
				switch err := a.VerifyAttribute(t.Context(), a.access, "email", code); {
				case err == nil:
					served.Add(1)
				case !is(err, pool.ExpiredCode):
					t.Errorf("VerifyAttribute = %v", err)
				}
			})
		}
		wait.Wait()
		if served.Load() != 1 {
			t.Errorf("the code served %d times", served.Load())
		}
		a.has(t, email(newEmail, "true"))
	})
}

// Whoever may prove one address as often as they like still guesses no faster
// at the code of another.
func TestARightCodeForgetsNoWrongOnes(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, careful, nil)
		code := a.updates(t, newEmail)
		for range limit.VerifyAddress.PerHour - 1 {
			flowtest.Want(t, a.VerifyAttribute(t.Context(), a.access, "email", other(code)), pool.CodeMismatch, wrongCode)
		}
		if err := a.VerifyAttribute(t.Context(), a.access, "email", a.sent(t)); err != nil {
			t.Fatalf("the code of the address that is there: %v", err)
		}
		flowtest.Want(t, a.VerifyAttribute(t.Context(), a.access, "email", code), pool.LimitExceeded, tooMany)
		a.has(t, email(oldEmail, "true"))
	})
}
