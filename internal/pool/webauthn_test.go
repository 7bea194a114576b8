package pool_test

import (
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

func TestRelyingParty(t *testing.T) {
	t.Parallel()
	label := strings.Repeat("a", 63)
	for name, takes := range map[string]bool{
		"": true, "localhost": true, "auth.example.com": true, "xn--mnchen-3ya.de": true, "1.example": true,
		label + ".com": true, label + "a.com": false, strings.Repeat(label+".", 4) + "com": false,
		"Example.com": false, "https://example.com": false, "example.com/": false, "example.com:443": false,
		"-a.example": false, "a-.example": false, ".example": false, "example.": false, "a..b": false, "a b": false,
	} {
		want := "RelyingPartyId must be the name of a host."
		if takes {
			want = ""
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantOutcome(t, (&pool.WebAuthn{RelyingParty: name}).Check(), pool.InvalidParameter, want)
		})
	}
}

func TestWhatPasskeysProve(t *testing.T) {
	t.Parallel()
	const both, one = "MULTI_FACTOR_WITH_USER_VERIFICATION", "SINGLE_FACTOR"
	wants, not := &pool.User{Factors: pool.Factors{Passkey: true}}, &pool.User{}
	for _, tt := range []struct {
		name          string
		set           *pool.WebAuthn
		u             *pool.User
		two, verifies bool
	}{
		{"a pool that never set anything", nil, wants, false, false},
		{"a pool that says nothing of factors", &pool.WebAuthn{}, wants, false, false},
		{"one factor", &pool.WebAuthn{Factors: one, UserVerification: "preferred"}, wants, false, false},
		{"one factor, and who uses it is verified", &pool.WebAuthn{Factors: one, UserVerification: "required"}, not, false, true},
		{"that, of nobody", &pool.WebAuthn{Factors: one, UserVerification: "required"}, nil, false, true},
		{"both factors, of a user who wants that", &pool.WebAuthn{Factors: both, UserVerification: "preferred"}, wants, true, true},
		{"both factors, of a user who does not", &pool.WebAuthn{Factors: both, UserVerification: "preferred"}, not, true, false},
		{"both factors, of nobody", &pool.WebAuthn{Factors: both}, nil, true, false},
		{"both factors, and who uses it is verified", &pool.WebAuthn{Factors: both, UserVerification: "required"}, not, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &pool.Pool{WebAuthn: tt.set}
			if got := p.CountsAsTwo(); got != tt.two {
				t.Errorf("CountsAsTwo = %v, want %v", got, tt.two)
			}
			if got := p.VerifiesWho(tt.u); got != tt.verifies {
				t.Errorf("VerifiesWho = %v, want %v", got, tt.verifies)
			}
		})
	}
}
