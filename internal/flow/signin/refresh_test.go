package signin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
)

func TestRefresh(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		step, err := w.byPassword(t, w.client, "ada", password)
		w.wantTokens(t, step, err, w.ada)
		first := claims(t, step.Tokens.Access)
		w.Clock.Advance(50 * time.Minute)
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Attributes["name"] = "Ada" })
		for _, flow := range []string{"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"} {
			renewed, err := w.start(t, w.client, flow, "REFRESH_TOKEN", step.Tokens.Refresh)
			if err != nil || renewed.Tokens == nil || renewed.Tokens.Refresh != "" || renewed.Tokens.ExpiresIn != 3600 {
				t.Fatalf("%s = %+v, %v; want tokens without a refresh token", flow, renewed, err)
			}
			again := claims(t, renewed.Tokens.Access)
			for _, name := range []string{"auth_time", "origin_jti", "event_id", "sub", "username", "scope"} {
				if first[name] == nil || again[name] != first[name] {
					t.Errorf("%s: %s = %v, want %v", flow, name, again[name], first[name])
				}
			}
			if again["jti"] == first["jti"] || again["exp"].(float64) < first["exp"].(float64)+2999 {
				t.Errorf("%s: claims = %v after %v", flow, again, first)
			}
			if got := claims(t, renewed.Tokens.ID)["name"]; got != "Ada" {
				t.Errorf("%s: name = %v, want the attributes of today", flow, got)
			}
			if _, err := w.Tokens.VerifyAccess(t.Context(), renewed.Tokens.Access); err != nil {
				t.Errorf("%s: %v", flow, err)
			}
		}
	})
}

func TestGetTokensFromRefreshToken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		secret := w.Client(t, w.pool, w.Secret("s3cret"))
		confidential, public := w.SignedIn(t, w.pool, secret, w.ada), w.SignedIn(t, w.pool, w.client, w.ada)
		refresh := func(c *pool.Client, given, text string) error {
			set, err := w.service.Refresh(t.Context(), signin.Renewal{ClientID: c.ID, ClientSecret: given, Token: text})
			if err == nil && (set.Access == "" || set.ID == "" || set.Refresh != "") {
				t.Errorf("tokens = %+v", set)
			}
			return err
		}
		if err := refresh(secret, "s3cret", confidential.Refresh); err != nil {
			t.Errorf("with the secret: %v", err)
		}
		if err := refresh(w.client, "", public.Refresh); err != nil {
			t.Errorf("without a secret: %v", err)
		}
		wrong := "Unable to verify secret hash for client "
		flowtest.Want(t, refresh(secret, "", confidential.Refresh), pool.NotAuthorized, wrong+secret.ID)
		flowtest.Want(t, refresh(secret, "other", confidential.Refresh), pool.NotAuthorized, wrong+secret.ID)
		flowtest.Want(t, refresh(w.client, "s3cret", public.Refresh), pool.NotAuthorized, wrong+w.client.ID)
		flowtest.Want(t, refresh(secret, "s3cret", public.Refresh), pool.NotAuthorized, "Invalid Refresh Token")
	})
}

func TestRefreshTokensThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		set := w.SignedIn(t, w.pool, w.client, w.ada)
		elsewhere := w.Client(t, w.Pool(t, nil), nil)
		refused := func(name string, c *pool.Client, text, message string) {
			t.Helper()
			_, byFlow := w.start(t, c, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", text)
			_, byOperation := w.service.Refresh(t.Context(), signin.Renewal{ClientID: c.ID, Token: text})
			t.Run(name, func(t *testing.T) {
				flowtest.Want(t, byFlow, pool.NotAuthorized, message)
				flowtest.Want(t, byOperation, pool.NotAuthorized, message)
			})
		}
		for _, tt := range []struct {
			name   string
			client *pool.Client
			text   string
		}{
			{"garbage", w.client, "garbage"},
			{"an access token", w.client, set.Access},
			{"altered", w.client, strings.ToUpper(set.Refresh)},
			{"another client's", w.hiding, set.Refresh},
			{"another pool's", elsewhere, set.Refresh},
		} {
			refused(tt.name, tt.client, tt.text, "Invalid Refresh Token")
		}
		set = w.SignedIn(t, w.pool, w.client, w.ada)
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.TokenGeneration++ })
		refused("after a sign-out everywhere", w.client, set.Refresh, "Refresh Token has been revoked")
		set = w.SignedIn(t, w.pool, w.client, w.Again(t, w.ada))
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Enabled = false })
		refused("of somebody disabled", w.client, set.Refresh, disabled)
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Enabled = true })
		w.Clock.Advance(30 * 24 * time.Hour)
		refused("after 30 days", w.client, set.Refresh, "Refresh Token has expired")
		set = w.SignedIn(t, w.pool, w.client, w.Again(t, w.ada))
		w.delete(t, w.ada)
		refused("of somebody deleted", w.client, set.Refresh, "Invalid Refresh Token")
	})
}

func TestRevokeToken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		secret := w.Client(t, w.pool, w.Secret("s3cret"))
		off := w.Client(t, w.pool, func(c *pool.Client) { c.RevocationOff = true })
		set, other := w.SignedIn(t, w.pool, w.client, w.ada), w.SignedIn(t, w.pool, w.client, w.ada)
		hidden := w.SignedIn(t, w.pool, secret, w.ada)
		revoke := func(id, given, text string) error { return w.service.Revoke(t.Context(), id, given, text) }

		flowtest.Want(t, revoke("gone", "", set.Refresh), pool.Unauthorized, "User pool client gone does not exist.")
		flowtest.Want(t, revoke(secret.ID, "", hidden.Refresh), pool.Unauthorized, "Unable to verify secret for client "+secret.ID)
		flowtest.Want(t, revoke(secret.ID, "other", hidden.Refresh), pool.Unauthorized, "Unable to verify secret for client "+secret.ID)
		flowtest.Want(t, revoke(w.client.ID, "s3cret", set.Refresh), pool.Unauthorized, "Unable to verify secret for client "+w.client.ID)
		flowtest.Want(t, revoke(off.ID, "", w.SignedIn(t, w.pool, off, w.ada).Refresh), pool.UnsupportedOperation,
			"Revoke token is not enabled for client "+off.ID)
		for _, jwt := range []string{set.Access, set.ID} {
			flowtest.Want(t, revoke(w.client.ID, "", jwt), pool.UnsupportedTokenType, "Unsupported token type")
		}
		for name, text := range map[string]string{"garbage": "garbage", "another client's": hidden.Refresh} {
			if err := revoke(w.client.ID, "", text); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.service.Refresh(t.Context(), signin.Renewal{ClientID: w.client.ID, Token: set.Refresh}); err != nil {
			t.Errorf("before the revocation: %v", err)
		}

		renewed, err := w.service.Refresh(t.Context(), signin.Renewal{ClientID: w.client.ID, Token: set.Refresh})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // again is no error
			if err := revoke(w.client.ID, "", set.Refresh); err != nil {
				t.Errorf("revoke: %v", err)
			}
		}
		_, err = w.service.Refresh(t.Context(), signin.Renewal{ClientID: w.client.ID, Token: set.Refresh})
		flowtest.Want(t, err, pool.NotAuthorized, "Refresh Token has been revoked")
		for _, access := range []string{set.Access, renewed.Access} {
			_, err = w.Tokens.VerifyAccess(t.Context(), access)
			flowtest.Want(t, err, pool.NotAuthorized, "Access Token has been revoked")
		}
		for name, access := range map[string]string{"another sign-in": other.Access, "another client": hidden.Access} {
			if _, err := w.Tokens.VerifyAccess(t.Context(), access); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := revoke(secret.ID, "s3cret", hidden.Refresh); err != nil {
			t.Errorf("with the secret: %v", err)
		}
	})
}
