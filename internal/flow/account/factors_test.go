package account_test

import (
	"context"
	"encoding/base32"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const (
	noToken  = "Software Token MFA does not exist for the user."
	mismatch = "Code mismatch"
)

func tokens(p *pool.Pool) { p.MFA, p.Second.SoftwareToken = "OPTIONAL", true }

// associate returns the seed that a user is given.
func (a *at) associate(t *testing.T) []byte {
	t.Helper()
	secret, err := a.AssociateToken(t.Context(), a.access)
	if err != nil {
		t.Fatal(err)
	}
	seed, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil || len(seed) != totp.SeedSize {
		t.Fatalf("secret %q: %d bytes, %v", secret, len(seed), err)
	}
	return seed
}

func TestASoftwareToken(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, tokens, nil)
		stored := func() (token store.SoftwareToken) {
			e.Tx(t, func(ctx context.Context, tx store.Tx) (err error) {
				token, err = tx.SoftwareToken(ctx, a.pool.Key, a.user.Sub)
				return err
			})
			return token
		}
		verify := func(seed []byte) error {
			return a.VerifyToken(t.Context(), a.access, totp.At(seed, e.Clock.Now()), "my phone")
		}
		on := pool.Preference{SoftwareToken: &pool.FactorChoice{Enabled: true}}
		flowtest.Want(t, verify(totp.NewSeed()), pool.NoSoftwareToken, noToken)
		first := a.associate(t)
		flowtest.Want(t, a.Prefer(t.Context(), a.access, on), pool.InvalidParameter, "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA")
		seed := a.associate(t)
		flowtest.Want(t, verify(first), pool.SoftwareTokenMismatch, mismatch)
		flowtest.Want(t, a.VerifyToken(t.Context(), a.access, "123456", strings.Repeat("x", 101)), pool.InvalidParameter, "The friendly device name is too long.")
		if err := verify(seed); err != nil {
			t.Fatal(err)
		}
		flowtest.Want(t, verify(seed), pool.NoSoftwareToken, noToken) // nothing waits: who has a token is not to be guessed at
		token := stored()
		if step := e.Clock.Now().Unix() / 30; token.Used != step || token.Name != "my phone" || token.Pending != nil {
			t.Errorf("token %+v, want step %d used", token, step)
		}
		if profile, err := a.Get(t.Context(), a.access); err != nil || profile.Factors != nil {
			t.Errorf("factors %v, %v: verifying switches nothing on", profile.Factors, err)
		}
		if err := a.Prefer(t.Context(), a.access, on); err != nil {
			t.Fatal(err)
		}
		profile, err := a.Get(t.Context(), a.access)
		if err != nil || !slices.Equal(profile.Factors, []string{"SOFTWARE_TOKEN_MFA"}) || profile.Preferred != "" {
			t.Errorf("factors %v, %q, %v", profile.Factors, profile.Preferred, err)
		}
		later := a.associate(t) // and the one in use stays until this is verified
		if now := stored(); string(now.Sealed) != string(token.Sealed) || now.Pending == nil {
			t.Error("a new seed is in use before it is verified")
		}
		if err := verify(later); err != nil {
			t.Fatal(err)
		}
		if now := stored(); string(now.Sealed) == string(token.Sealed) || now.Pending != nil {
			t.Error("a new seed is not in use after it is verified")
		}
	})
}

// Of many who verify one seed at once, one does.
func TestASeedIsVerifiedOnce(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, tokens, nil)
		seed := a.associate(t)
		var won atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := a.VerifyToken(t.Context(), a.access, totp.At(seed, e.Clock.Now()), ""); err == nil {
					won.Add(1)
				} else {
					flowtest.Want(t, err, pool.NoSoftwareToken, noToken)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Errorf("%d verified it, want 1", won.Load())
		}
	})
}

func TestAPoolWithoutSoftwareTokens(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		_, err := service(e).AssociateToken(t.Context(), signedIn(t, e, nil, nil).access)
		flowtest.Want(t, err, pool.NoSoftwareToken, "Software Token MFA has not been enabled by the userPool")
		signedIn(t, e, func(p *pool.Pool) { p.AllowedFirstFactors = []string{"PASSWORD", "SOFTWARE_TOKEN"} }, nil).associate(t)
	})
}

func TestAuthFactors(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, func(p *pool.Pool) {
			p.AllowedFirstFactors = []string{"PASSWORD", "EMAIL_OTP", "SOFTWARE_TOKEN"}
		}, nil)
		e.Change(t, a.pool, a.user.Username, func(u *pool.User) {
			u.Attributes["email"], u.Attributes["email_verified"] = "ada@example.com", "true"
			u.Factors = pool.Factors{Email: true, Preferred: "EMAIL_OTP"}
		})
		seed := a.associate(t)
		if err := a.VerifyToken(t.Context(), a.access, totp.At(seed, e.Clock.Now()), ""); err != nil {
			t.Fatal(err)
		}
		profile, first, err := a.AuthFactors(t.Context(), a.access)
		if err != nil || !slices.Contains(first, "EMAIL_OTP") || !slices.Contains(first, "SOFTWARE_TOKEN") || slices.Contains(first, "SMS_OTP") ||
			!slices.Equal(profile.Factors, []string{"EMAIL_OTP"}) || profile.Preferred != "EMAIL_OTP" || profile.Username != a.user.Username {
			t.Errorf("AuthFactors = %+v, %v, %v", profile, first, err)
		}
	})
}
