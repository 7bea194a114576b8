package signin_test

import (
	"context"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/passkey"
	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

func (w *walker) proof(at *place) (string, signin.Parameters) {
	x := exchange{w.poolOf(at.who), at.srp, at.step.Parameters}
	given := at.who.password
	if w.User(w.t, x.pool, at.who.user.Username).Status == pool.ForceChangePassword {
		given = password
	}
	return "", x.proof(w.t, given)
}

func (w *walker) ofPassword(at *place) (string, signin.Parameters) {
	given := at.who.password
	if w.User(w.t, w.poolOf(at.who), at.who.user.Username).Status == pool.ForceChangePassword {
		given = password
	}
	return at.step.Session, parameters("PASSWORD", given)
}

func (w *walker) ofSRP(at *place) (string, signin.Parameters) {
	at.srp = srp.NewClient()
	return at.step.Session, parameters("SRP_A", at.srp.A())
}

func (w *walker) ofChoice(at *place) (string, signin.Parameters) {
	choice := w.pick(at.step.Available...)
	responses := parameters("ANSWER", choice)
	if w.rand.IntN(2) == 0 {
		return at.step.Session, responses
	}
	switch choice {
	case "PASSWORD":
		_, given := w.ofPassword(at)
		maps.Copy(responses, given)
	case "PASSWORD_SRP":
		_, given := w.ofSRP(at)
		maps.Copy(responses, given)
	}
	return at.step.Session, responses
}

func (w *walker) ofCode(at *place) (string, signin.Parameters) {
	return at.step.Session, parameters(at.step.Challenge+"_CODE", at.code)
}

// ofToken is a password of a step that may have been used.
func (w *walker) ofToken(at *place) (string, signin.Parameters) {
	if at.who.seed == nil {
		return "", nil
	}
	if w.rand.IntN(2) == 0 {
		w.Clock.Advance(30 * time.Second)
	}
	return at.step.Session, parameters("SOFTWARE_TOKEN_MFA_CODE", totp.At(at.who.seed, w.Clock.Now()))
}

// ofSetUp sets up a token, or an address.
func (w *walker) ofSetUp(at *place) (string, signin.Parameters) {
	if can := at.step.Parameters["MFAS_CAN_SETUP"]; strings.Contains(can, "EMAIL_OTP") && w.rand.IntN(2) == 0 {
		return at.step.Session, parameters("EMAIL", at.who.mail)
	}
	secret, session, err := w.node().AssociateToken(w.t.Context(), at.step.Session)
	if err != nil {
		return "", nil // it was set up meanwhile, or is late
	}
	seed, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		w.t.Fatal(err)
	}
	session, err = w.node().VerifyToken(w.t.Context(), session, totp.At(seed, w.Clock.Now()), "")
	if err != nil {
		w.t.Fatalf("VerifyToken: %v", err)
	}
	if !at.ended {
		at.who.seed = seed
	}
	return session, parameters()
}

// ofKey is an assertion, for the challenge of this very place.
func (w *walker) ofKey(at *place) (string, signin.Parameters) {
	return at.step.Session, sign(w.t, at.step, at.who.key, at.who.user.Username)
}

// forged is an assertion that must not do: by another key, at another page, for
// another challenge, or for another user.
func (w *walker) forged(at *place) string {
	a := *at.who.key
	switch w.rand.IntN(4) {
	case 0:
		a.Key = newKey(w.t).Key
	case 1:
		a.Origin = "https://example.org"
	case 2:
		a.ClientData = func(client map[string]any) {
			client["challenge"] = base64.RawURLEncoding.EncodeToString(passkey.NewChallenge())
		}
	default:
		a.Credential = func(_, response map[string]any) { response["userHandle"] = "Ym9i" }
	}
	return a.Get(w.t, at.step.Parameters["CREDENTIAL_REQUEST_OPTIONS"])
}

// counts are what must not go back but by a right answer.
func (w *walker) counts(s *somebody) map[string]int64 {
	all := map[string]int64{}
	w.Tx(w.t, func(ctx context.Context, tx store.Tx) error {
		for _, factor := range []string{
			limit.FactorPassword, limit.FactorDevice, limit.FirstCode("EMAIL_OTP"), limit.FirstCode("SMS_OTP"), limit.FirstCode("SOFTWARE_TOKEN_MFA"),
			limit.SecondCode("EMAIL_OTP"), limit.SecondCode("SMS_MFA"), limit.SecondCode("SOFTWARE_TOKEN_MFA"),
		} {
			a, err := tx.LockAttempt(ctx, s.user.PoolKey, s.user.Sub, factor)
			if err != nil {
				return err
			}
			if w.Clock.Now().Sub(a.Since) < 15*time.Minute { // or it may be forgotten
				all[factor] = a.Count
			}
		}
		keys, err := tx.Passkeys(ctx, s.user.PoolKey, s.user.Sub, store.Page{Limit: 9})
		if err != nil {
			return err
		}
		for _, key := range keys {
			all["signatures of "+key.ID] = key.Counter
		}
		token, err := tx.SoftwareToken(ctx, s.user.PoolKey, s.user.Sub)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		all["step of "+string(token.Sealed)] = token.Used
		return err
	})
	return all
}
