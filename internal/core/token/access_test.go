package token_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// What a holder of an access token may be told. Source: the service.
const (
	accessInvalid   = "Invalid Access Token"
	accessSignature = "Could not verify signature for Access Token"
	accessExpired   = "Access Token has expired"
	accessRevoked   = "Access Token has been revoked"
	accessScope     = "Access Token does not have required scopes"
)

func TestGoodAccessToken(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, u := f.client(t), f.ada(t)
	c.RevocationOff = true // its access tokens are looked up all the same
	set, row := f.signIn(t, c, u)
	got, err := f.VerifyAccess(t.Context(), set.Access)
	if err != nil {
		t.Fatal(err)
	}
	if got.Pool.Key != f.pool.Key || got.User.Sub != u.Sub || got.User.Attribute("email") != "ada@example.com" {
		t.Errorf("pool %d, user %q, want %d, %q", got.Pool.Key, got.User.Sub, f.pool.Key, u.Sub)
	}
	if got.Client.ID != c.ID || got.Family != row.Family || got.Scope != token.APIScope {
		t.Errorf("client %q, family %q, scope %q", got.Client.ID, got.Family, got.Scope)
	}
	if want := row.Issued.Add(time.Hour).Truncate(time.Second); !got.Expires.Equal(want) {
		t.Errorf("Expires = %v, want %v", got.Expires, want)
	}
}

