package account_test

import (
	"context"
	"encoding/base64"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func service(e *flowtest.Env) *account.Service {
	return account.New(account.Options{
		Store: e.Store, Passwords: e.Passwords, Devices: e.Devices, Passkeys: e.Passkeys, Secrets: e.Secrets, Tokens: e.Tokens, Codes: e.Codes, Messages: e.Messages,
		Seeds: e.Seeds, Limits: e.Limits, Triggers: trigger.New(trigger.Options{}), Now: e.Clock.Now,
	})
}

func ada(t *testing.T, e *flowtest.Env, p *pool.Pool) *pool.User {
	t.Helper()
	return e.Person(t, p, "ada", "", func(u *pool.User) {
		u.Attributes = map[string]string{"name": "Ada", "email": "ada@example.com", "email_verified": "true", "custom:team": "red", "dev:custom:rank": "7"}
	})
}

func TestGetShowsWhatTheClientMayRead(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, nil)
		u := ada(t, e, p)
		for _, tt := range []struct {
			name string
			read []string
			want []pool.AttributeValue
		}{
			{"without a list", nil, []pool.AttributeValue{
				{Name: "sub", Value: u.Sub}, {Name: "custom:team", Value: "red"}, {Name: "email", Value: "ada@example.com"},
				{Name: "email_verified", Value: "true"}, {Name: "name", Value: "Ada"},
			}},
			{"with a list", []string{"name", "gender", "custom:team", "dev:custom:rank"},
				[]pool.AttributeValue{{Name: "sub", Value: u.Sub}, {Name: "custom:team", Value: "red"}, {Name: "name", Value: "Ada"}}},
			{"with an empty list", []string{}, []pool.AttributeValue{{Name: "sub", Value: u.Sub}}},
		} {
			c := e.Client(t, p, func(c *pool.Client) { c.ReadAttributes = tt.read })
			got, err := service(e).Get(t.Context(), e.SignedIn(t, p, c, u).Access)
			t.Run(tt.name, func(t *testing.T) {
				if want := (account.Profile{Username: "ada", Attributes: tt.want}); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("Get = %+v, %v, want %+v", got, err, want)
				}
			})
		}
	})
}

func TestGetInAPoolOfAddresses(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { p.UsernameAttributes = []string{"email"} })
		u := e.Person(t, p, "ada@example.com", "", nil)
		got, err := service(e).Get(t.Context(), e.SignedIn(t, p, e.Client(t, p, nil), u).Access)
		if err != nil || got.Username != u.Sub {
			t.Errorf("Get = %+v, %v; want the sub %s as user name", got, err, u.Sub)
		}
	})
}

// calls are all that an access token serves for.
func calls(e *flowtest.Env) map[string]func(context.Context, string) error {
	s := service(e)
	return map[string]func(context.Context, string) error{
		"Get":               func(ctx context.Context, text string) error { _, err := s.Get(ctx, text); return err },
		"SignOutEverywhere": s.SignOutEverywhere,
		"UpdateAttributes": func(ctx context.Context, text string) error {
			_, err := s.UpdateAttributes(ctx, text, map[string]string{"sub": "x"}, nil)
			return err
		},
		"DeleteAttributes": func(ctx context.Context, text string) error { return s.DeleteAttributes(ctx, text, []string{"sub"}) },
		"SendCode":         func(ctx context.Context, text string) error { _, err := s.SendCode(ctx, text, "name", nil); return err },
		"VerifyAttribute":  func(ctx context.Context, text string) error { return s.VerifyAttribute(ctx, text, "name", "1") },
		"Delete":           s.Delete,
		"AssociateToken":   func(ctx context.Context, text string) error { _, err := s.AssociateToken(ctx, text); return err },
		"VerifyToken":      func(ctx context.Context, text string) error { return s.VerifyToken(ctx, text, "123456", "") },
		"Prefer":           func(ctx context.Context, text string) error { return s.Prefer(ctx, text, pool.Preference{}) },
		"AuthFactors":      func(ctx context.Context, text string) error { _, _, err := s.AuthFactors(ctx, text); return err },
		"ConfirmDevice": func(ctx context.Context, text string) error {
			_, err := s.ConfirmDevice(ctx, text, account.NewDevice{})
			return err
		},
		"Device":         func(ctx context.Context, text string) error { _, err := s.Device(ctx, text, "x"); return err },
		"ListDevices":    func(ctx context.Context, text string) error { _, _, err := s.ListDevices(ctx, text, 0, ""); return err },
		"RememberDevice": func(ctx context.Context, text string) error { return s.RememberDevice(ctx, text, "x", "") },
		"ForgetDevice":   func(ctx context.Context, text string) error { return s.ForgetDevice(ctx, text, "x") },
	}
}

