package account_test

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// A token that ends after it was looked at changes nothing: whoever was told
// that a user is disabled, or signed out everywhere, finds nothing changed by
// that user later.
func TestATokenThatEndsMeanwhile(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		const revoked = "Access Token has been revoked"
		hall := signedIn(t, e, tokens, nil)
		for n, end := range []struct {
			name    string
			do      func(t *testing.T, a *at)
			kind    pool.Kind
			message string
		}{
			{"the user is disabled", func(t *testing.T, a *at) {
				e.Change(t, a.pool, a.user.Username, func(u *pool.User) { u.Enabled = false })
			}, pool.NotAuthorized, "User is disabled."},
			{"the user is signed out everywhere", func(t *testing.T, a *at) {
				e.Change(t, a.pool, a.user.Username, func(u *pool.User) { u.TokenGeneration++ })
			}, pool.NotAuthorized, revoked},
			{"the token is revoked", func(t *testing.T, a *at) {
				access, err := e.Tokens.VerifyAccess(t.Context(), a.access)
				if err != nil {
					t.Fatal(err)
				}
				e.Tx(t, func(ctx context.Context, tx store.Tx) error {
					return tx.RevokeFamily(ctx, a.pool.Key, access.Family, e.Clock.Now())
				})
			}, pool.NotAuthorized, revoked},
			{"the password must be reset", func(t *testing.T, a *at) {
				e.Change(t, a.pool, a.user.Username, func(u *pool.User) { u.Status = pool.ResetRequired })
			}, pool.PasswordResetRequired, "Password reset required for the user"},
			{"the user is gone", func(t *testing.T, a *at) { remove(t, e, a.user) }, pool.UserNotFound, "User does not exist."},
		} {
			for i, tt := range []struct {
				name string
				ask  func(ctx context.Context, s *account.Service, a *at, code string) error
			}{
				{"UpdateAttributes", func(ctx context.Context, s *account.Service, a *at, _ string) error {
					_, err := s.UpdateAttributes(ctx, a.access, map[string]string{"name": "Eve"}, nil)
					return err
				}},
				{"DeleteAttributes", func(ctx context.Context, s *account.Service, a *at, _ string) error {
					return s.DeleteAttributes(ctx, a.access, []string{"email"})
				}},
				{"SendCode", func(ctx context.Context, s *account.Service, a *at, _ string) error {
					_, err := s.SendCode(ctx, a.access, "email", nil)
					return err
				}},
				{"VerifyAttribute", func(ctx context.Context, s *account.Service, a *at, code string) error {
					return s.VerifyAttribute(ctx, a.access, "email", code)
				}},
				{"SetMFAOptions", func(ctx context.Context, s *account.Service, a *at, _ string) error {
					return s.SetMFAOptions(ctx, a.access, nil)
				}},
				{"AssociateToken", func(ctx context.Context, s *account.Service, a *at, _ string) error {
					_, err := s.AssociateToken(ctx, a.access)
					return err
				}},
				{"Prefer", func(ctx context.Context, s *account.Service, a *at, _ string) error {
					return s.Prefer(ctx, a.access, pool.Preference{Email: &pool.FactorChoice{Enabled: true}})
				}},
				{"SignOutEverywhere", func(ctx context.Context, s *account.Service, a *at, _ string) error {
					return s.SignOutEverywhere(ctx, a.access)
				}},
				{"Delete", func(ctx context.Context, s *account.Service, a *at, _ string) error { return s.Delete(ctx, a.access) }},
			} {
				t.Run(end.name+", "+tt.name, func(t *testing.T) {
					a := *hall
					a.user = a.person(t, fmt.Sprintf("ada-%d-%d", n, i), oldEmail)
					a.access = e.SignedIn(t, a.pool, a.client, a.user).Access
					code := a.updates(t, newEmail)
					sent := len(e.Mail(t, newEmail))
					s := service(e)
					var ended *pool.User
					s.Store = &overtaken{Store: e.Store, left: 1, before: func() {
						if end.do(t, &a); end.kind != pool.UserNotFound {
							ended = e.Again(t, a.user)
						}
					}}
					flowtest.Want(t, tt.ask(t.Context(), s, &a, code), end.kind, end.message)
					if ended != nil {
						if now := e.Again(t, a.user); now.Version != ended.Version || !maps.Equal(now.Attributes, ended.Attributes) {
							t.Errorf("user = %+v, was %+v", now, ended)
						}
					}
					if got := len(e.Mail(t, newEmail)); got != sent {
						t.Errorf("%d codes were sent", got-sent)
					}
				})
			}
		}
	})
}