func TestForgedAccessTokens(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	other := f.addPool(t, "us-east-1_Other0000")
	foreign := f.addClient(t, other, "foreign")
	set, _ := f.signIn(t, f.client(t), f.ada(t))
	idKey, accessKey := keysOf(t, 0)
	_, otherKey := keysOf(t, 1)
	kid, idKid := kidOf(t, set.Access), kidOf(t, set.ID)
	header := func(kid, algorithm string) string { return fmt.Sprintf(`{"kid":%q,"alg":%q}`, kid, algorithm) }
	with := func(changes map[string]any) map[string]any { return claimsOf(t, set.Access, changes) }
	claims := with(nil)
	der, err := x509.MarshalPKIXPublicKey(&accessKey.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	parts := strings.Split(set.Access, ".")

	for _, tt := range []struct{ name, jwt, want string }{
		{"forged just like a real one", forge(t, header(kid, "RS256"), claims, rs256(accessKey)), ""},

		{"empty", "", accessInvalid},
		{"not a JWT", "not-a-token", accessInvalid},
		{"two parts", parts[0] + "." + parts[1], accessInvalid},
		{"four parts", set.Access + "." + parts[2], accessInvalid},
		{"a refresh token", set.Refresh, accessInvalid},
		{"an ID token", set.ID, accessInvalid},
		{"an ID token signed by the access key", forge(t, header(kid, "RS256"), with(map[string]any{"token_use": "id"}), rs256(accessKey)), accessInvalid},
		{"without token_use", forge(t, header(kid, "RS256"), with(map[string]any{"token_use": nil}), rs256(accessKey)), accessInvalid},
		{"claims that are no JSON", parts[0] + "." + part("{") + "." + parts[2], accessInvalid},
		{"claims of other types", forge(t, header(kid, "RS256"), with(map[string]any{"exp": "tomorrow"}), rs256(accessKey)), accessInvalid},
		{"padded base64", parts[0] + "." + parts[1] + "=." + parts[2], accessInvalid},
		{"base64 with a line break", set.Access + "\n", accessInvalid},
		{"huge", set.Access + strings.Repeat("A", token.MaxJWT), accessInvalid},

		{"alg none", forge(t, header(kid, "none"), claims, unsigned), accessSignature},
		{"no signature", parts[0] + "." + parts[1] + ".", accessSignature},
		{"HS256 with the public key as PEM", forge(t, header(kid, "HS256"), claims, hs256(public)), accessSignature},
		{"HS256 with the public key as DER", forge(t, header(kid, "HS256"), claims, hs256(der)), accessSignature},
		{"HS256 under an RS256 header", forge(t, header(kid, "RS256"), claims, hs256(public)), accessSignature},
		{"PS256", forge(t, header(kid, "PS256"), claims, ps256(accessKey)), accessSignature},
		{"PS256 under an RS256 header", forge(t, header(kid, "RS256"), claims, ps256(accessKey)), accessSignature},
		{"another pool's key under our kid", forge(t, header(kid, "RS256"), claims, rs256(otherKey)), accessSignature},
		{"the ID token's key under our kid", forge(t, header(kid, "RS256"), claims, rs256(idKey)), accessSignature},
		{"the ID token's key and kid", forge(t, header(idKid, "RS256"), claims, rs256(idKey)), accessSignature},
		{"an unknown kid", forge(t, header("unknown", "RS256"), claims, rs256(accessKey)), accessSignature},
		{"a header with its own key", forge(t, `{"kid":"x","alg":"RS256","jwk":{"kty":"RSA"}}`, claims, rs256(otherKey)), accessSignature},
		{"a header that is no JSON", part("hello") + "." + parts[1] + "." + parts[2], accessSignature},
		{"another pool's issuer", forge(t, header(kid, "RS256"), with(map[string]any{"iss": issuer(other)}), rs256(accessKey)), accessSignature},
		{"an issuer elsewhere", forge(t, header(kid, "RS256"), with(map[string]any{"iss": "https://evil.example/" + f.pool.ID}), rs256(accessKey)), accessSignature},
		{"the pool id alone as issuer", forge(t, header(kid, "RS256"), with(map[string]any{"iss": f.pool.ID}), rs256(accessKey)), accessSignature},
		{"an unknown pool", forge(t, header(kid, "RS256"), with(map[string]any{"iss": publicURL + "/us-east-1_Nobody000"}), rs256(accessKey)), accessSignature},
		{"an issuer no database takes", forge(t, header(kid, "RS256"), with(map[string]any{"iss": "/us\x00_1", "client_id": "nobody"}), rs256(accessKey)), accessSignature},
		{"another pool's client", forge(t, header(kid, "RS256"), with(map[string]any{"client_id": foreign.ID}), rs256(accessKey)), accessSignature},
		{"another pool's client and issuer", forge(t, header(kid, "RS256"), with(map[string]any{"client_id": foreign.ID, "iss": issuer(other)}), rs256(accessKey)), accessSignature},
		{"a client no database takes", forge(t, header(kid, "RS256"), with(map[string]any{"client_id": "\x00"}), rs256(accessKey)), accessSignature},
		{"without issuer", forge(t, header(kid, "RS256"), with(map[string]any{"iss": nil}), rs256(accessKey)), accessSignature},

		{"expired, and signed by nobody", forge(t, header(kid, "RS256"), with(map[string]any{"exp": 1}), rs256(otherKey)), accessSignature},
		{"expired", forge(t, header(kid, "RS256"), with(map[string]any{"exp": f.clock.Now().Unix()}), rs256(accessKey)), accessExpired},
		{"without an end", forge(t, header(kid, "RS256"), with(map[string]any{"exp": nil}), rs256(accessKey)), accessExpired},
		{"of a family that is not there", forge(t, header(kid, "RS256"), with(map[string]any{"event_id": "x", "scope": ""}), rs256(accessKey)), accessRevoked},
		{"of a client that is not there", forge(t, header(kid, "RS256"), with(map[string]any{"client_id": "nobody"}), rs256(accessKey)), accessRevoked},
		{"without family", forge(t, header(kid, "RS256"), with(map[string]any{"event_id": nil}), rs256(accessKey)), accessRevoked},
		{"of another scope", forge(t, header(kid, "RS256"), with(map[string]any{"scope": "openid " + token.APIScope + ".x"}), rs256(accessKey)), accessScope},
	} {
		_, err := f.VerifyAccess(t.Context(), tt.jwt)
		if tt.want != "" {
			wantError(t, tt.name, err, pool.NotAuthorized, tt.want)
		} else if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestNoCharacterOfAnAccessTokenCanBeChanged(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	set, _ := f.signIn(t, f.client(t), f.ada(t))
	for i := range set.Access {
		for _, c := range []byte{'A', '.'} {
			altered := []byte(set.Access)
			if altered[i] == c {
				c = 'B'
			}
			altered[i] = c
			if _, err := f.VerifyAccess(t.Context(), string(altered)); !errors.Is(err, pool.E(pool.NotAuthorized, "")) {
				t.Errorf("character %d changed to %c: err = %v, want NotAuthorized", i, c, err)
			}
		}
	}
}

func TestAccessTokenOverTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	f := newFixtureAt(t, func() time.Time { return now })
	set, _ := f.signIn(t, f.client(t), f.ada(t))
	now = now.Add(time.Hour - time.Second)
	if _, err := f.VerifyAccess(t.Context(), set.Access); err != nil {
		t.Errorf("a second before its end: %v", err)
	}
	now = now.Add(time.Second)
	_, err := f.VerifyAccess(t.Context(), set.Access)
	wantError(t, "at its end", err, pool.NotAuthorized, accessExpired)
}

// Each case does something to a user who holds an access token.
func TestAccessTokenAfter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		do   func(t *testing.T, f *fixture, u *pool.User, row store.RefreshToken)
		kind pool.Kind
		want string
	}{
		{"a revocation", func(t *testing.T, f *fixture, _ *pool.User, row store.RefreshToken) {
			f.update(t, func(ctx context.Context, tx store.Tx) error {
				return tx.RevokeFamily(ctx, row.PoolKey, row.Family, time.Now())
			})
		}, pool.NotAuthorized, accessRevoked},
		{"a sign-out everywhere", func(t *testing.T, f *fixture, u *pool.User, _ store.RefreshToken) {
			f.change(t, u, func(u *pool.User) { u.TokenGeneration++ })
		}, pool.NotAuthorized, accessRevoked},
		{"a disable", func(t *testing.T, f *fixture, u *pool.User, _ store.RefreshToken) {
			f.change(t, u, func(u *pool.User) { u.Enabled, u.TokenGeneration = false, u.TokenGeneration+1 })
		}, pool.NotAuthorized, accessRevoked},
		{"a disable that left the tokens", func(t *testing.T, f *fixture, u *pool.User, _ store.RefreshToken) {
			f.change(t, u, func(u *pool.User) { u.Enabled = false })
		}, pool.NotAuthorized, "User is disabled."},
		{"a reset of the password", func(t *testing.T, f *fixture, u *pool.User, _ store.RefreshToken) {
			f.change(t, u, func(u *pool.User) { u.Status = pool.ResetRequired })
		}, pool.PasswordResetRequired, "Password reset required for the user"},
		{"the user was deleted", func(t *testing.T, f *fixture, u *pool.User, _ store.RefreshToken) {
			f.update(t, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, u.PoolKey, u.Sub) })
		}, pool.UserNotFound, "User does not exist."},
		{"the client was deleted", func(t *testing.T, f *fixture, _ *pool.User, row store.RefreshToken) {
			f.update(t, func(ctx context.Context, tx store.Tx) error { return tx.DeleteClient(ctx, row.PoolKey, row.ClientID) })
		}, pool.NotAuthorized, accessRevoked},
		{"a client took the id of the one that was deleted", func(t *testing.T, f *fixture, _ *pool.User, row store.RefreshToken) {
			f.anew(t, row.ClientID)
		}, pool.NotAuthorized, accessRevoked},
		{"the pool was deleted", func(t *testing.T, f *fixture, _ *pool.User, row store.RefreshToken) {
			f.update(t, func(ctx context.Context, tx store.Tx) error {
				return tx.RemovePool(ctx, row.PoolKey, time.Now())
			})
		}, pool.NotAuthorized, accessSignature},
		{"a pool of the same id was made anew", func(t *testing.T, f *fixture, _ *pool.User, row store.RefreshToken) {
			f.update(t, func(ctx context.Context, tx store.Tx) error {
				return tx.RemovePool(ctx, row.PoolKey, time.Now())
			})
			f.addPool(t, f.pool.ID)
		}, pool.NotAuthorized, accessSignature},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			u := f.ada(t)
			set, row := f.signIn(t, f.client(t), u)
			if _, err := f.VerifyAccess(t.Context(), set.Access); err != nil {
				t.Fatalf("before: %v", err)
			}
			tt.do(t, f, u, row)
			_, err := f.VerifyAccess(t.Context(), set.Access)
			wantError(t, "after", err, tt.kind, tt.want)
		})
	}
}

