package admin_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// refresh returns the error that a refresh token gets now.
func refresh(t *testing.T, e *flowtest.Env, p *pool.Pool, c *pool.Client, text string) error {
	t.Helper()
	return e.Store.View(t.Context(), func(s store.Snapshot) error {
		_, _, err := e.Tokens.Refresh(t.Context(), s, p, c, text)
		return err
	})
}

func TestDisableEndsTokensAndEnableBringsNoneBack(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, nil)
		c := e.Client(t, p, nil)
		u := e.Person(t, p, "ada", "", func(u *pool.User) { u.Status = pool.ForceChangePassword })
		set := e.SignedIn(t, p, c, u)
		e.Clock.Advance(time.Minute)
		for range 2 { // twice is as once
			if err := s.Disable(t.Context(), p.ID, "ADA"); err != nil {
				t.Fatal(err)
			}
		}
		now := e.Again(t, u)
		if now.Enabled || now.Status != u.Status || !now.Modified.After(u.Modified) ||
			now.SessionGeneration <= u.SessionGeneration || now.TokenGeneration <= u.TokenGeneration {
			t.Errorf("user = %+v, was %+v", now, u)
		}
		_, err := e.Tokens.VerifyAccess(t.Context(), set.Access)
		flowtest.Want(t, err, pool.NotAuthorized, "Access Token has been revoked")
		flowtest.Want(t, refresh(t, e, p, c, set.Refresh), pool.NotAuthorized, "User is disabled.")
		for range 2 {
			if err := s.Enable(t.Context(), p.ID, u.Sub); err != nil {
				t.Fatal(err)
			}
		}
		if now = e.Again(t, u); !now.Enabled || now.Status != u.Status {
			t.Errorf("user = %+v", now)
		}
		flowtest.Want(t, refresh(t, e, p, c, set.Refresh), pool.NotAuthorized, "Refresh Token has been revoked")
		if _, err := e.Tokens.VerifyAccess(t.Context(), e.SignedIn(t, p, c, now).Access); err != nil {
			t.Errorf("a new token: %v", err)
		}
	})
}

func TestSignOutEverywhere(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, nil)
		c := e.Client(t, p, nil)
		u, bob := e.Person(t, p, "ada", "", nil), e.Person(t, p, "bob", "", nil)
		set, his := e.SignedIn(t, p, c, u), e.SignedIn(t, p, c, bob)
		if err := s.SignOutEverywhere(t.Context(), p.ID, "ada"); err != nil {
			t.Fatal(err)
		}
		_, err := e.Tokens.VerifyAccess(t.Context(), set.Access)
		flowtest.Want(t, err, pool.NotAuthorized, "Access Token has been revoked")
		flowtest.Want(t, refresh(t, e, p, c, set.Refresh), pool.NotAuthorized, "Refresh Token has been revoked")
		now := e.Again(t, u)
		if !now.Enabled || now.SessionGeneration != u.SessionGeneration+1 || now.TokenGeneration != u.TokenGeneration+1 {
			t.Errorf("user = %+v, was %+v", now, u)
		}
		if err := refresh(t, e, p, c, e.SignedIn(t, p, c, now).Refresh); err != nil {
			t.Errorf("a new sign-in: %v", err)
		}
		if err := refresh(t, e, p, c, his.Refresh); err != nil {
			t.Errorf("somebody else: %v", err)
		}
		e.Change(t, p, "ada", func(u *pool.User) { u.Enabled = false })
		if err := s.SignOutEverywhere(t.Context(), p.ID, "ada"); err != nil {
			t.Errorf("somebody disabled: %v", err)
		}
	})
}

func TestResetPassword(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, nil)
		u := e.Person(t, p, "ada", "correct horse", proved("ada@example.com"))
		set := e.SignedIn(t, p, e.Client(t, p, nil), u)
		e.Clock.Advance(time.Minute)
		for n := 1; n <= 2; n++ { // a second time sends another code
			if err := s.ResetPassword(t.Context(), p.ID, "Ada", nil); err != nil {
				t.Fatal(err)
			}
			now := e.Again(t, u)
			if now.Status != pool.ResetRequired || now.SessionGeneration != u.SessionGeneration+int64(n) || now.TokenGeneration != u.TokenGeneration {
				t.Errorf("user = %+v, was %+v", now, u)
			}
			mail := e.Mail(t, "ada@example.com")
			if len(mail) != n || mail[0].Body != "Your password reset code is "+mail[0].Code {
				t.Fatalf("mail = %+v", mail)
			}
			row, ok := outstanding(t, e, u, code.ForgotPassword)
			if !ok || e.Codes.Check(row, "ada@example.com", mail[0].Code) != nil || row.Attribute != "email" {
				t.Errorf("code = %+v, %v", row, ok)
			}
		}
		_, err := e.Tokens.VerifyAccess(t.Context(), set.Access)
		flowtest.Want(t, err, pool.PasswordResetRequired, "Password reset required for the user")
		if err := s.SetPassword(t.Context(), p.ID, "ada", "another horse", true); err != nil {
			t.Fatal(err)
		}
		if now := e.Again(t, u); now.Status != pool.Confirmed {
			t.Errorf("with a new password the status is %s", now.Status)
		}
	})
}

