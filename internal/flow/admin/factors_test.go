package admin_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func TestAdministratorsChooseSecondFactors(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, func(p *pool.Pool) { p.AllowedFirstFactors = []string{"PASSWORD", "SOFTWARE_TOKEN"} })
		u := e.Person(t, p, "ada", "correct horse", func(u *pool.User) { u.Attributes["phone_number"] = "+15550001234" })
		first := &pool.FactorChoice{Enabled: true, Preferred: true}
		flowtest.Want(t, s.Prefer(t.Context(), "us-east-1_none", "ada", pool.Preference{}), pool.NotFound, "User pool us-east-1_none does not exist.")
		flowtest.Want(t, s.Prefer(t.Context(), p.ID, "eve", pool.Preference{}), pool.UserNotFound, "User does not exist.")
		flowtest.Want(t, s.Prefer(t.Context(), p.ID, "ada", pool.Preference{SoftwareToken: first}), pool.InvalidParameter,
			"User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA")
		seal := e.Seeds.Seal(p.Key, u.Sub, make([]byte, 20))
		e.Tx(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.AskSoftwareToken(ctx, p.Key, u.Sub, seal); err != nil {
				return err
			}
			return tx.VerifySoftwareToken(ctx, p.Key, u.Sub, seal, "", 0)
		})
		err := s.Prefer(t.Context(), p.ID, "ada", pool.Preference{SMS: &pool.FactorChoice{Enabled: true}, SoftwareToken: first})
		if got := e.Again(t, u).Factors; err != nil || got != (pool.Factors{SMS: true, SoftwareToken: true, Preferred: "SOFTWARE_TOKEN_MFA"}) {
			t.Errorf("Prefer = %v, %+v", err, got)
		}

		flowtest.Want(t, s.DeleteToken(t.Context(), p.ID, "eve"), pool.UserNotFound, "User does not exist.")
		for range 2 { // the second time there is none
			if err := s.DeleteToken(t.Context(), p.ID, "ada"); err != nil {
				t.Errorf("DeleteToken: %v", err)
			}
		}
		err = e.Store.View(t.Context(), func(snap store.Snapshot) error {
			_, err := snap.SoftwareToken(t.Context(), p.Key, u.Sub)
			return err
		})
		if got := e.Again(t, u).Factors; !errors.Is(err, store.ErrNotFound) || got != (pool.Factors{SMS: true}) {
			t.Errorf("after DeleteToken: %v, %+v", err, got)
		}
	})
}

func TestAdministratorsSeeAuthFactors(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, func(p *pool.Pool) { p.AllowedFirstFactors = []string{"PASSWORD", "SMS_OTP"} })
		e.Person(t, p, "ada", "correct horse", func(u *pool.User) {
			u.Attributes["phone_number"], u.Attributes["phone_number_verified"] = "+15550001234", "true"
		})
		u, first, err := s.AuthFactors(t.Context(), p.ID, "ada")
		if err != nil || u.Username != "ada" || !slices.Equal(first, []string{"PASSWORD", "SMS_OTP"}) {
			t.Errorf("AuthFactors = %+v, %v, %v", u, first, err)
		}
		_, _, err = s.AuthFactors(t.Context(), p.ID, "eve")
		flowtest.Want(t, err, pool.UserNotFound, "User does not exist.")
		_, _, err = s.AuthFactors(t.Context(), "us-east-1_none", "ada")
		flowtest.Want(t, err, pool.NotFound, "User pool us-east-1_none does not exist.")
	})
}