// The tokens of one sign-in die, those of another live.
func TestARevocationIsOfOneFamily(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, u := f.client(t), f.ada(t)
	first, row := f.signIn(t, c, u)
	second, _ := f.signIn(t, c, u)
	f.update(t, func(ctx context.Context, tx store.Tx) error {
		return tx.RevokeFamily(ctx, row.PoolKey, row.Family, time.Now())
	})
	_, err := f.VerifyAccess(t.Context(), first.Access)
	wantError(t, "the family that was revoked", err, pool.NotAuthorized, accessRevoked)
	if _, err := f.VerifyAccess(t.Context(), second.Access); err != nil {
		t.Errorf("the other family: %v", err)
	}
}

func TestAccessTokenWithoutItsRowIsVoid(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	u := f.ada(t)
	f.change(t, u, func(u *pool.User) { u.TokenGeneration = 0 })
	set, _, err := f.Issue(t.Context(), token.Grant{Pool: f.pool, Client: f.client(t), User: u})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.VerifyAccess(t.Context(), set.Access)
	wantError(t, "before the row is written", err, pool.NotAuthorized, accessRevoked)
}

func TestAFaultOfTheDatabaseIsNotTheCallers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	set, _ := f.signIn(t, f.client(t), f.ada(t))
	fresh := f.node(f.clock.Now) // has no keys in memory
	f.counted.failing.Store(true)
	_, err := fresh.VerifyAccess(t.Context(), set.Access)
	if _, ok := errors.AsType[*pool.Error](err); !errors.Is(err, errDisk) || ok {
		t.Errorf("err = %v, want the fault itself", err)
	}
	if strings.Contains(err.Error(), strings.Split(set.Access, ".")[1]) {
		t.Errorf("the error repeats the token: %v", err)
	}
	f.counted.failing.Store(false)
	if _, err := fresh.VerifyAccess(t.Context(), set.Access); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
