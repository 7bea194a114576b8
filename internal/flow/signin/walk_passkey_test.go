package signin_test

import (
	"encoding/base64"

	"github.com/cenote-auth/cenote/internal/core/passkey"
	"github.com/cenote-auth/cenote/internal/flow/signin"
)

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