// Each case breaks an access token in one way more than the case after it, so
// that the order of the checks shows too.
func TestAccessTokensThatAreRefused(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		const (
			invalid   = "Invalid Access Token"
			signature = "Could not verify signature for Access Token"
			expired   = "Access Token has expired"
			revoked   = "Access Token has been revoked"
		)
		for _, tt := range []struct {
			name    string
			make    func(t *testing.T, p *pool.Pool, c *pool.Client, u *pool.User) string
			kind    pool.Kind
			message string
		}{
			{"empty", func(*testing.T, *pool.Pool, *pool.Client, *pool.User) string { return "" }, pool.NotAuthorized, invalid},
			{"garbage", func(*testing.T, *pool.Pool, *pool.Client, *pool.User) string { return "a.b.c" }, pool.NotAuthorized, invalid},
			{"an ID token", func(t *testing.T, p *pool.Pool, c *pool.Client, u *pool.User) string {
				return e.SignedIn(t, p, c, u).ID
			}, pool.NotAuthorized, invalid},
			{"a refresh token", func(t *testing.T, p *pool.Pool, c *pool.Client, u *pool.User) string {
				return e.SignedIn(t, p, c, u).Refresh
			}, pool.NotAuthorized, invalid},
			{"of a pool that is not here", func(t *testing.T, p *pool.Pool, c *pool.Client, u *pool.User) string {
				foreign := *e
				foreign.Tokens = token.New(token.Options{
					Store: e.Store, Keyring: e.Keyring, Now: e.Clock.Now,
					Issuer: func(p *pool.Pool) string { return "https://elsewhere.test/" + p.ID },
				})
				return foreign.SignedIn(t, p, c, u).Access
			}, pool.NotAuthorized, signature},
			{"with the signature of another, expired, of somebody gone", func(t *testing.T, p *pool.Pool, c *pool.Client, u *pool.User) string {
				mine, other := strings.Split(e.SignedIn(t, p, c, u).Access, "."), strings.Split(e.SignedIn(t, p, c, u).Access, ".")
				e.Clock.Advance(2 * time.Hour)
				remove(t, e, u)
				return mine[0] + "." + mine[1] + "." + other[2]
			}, pool.NotAuthorized, signature},
			{"with other claims", func(t *testing.T, p *pool.Pool, c *pool.Client, u *pool.User) string {
				parts := strings.Split(e.SignedIn(t, p, c, u).Access, ".")
				claims, err := base64.RawURLEncoding.DecodeString(parts[1])
				if err != nil {
					t.Fatal(err)
				}
				forged := strings.Replace(string(claims), u.Sub, "00000000-0000-4000-8000-000000000000", 1)
				return parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(forged)) + "." + parts[2]
			}, pool.NotAuthorized, signature},
			{"expired, of somebody gone", func(t *testing.T, p *pool.Pool, c *pool.Client, u *pool.User) string {
				access := e.SignedIn(t, p, c, u).Access
				e.Clock.Advance(time.Hour)
				remove(t, e, u)
				return access
			}, pool.NotAuthorized, expired},
			{"revoked, of somebody disabled", func(t *testing.T, p *pool.Pool, c *pool.Client, u *pool.User) string {
				access := e.SignedIn(t, p, c, u).Access
				e.Change(t, p, u.Username, func(u *pool.User) { u.TokenGeneration++; u.Enabled = false })
				return access
			}, pool.NotAuthorized, revoked},
			{"of a client that was deleted", func(t *testing.T, p *pool.Pool, c *pool.Client, u *pool.User) string {
				access := e.SignedIn(t, p, c, u).Access
				e.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.DeleteClient(ctx, p.Key, c.ID) })
				return access
			}, pool.NotAuthorized, revoked},
			{"without the scope, of somebody gone", func(t *testing.T, p *pool.Pool, c *pool.Client, u *pool.User) string {
				set, row, err := e.Tokens.Issue(t.Context(), token.Grant{Pool: p, Client: c, User: u, Scope: "openid email"})
				if err != nil {
					t.Fatal(err)
				}
				e.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.AddRefreshToken(ctx, row) })
				remove(t, e, u)
				return set.Access
			}, pool.NotAuthorized, "Access Token does not have required scopes"},
			{"of somebody gone", func(t *testing.T, p *pool.Pool, c *pool.Client, u *pool.User) string {
				access := e.SignedIn(t, p, c, u).Access
				remove(t, e, u)
				return access
			}, pool.UserNotFound, "User does not exist."},
			{"of somebody disabled who must reset the password", func(t *testing.T, p *pool.Pool, c *pool.Client, u *pool.User) string {
				access := e.SignedIn(t, p, c, u).Access
				e.Change(t, p, u.Username, func(u *pool.User) { u.Enabled, u.Status = false, pool.ResetRequired })
				return access
			}, pool.NotAuthorized, "User is disabled."},
			{"of somebody who must reset the password", func(t *testing.T, p *pool.Pool, c *pool.Client, u *pool.User) string {
				access := e.SignedIn(t, p, c, u).Access
				e.Change(t, p, u.Username, func(u *pool.User) { u.Status = pool.ResetRequired })
				return access
			}, pool.PasswordResetRequired, "Password reset required for the user"},
		} {
			p := e.Pool(t, nil)
			access := tt.make(t, p, e.Client(t, p, nil), e.Person(t, p, "ada", "", nil))
			t.Run(tt.name, func(t *testing.T) {
				for _, call := range calls(e) {
					flowtest.Want(t, call(t.Context(), access), tt.kind, tt.message)
				}
			})
		}
	})
}

