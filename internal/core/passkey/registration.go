package passkey

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// The errors of a registration.
var (
	// ErrChallenge is also what is answered to the second use of options.
	ErrChallenge = pool.E(pool.WebAuthnChallengeNotFound, "The challenge of the registration was not found or has expired.")
	// ErrData is also what is answered where the credential is known.
	ErrData = pool.E(pool.InvalidParameter, "Credential data is not valid")
	// ErrParty is also what is answered where there is no relying party any more.
	ErrParty = pool.E(pool.WebAuthnRelyingPartyMismatch, "The relying party of the credential is not that of the user pool.")

	errClient = pool.E(pool.WebAuthnClientMismatch, "The registration was started by another app client.")
	errOrigin = pool.E(pool.WebAuthnOriginNotAllowed, "The origin of the credential is not allowed.")
	errKey    = pool.E(pool.WebAuthnCredentialNotSupported, "The credential is not supported.")
)

// opened returns the id of the registration that a challenge was made for.
func (s *Passkeys) opened(r Registration, challenge string) (id string, err error) {
	const clientAt = 24 // after the id and the time
	blob, err := base64.RawURLEncoding.DecodeString(challenge)
	if err != nil {
		return "", ErrChallenge
	}
	plain, err := s.keys.Open(keyring.Passkey, blob, "registration", r.Pool.Key, r.User.Sub)
	if err != nil || len(plain) < clientAt {
		return "", ErrChallenge
	}
	if !s.now().Before(time.UnixMicro(int64(binary.BigEndian.Uint64(plain[16:])))) {
		return "", ErrChallenge
	}
	if string(plain[clientAt:]) != r.ClientID {
		return "", errClient
	}
	return "passkey-" + encoded(plain[:16]), nil
}

// Register returns the passkey that an authenticator made for r, and the id
// under which the registration is spent. credential is RegistrationResponseJSON.
// Errors: InvalidParameter and the kinds that begin with WebAuthn.
func (s *Passkeys) Register(r Registration, credential json.RawMessage) (_ store.Passkey, id string, _ error) {
	if !complete(credential) {
		return store.Passkey{}, "", ErrData
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err != nil {
		return store.Passkey{}, "", ErrData
	}
	client := parsed.Response.CollectedClientData
	if id, err = s.opened(r, client.Challenge); err != nil {
		return store.Passkey{}, "", err
	}
	if !allowed(client.Origin, r.Party) {
		return store.Passkey{}, "", errOrigin
	}
	if !ofParty(parsed.Response.AttestationObject.AuthData.RPIDHash, r.Party) {
		return store.Passkey{}, "", ErrParty
	}
	if !bounded(parsed.Response.AttestationObject) {
		return store.Passkey{}, "", errKey
	}
	w, err := checker(r.Party, client.Origin)
	if err != nil {
		return store.Passkey{}, "", err
	}
	made, err := w.CreateCredential(person{sub: r.User.Sub}, webauthn.SessionData{
		Challenge: client.Challenge, UserID: []byte(r.User.Sub), CredParams: algorithms,
		UserVerification: protocol.UserVerificationRequirement(verification(r.Pool.VerifiesWho(r.User))),
	}, parsed)
	if err != nil {
		return store.Passkey{}, "", refused(err)
	}
	return store.Passkey{
		PoolKey: r.Pool.Key, ID: encoded(made.ID), Sub: r.User.Sub, Created: s.now(), Counter: int64(made.Authenticator.SignCount),
		Body: newBody(made, r.Party).text(),
	}, id, nil
}

// complete reports whether credential has the members that the service asks for
// and go-webauthn does not.
func complete(credential json.RawMessage) bool {
	var c struct {
		Attachment *string          `json:"authenticatorAttachment"`
		Extensions *json.RawMessage `json:"clientExtensionResults"`
		Response   *struct {
			Transports *[]string `json:"transports"`
		} `json:"response"`
	}
	return json.Unmarshal(credential, &c) == nil && c.Attachment != nil && c.Extensions != nil &&
		c.Response != nil && c.Response.Transports != nil
}

// refused is the error of a credential that go-webauthn does not accept.
func refused(err error) error {
	e, ok := errors.AsType[*protocol.Error](err)
	for _, unsupported := range []*protocol.Error{protocol.ErrUnsupportedKey, protocol.ErrUnsupportedAlgorithm, protocol.ErrAttestationFormat} {
		if ok && e.Type == unsupported.Type {
			return errKey
		}
	}
	return ErrData
}

// transports are the ways to an authenticator that are kept: those of W3C Web
// Authentication section 5.8.4.
var transports = []string{"usb", "nfc", "ble", "smart-card", "hybrid", "internal"}

func newBody(c *webauthn.Credential, party string) body {
	b := body{
		Key: c.PublicKey, Party: party, Name: named(c.Authenticator.AAGUID), Attachment: string(c.Authenticator.Attachment),
		AAGUID: c.Authenticator.AAGUID, Verified: c.Flags.UserVerified, BackupAble: c.Flags.BackupEligible, BackedUp: c.Flags.BackupState,
	}
	for _, t := range transports {
		if slices.Contains(c.Transport, protocol.AuthenticatorTransport(t)) {
			b.Transports = append(b.Transports, t)
		}
	}
	return b
}
