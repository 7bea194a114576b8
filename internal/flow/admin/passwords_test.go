package admin_test

import (
	"context"
	"errors"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func TestSetPasswordVoidsTheResetCode(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p, s := e.Pool(t, nil), users(e)
		for _, permanent := range []bool{true, false} {
			u := e.Person(t, p, "ada", "", func(u *pool.User) {
				u.Attributes["email"], u.Attributes["email_verified"] = "ada@example.com", "true"
			})
			if err := s.ResetPassword(t.Context(), p.ID, "ada", nil); err != nil {
				t.Fatal(err)
			}
			if err := s.SetPassword(t.Context(), p.ID, "ada", "correct horse", permanent); err != nil {
				t.Fatal(err)
			}
			err := e.Store.View(t.Context(), func(snap store.Snapshot) error {
				_, err := snap.Code(t.Context(), p.Key, u.Sub, string(code.ForgotPassword))
				return err
			})
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("permanent %v: the code after a new password: %v", permanent, err)
			}
			e.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, p.Key, u.Sub) })
		}
	})
}

func TestSetPasswordRemembers(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p, s := e.Pool(t, func(p *pool.Pool) { p.PasswordPolicy.HistorySize = 2 }), users(e)
		u := e.Person(t, p, "ada", "password 1", nil)
		const used = "Password has previously been used"
		for _, step := range []struct {
			password  string
			permanent bool
			refused   bool
		}{
			{"password 1", true, true},
			{"password 1", false, false}, // a temporary one may be anything
			{"password 2", true, false},
			{"password 1", true, true},
			{"password 3", true, false},
			{"password 2", true, true},
			{"password 1", true, false}, // long ago
		} {
			err := s.SetPassword(t.Context(), p.ID, "ada", step.password, step.permanent)
			if step.refused {
				flowtest.Want(t, err, pool.PasswordHistory, used)
				continue
			}
			if err != nil {
				t.Fatalf("%+v: %v", step, err)
			}
			opens(t, e, p, u, step.password)
		}
	})
}

func TestAdministratorsSetMFAOptions(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p, s := e.Pool(t, nil), users(e)
		u := e.Person(t, p, "ada", "", func(u *pool.User) { u.Attributes["phone_number"] = "+15550001234" })
		e.Person(t, p, "bob", "", nil)
		text := []pool.MFAOption{{Medium: "SMS", Attribute: "phone_number"}}
		flowtest.Want(t, s.SetMFAOptions(t.Context(), "us-east-1_none", "ada", text), pool.NotFound, "User pool us-east-1_none does not exist.")
		flowtest.Want(t, s.SetMFAOptions(t.Context(), p.ID, "eve", text), pool.UserNotFound, "User does not exist.")
		flowtest.Want(t, s.SetMFAOptions(t.Context(), p.ID, "bob", text), pool.InvalidParameter,
			"User does not have delivery config set to turn on SMS_MFA")
		for _, options := range [][]pool.MFAOption{text, nil} {
			if err := s.SetMFAOptions(t.Context(), p.ID, "ada", options); err != nil {
				t.Fatal(err)
			}
			if on := e.Again(t, u).Factors.SMS; on != (len(options) > 0) {
				t.Errorf("after %v the factor is on: %v", options, on)
			}
		}
	})
}