func TestResetPasswordRefusals(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, nil)
		byAdmin := e.Pool(t, func(p *pool.Pool) { p.Recovery = []pool.RecoveryOption{{Name: "admin_only", Priority: 1}} })
		const noState, noContact = "User password cannot be reset in the current state.",
			"Cannot reset password for the user as there is no registered/verified email or phone_number"
		for i, tt := range []struct {
			name    string
			pool    *pool.Pool
			change  func(*pool.User)
			kind    pool.Kind
			message string
		}{
			{"disabled, in no state", p, func(u *pool.User) { u.Enabled = false; u.Status = pool.Unconfirmed }, pool.NotAuthorized, "User is disabled."},
			{"unconfirmed, without an address", p, func(u *pool.User) { u.Status = pool.Unconfirmed; u.Attributes = nil }, pool.NotAuthorized, noState},
			{"never signed in", p, func(u *pool.User) { u.Status = pool.ForceChangePassword }, pool.NotAuthorized, noState},
			{"federated", p, func(u *pool.User) { u.Status = pool.ExternalProvider }, pool.NotAuthorized, noState},
			{"without an address", p, func(u *pool.User) { u.Attributes = nil }, pool.InvalidParameter, noContact},
			{"with an address that is not proved", p, func(u *pool.User) { u.Attributes["email_verified"] = "false" }, pool.InvalidParameter, noContact},
			{"reset before, without an address", p, func(u *pool.User) { u.Status = pool.ResetRequired; u.Attributes = nil }, pool.InvalidParameter, noContact},
			{"in a pool where administrators set passwords", byAdmin, nil, pool.NotAuthorized, "Contact administrator to reset password."},
		} {
			name := fmt.Sprint("user", i)
			u := e.Person(t, tt.pool, name, "", func(u *pool.User) {
				proved("ada@example.com")(u)
				if tt.change != nil {
					tt.change(u)
				}
			})
			err := s.ResetPassword(t.Context(), tt.pool.ID, name, nil)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, tt.kind, tt.message) })
			if now := e.Again(t, u); now.Version != u.Version || len(e.Mail(t, "ada@example.com")) > 0 {
				t.Errorf("%s: user = %+v, was %+v", tt.name, now, u)
			}
		}
	})
}

func TestResetPasswordSendsTwentyCodesAnHour(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, nil)
		e.Person(t, p, "ada", "", proved("ada@example.com"))
		for range 20 {
			if err := s.ResetPassword(t.Context(), p.ID, "ada", nil); err != nil {
				t.Fatal(err)
			}
		}
		flowtest.Want(t, s.ResetPassword(t.Context(), p.ID, "ada", nil), pool.LimitExceeded, "Attempt limit exceeded, please try after some time.")
		e.Clock.Advance(time.Hour)
		if err := s.ResetPassword(t.Context(), p.ID, "ada", nil); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

// The code goes to the address that the user has when it becomes valid.
func TestResetPasswordBesideANewAddress(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, nil)
		u := e.Person(t, p, "ada", "", proved("0@example.com"))
		moves := 0
		e.Store = &moving{Store: e.Store, move: func(tx store.Tx) error {
			if moves++; moves > 2 {
				return nil
			}
			now, err := tx.User(t.Context(), p.Key, u.Sub)
			if err != nil {
				return err
			}
			now.Attributes["email"] = fmt.Sprint(moves, "@example.com")
			return directory.Save(t.Context(), tx, p, now, e.Clock.Now(), false)
		}}
		if err := users(e).ResetPassword(t.Context(), p.ID, "ada", nil); err != nil {
			t.Fatal(err)
		}
		for i, want := range []int{0, 0, 1} {
			if got := len(e.Mail(t, fmt.Sprint(i, "@example.com"))); got != want {
				t.Errorf("%d messages to address %d, want %d", got, i, want)
			}
		}

		moves = -100
		e.Store.(*moving).move = func(tx store.Tx) error {
			moves++
			now, err := tx.User(t.Context(), p.Key, u.Sub)
			if err != nil {
				return err
			}
			now.Attributes["email"] = fmt.Sprint(moves, "@example.com")
			return directory.Save(t.Context(), tx, p, now, e.Clock.Now(), false)
		}
		err := users(e).ResetPassword(t.Context(), p.ID, "ada", nil)
		var told *pool.Error
		if err == nil || errors.As(err, &told) || moves != -91 {
			t.Errorf("an address that never stands still: %v after a count and %d tries", err, moves+99)
		}
	})
}

// moving is a store in which somebody else is faster at every Update.
type moving struct {
	store.Store
	move func(store.Tx) error
}

func (m *moving) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := m.Store.Update(ctx, m.move); err != nil {
		return err
	}
	return m.Store.Update(ctx, fn)
}

// What changes a user in place asks for pool and user alike.
func TestChangesOfNobody(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s, p := users(e), e.Pool(t, nil)
		for name, do := range map[string]func(ctx context.Context, poolID, name string) error{
			"Enable": s.Enable, "Disable": s.Disable, "SignOutEverywhere": s.SignOutEverywhere,
			"ResetPassword": func(ctx context.Context, poolID, name string) error { return s.ResetPassword(ctx, poolID, name, nil) },
			"UpdateAttributes": func(ctx context.Context, poolID, name string) error {
				return s.UpdateAttributes(ctx, poolID, name, map[string]string{"custom:none": "x"}, nil)
			},
			"DeleteAttributes": func(ctx context.Context, poolID, name string) error {
				return s.DeleteAttributes(ctx, poolID, name, []string{"custom:none"})
			},
		} {
			t.Run(name, func(t *testing.T) {
				flowtest.Want(t, do(t.Context(), "us-east-1_gone", "ada"), pool.NotFound, "User pool us-east-1_gone does not exist.")
				flowtest.Want(t, do(t.Context(), p.ID, "ada"), pool.UserNotFound, noSuchUser)
			})
		}
	})
}