func remove(t *testing.T, e *flowtest.Env, u *pool.User) {
	t.Helper()
	e.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, u.PoolKey, u.Sub) })
}

func TestSignOutEverywhere(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, nil)
		u, bob := ada(t, e, p), e.Person(t, p, "bob", "", nil)
		c, other := e.Client(t, p, nil), e.Client(t, p, nil)
		here, there, his := e.SignedIn(t, p, c, u), e.SignedIn(t, p, other, u), e.SignedIn(t, p, c, bob)
		s := service(e)
		if err := s.SignOutEverywhere(t.Context(), here.Access); err != nil {
			t.Fatalf("SignOutEverywhere: %v", err)
		}
		for name, access := range map[string]string{"the token itself": here.Access, "a token of another client": there.Access} {
			_, err := s.Get(t.Context(), access)
			t.Run(name, func(t *testing.T) {
				flowtest.Want(t, err, pool.NotAuthorized, "Access Token has been revoked")
			})
		}
		flowtest.Want(t, s.SignOutEverywhere(t.Context(), here.Access), pool.NotAuthorized, "Access Token has been revoked")
		if _, err := s.Get(t.Context(), his.Access); err != nil {
			t.Errorf("somebody else: %v", err)
		}
		now := e.Again(t, u)
		if now.SessionGeneration != u.SessionGeneration+1 || now.TokenGeneration != u.TokenGeneration+1 {
			t.Errorf("generations = %d, %d; want one more each", now.SessionGeneration, now.TokenGeneration)
		}
		if !reflect.DeepEqual(now.Attributes, u.Attributes) || now.Status != u.Status || !now.Modified.After(u.Modified) {
			t.Errorf("user = %+v, was %+v", now, u)
		}
		if _, err := s.Get(t.Context(), e.SignedIn(t, p, c, now).Access); err != nil {
			t.Errorf("a new sign-in: %v", err)
		}
	})
}
