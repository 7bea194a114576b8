package passkey

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// ChallengeSize is how many bytes the challenge of a sign-in has.
// Source: W3C Web Authentication section 13.4.3 asks for 16 at least.
const ChallengeSize = 32

// NewChallenge returns the challenge of a sign-in.
func NewChallenge() []byte {
	b := make([]byte, ChallengeSize)
	rand.Read(b) // crypto/rand ends the program before it fails
	return b
}

// requestOptions is PublicKeyCredentialRequestOptionsJSON (W3C Web
// Authentication section 5.1.9).
type requestOptions struct {
	Challenge        string       `json:"challenge"`
	Timeout          int64        `json:"timeout"`
	RPID             string       `json:"rpId"`
	AllowCredentials []descriptor `json:"allowCredentials"`
	UserVerification string       `json:"userVerification"`
}

// Request returns the options of a sign-in at the relying party of p as JSON,
// for a browser's navigator.credentials.get. keys are the passkeys of who signs
// in, u, who is nil for nobody.
func Request(p *pool.Pool, u *pool.User, party string, challenge []byte, keys []store.Passkey) (string, error) {
	list, err := descriptors(keys, party)
	if err != nil {
		return "", err
	}
	return string(mustJSON(requestOptions{
		Challenge: encoded(challenge), Timeout: patience.Milliseconds(), RPID: party,
		AllowCredentials: list, UserVerification: verification(p.VerifiesWho(u)),
	})), nil
}

// ErrAssertion is what is wrong with an assertion, whatever it is.
var ErrAssertion = errors.New("passkey: the assertion is not right")

// maxID is how many bytes the id of a credential has at most.
// Source: W3C Web Authentication section 4 (Credential ID).
const maxID = 1023

// CredentialID returns the id of the passkey that an assertion is by, or
// ErrAssertion if it cannot be read. assertion is AuthenticationResponseJSON.
func CredentialID(assertion string) (string, error) {
	var a struct {
		ID string `json:"id"`
	}
	if json.Unmarshal([]byte(assertion), &a) != nil {
		return "", ErrAssertion
	}
	raw, err := base64.RawURLEncoding.DecodeString(a.ID)
	if err != nil || len(raw) == 0 || len(raw) > maxID {
		return "", ErrAssertion
	}
	return encoded(raw), nil
}

// Assertion is a right one.
type Assertion struct {
	Key      store.Passkey // as it is to be written
	Before   int64         // its counter as it was
	Verified bool          // the authenticator verified its user now, and when the passkey was made
}

// Check returns what an assertion by passkey k proves, of the user of sub, which
// is u or nobody, at the relying party of p, or ErrAssertion: also for one whose
// counter does not grow, which a copy of the authenticator may have made (W3C Web
// Authentication section 6.1.1). Of a passkey that verified nobody when it was
// made, it does not tell whom it verifies: whoever found it may have given it a
// PIN (section 4, uvInitialized).
func (s *Passkeys) Check(p *pool.Pool, u *pool.User, sub, party string, challenge []byte, k store.Passkey, assertion string) (Assertion, error) {
	b, err := bodyOf(k)
	if err != nil {
		return Assertion{}, err
	}
	if k.Sub != sub || b.Party != party {
		return Assertion{}, ErrAssertion
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(assertion))
	if err != nil {
		return Assertion{}, ErrAssertion
	}
	id, err := base64.RawURLEncoding.DecodeString(k.ID)
	if err != nil || !bytes.Equal(parsed.RawID, id) {
		return Assertion{}, ErrAssertion
	}
	origin := parsed.Response.CollectedClientData.Origin
	if !allowed(origin, party) {
		return Assertion{}, ErrAssertion
	}
	w, err := checker(party, origin)
	if err != nil {
		return Assertion{}, err
	}
	after, err := w.ValidateLogin(person{sub, []webauthn.Credential{b.credential(id, k.Counter)}}, webauthn.SessionData{
		Challenge: encoded(challenge), UserID: []byte(sub), AllowedCredentialIDs: [][]byte{id},
		UserVerification: protocol.UserVerificationRequirement(verification(p.VerifiesWho(u))),
	}, parsed)
	if err != nil || after.Authenticator.CloneWarning {
		return Assertion{}, ErrAssertion
	}
	right := Assertion{Key: k, Before: k.Counter, Verified: b.Verified && parsed.Response.AuthenticatorData.Flags.HasUserVerified()}
	b.BackedUp = after.Flags.BackupState
	right.Key.Used, right.Key.Counter, right.Key.Body = s.now(), int64(after.Authenticator.SignCount), b.text()
	return right, nil
}

// credential is a stored passkey as go-webauthn wants it.
func (b body) credential(id []byte, counter int64) webauthn.Credential {
	return webauthn.Credential{
		ID: id, PublicKey: b.Key,
		Flags:         webauthn.CredentialFlags{UserPresent: true, UserVerified: b.Verified, BackupEligible: b.BackupAble, BackupState: b.BackedUp},
		Authenticator: webauthn.Authenticator{AAGUID: b.AAGUID, SignCount: uint32(counter)},
	}
}
