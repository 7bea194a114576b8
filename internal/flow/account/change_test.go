package account_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func TestChangePassword(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, nil)
		u := e.Person(t, p, "ada", before, nil)
		access := e.SignedIn(t, p, e.Client(t, p, nil), u).Access
		if err := service(e).ChangePassword(t.Context(), access, new(before), after); err != nil {
			t.Fatalf("ChangePassword: %v", err)
		}
		now := e.Again(t, u)
		if !fits(t, e, p, now, after) || now.Status != pool.Confirmed || now.SessionGeneration != u.SessionGeneration+1 || now.TokenGeneration != u.TokenGeneration {
			t.Errorf("user = %+v, was %+v", now, u)
		}
		if _, err := service(e).Get(t.Context(), access); err != nil {
			t.Errorf("the token after that: %v", err)
		}
		flowtest.Want(t, service(e).ChangePassword(t.Context(), access, new(before), "another password"), pool.NotAuthorized, "Incorrect username or password.")
	})
}

func TestChangePasswordThatIsRefused(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		const wrong = "Incorrect username or password."
		for _, tt := range []struct {
			name     string
			has      string // "" for no password
			change   func(*pool.User)
			previous *string
			password string
			kind     pool.Kind
			message  string
		}{
			{"the old password is wrong", before, nil, new("wrong horse"), after, pool.NotAuthorized, wrong},
			{"the old password is missing", before, nil, nil, after, pool.NotAuthorized, wrong},
			{"there is no old password", "", nil, new(before), after, pool.NotAuthorized, wrong},
			{"the new password is weak, and the old one wrong", before, nil, new("wrong horse"), "short", pool.InvalidPassword,
				"Password did not conform with policy: Password not long enough"},
			{"the user is federated", "", func(u *pool.User) { u.Status = pool.ExternalProvider }, nil, after, pool.NotAuthorized,
				"User is federated and has no password here."},
			{"the user must reset the password", before, func(u *pool.User) { u.Status = pool.ResetRequired }, new(before), after,
				pool.PasswordResetRequired, "Password reset required for the user"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				p := e.Pool(t, nil)
				u := e.Person(t, p, "ada", tt.has, tt.change)
				access := e.SignedIn(t, p, e.Client(t, p, nil), u).Access
				flowtest.Want(t, service(e).ChangePassword(t.Context(), access, tt.previous, tt.password), tt.kind, tt.message)
				if now := e.Again(t, u); !reflect.DeepEqual(now, u) {
					t.Errorf("user = %+v, was %+v", now, u)
				}
			})
		}
	})
}

func TestAPasswordForSomebodyWhoHasNone(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { p.PasswordPolicy.HistorySize = 24 })
		u := e.Person(t, p, "ada", "", nil)
		access := e.SignedIn(t, p, e.Client(t, p, nil), u).Access
		if err := service(e).ChangePassword(t.Context(), access, nil, after); err != nil {
			t.Fatalf("ChangePassword: %v", err)
		}
		if !fits(t, e, p, e.Again(t, u), after) {
			t.Error("the password was not set")
		}
	})
}

// Tries count before the old password is looked at; a weak new one is no try.
func TestChangesOfPasswordAnHour(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, nil)
		u := e.Person(t, p, "ada", before, nil)
		c, s := e.Client(t, p, nil), service(e)
		access := e.SignedIn(t, p, c, u).Access
		answers := make(chan error)
		const tries = 40
		for range tries {
			go func() { answers <- s.ChangePassword(t.Context(), access, new("wrong horse"), after) }()
		}
		looked := int64(0)
		for range tries {
			if err := <-answers; err.Error() == "Incorrect username or password." {
				looked++
			} else {
				flowtest.Want(t, err, pool.LimitExceeded, "Attempt limit exceeded, please try after some time.")
			}
		}
		if looked != limit.ChangePassword.PerHour {
			t.Errorf("%d passwords were looked at, want %d", looked, limit.ChangePassword.PerHour)
		}
		flowtest.Want(t, s.ChangePassword(t.Context(), access, new(before), after), pool.LimitExceeded, "Attempt limit exceeded, please try after some time.")
		e.Clock.Advance(time.Hour)
		access = e.SignedIn(t, p, c, u).Access
		for range 2 * limit.ChangePassword.PerHour {
			flowtest.Want(t, s.ChangePassword(t.Context(), access, new(before), "short"), pool.InvalidPassword, "Password did not conform with policy: Password not long enough")
		}
		if err := s.ChangePassword(t.Context(), access, new(before), after); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

// overtaken is a store in which something happens to the user between the proof
// of the old password and the change.
type overtaken struct {
	store.Store
	before func()
	left   int // updates until then
}

func (o *overtaken) Update(ctx context.Context, fn func(store.Tx) error) error {
	if o.left--; o.left == 0 {
		o.before()
	}
	return o.Store.Update(ctx, fn)
}

func TestAPasswordThatWasReplacedMeanwhileProvesNothing(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, nil)
		u := e.Person(t, p, "ada", before, nil)
		access := e.SignedIn(t, p, e.Client(t, p, nil), u).Access
		s := service(e)
		s.Store = &overtaken{Store: e.Store, left: 2, before: func() {
			e.Change(t, p, "ada", func(u *pool.User) { u.Status = pool.ForceChangePassword; u.SessionGeneration++ })
		}}
		flowtest.Want(t, s.ChangePassword(t.Context(), access, new(before), after), pool.NotAuthorized, "Incorrect username or password.")
		if now := e.Again(t, u); now.Status != pool.ForceChangePassword || !fits(t, e, p, now, before) {
			t.Errorf("user = %+v", now)
		}
	})
}

func TestMFAOptions(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, nil)
		u := forgetful(t, e, p, nil)
		bare := e.Person(t, p, "bob", before, nil)
		c, s := e.Client(t, p, nil), service(e)
		access := e.SignedIn(t, p, c, u).Access
		text := []pool.MFAOption{{Medium: "SMS", Attribute: "phone_number"}}
		flowtest.Want(t, s.SetMFAOptions(t.Context(), e.SignedIn(t, p, c, bare).Access, text), pool.InvalidParameter,
			"User does not have delivery config set to turn on SMS_MFA")
		flowtest.Want(t, s.SetMFAOptions(t.Context(), access, []pool.MFAOption{{Medium: "EMAIL", Attribute: "email"}}), pool.InvalidParameter,
			"Only SMS to the phone_number is a valid MFA option.")
		for _, want := range [][]pool.MFAOption{text, nil} {
			if err := s.SetMFAOptions(t.Context(), access, want); err != nil {
				t.Fatal(err)
			}
			got, err := s.Get(t.Context(), access)
			if err != nil || !reflect.DeepEqual(got.MFAOptions, want) {
				t.Errorf("MFAOptions = %+v, %v; want %+v", got.MFAOptions, err, want)
			}
		}
	})
}

func TestAPasswordThatWasTakenAwayLeavesTheFormerOnes(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { p.PasswordPolicy.HistorySize = 2 })
		u := e.Person(t, p, "ada", before, nil)
		access, s := e.SignedIn(t, p, e.Client(t, p, nil), u).Access, service(e)
		if err := s.ChangePassword(t.Context(), access, new(before), after); err != nil {
			t.Fatal(err)
		}
		e.Change(t, p, "ada", func(u *pool.User) { u.SealedPassword = nil })
		flowtest.Want(t, s.ChangePassword(t.Context(), access, nil, before), pool.PasswordHistory, "Password has previously been used")
	})
}
