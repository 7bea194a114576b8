package token_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/golden"
	"github.com/cenote-auth/cenote/internal/pool"
)

func TestJWKS(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	got, err := f.JWKS(t.Context(), f.pool.ID)
	if err != nil {
		t.Fatal(err)
	}
	golden.Equal(t, "jwks.json", indent(t, got))
}

// A key is published before it signs, so that verifiers know it in time.
func TestJWKSHasKeysThatWillStart(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.addKey(t, f.clock.Now().Add(time.Hour), time.Time{})
	got, err := f.JWKS(t.Context(), f.pool.ID)
	if err != nil || !strings.Contains(string(got), id) {
		t.Errorf("JWKS = %s, %v, want it with %s", got, err, id)
	}
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	got, err := f.Discovery(t.Context(), f.pool.ID)
	if err != nil {
		t.Fatal(err)
	}
	golden.Equal(t, "discovery.json", indent(t, got))
}

func TestDiscoveryOfAnotherIssuer(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	tokens := token.New(token.Options{
		Store: f.store, Keyring: f.keyring, Now: f.clock.Now, PublicURL: publicURL,
		Issuer: func(p *pool.Pool) string { return "https://cognito-idp." + p.Region() + ".amazonaws.com/" + p.ID },
	})
	text, err := tokens.Discovery(t.Context(), f.pool.ID)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Issuer string `json:"issuer"`
		JWKS   string `json:"jwks_uri"`
	}
	unmarshal(t, text, &got)
	if want := "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123"; got.Issuer != want {
		t.Errorf("issuer %s, want %s", got.Issuer, want)
	}
	if want := "http://127.0.0.1:9229/us-east-1_AbCdEf123/.well-known/jwks.json"; got.JWKS != want {
		t.Errorf("jwks_uri %s, want %s", got.JWKS, want)
	}
}

func TestDocumentsOfNoPool(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for name, document := range map[string]func(context.Context, string) ([]byte, error){"JWKS": f.JWKS, "Discovery": f.Discovery} {
		for _, id := range []string{"us-east-1_Nobody000", "", "a\x00b", strings.Repeat("a", 129), "../secret"} {
			_, err := document(t.Context(), id)
			wantError(t, name+" of "+id, err, pool.NotFound, "User pool "+id+" does not exist.")
		}
	}
}
