package testkey

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// Flags of authenticator data (W3C Web Authentication section 6.1).
const (
	present    = 1 << 0
	verified   = 1 << 2
	backupAble = 1 << 3
	backedUp   = 1 << 4
	hasKey     = 1 << 6
)

// Authenticator holds one passkey at a time. Change its fields between
// ceremonies; New gives it sensible ones.
type Authenticator struct {
	Origin string // of the page
	Party  string // that it works for, whatever the options say; "" for what they say
	ID     []byte
	Key    crypto.Signer // ES256; RS256 and EdDSA will do too
	AAGUID [16]byte

	Counter  uint32 // of the signatures; stays 0 if Counts is false
	Counts   bool
	Verifies bool // its user
	Synced   bool // to other devices of the user

	// What a ceremony ends with may be changed before it is signed, and after.
	ClientData func(map[string]any)
	AuthData   func([]byte)
	Credential func(credential, response map[string]any)

	handle string // the user.id of the last registration
}

// New returns an authenticator behind a browser that shows a page of origin. It
// verifies its user and counts.
func New(t testing.TB, origin string) *Authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 20)
	rand.Read(id)
	return &Authenticator{Origin: origin, ID: id, Key: key, Counts: true, Verifies: true}
}

// Create answers the options of a registration, which it reads as a browser
// does, by RegistrationResponseJSON.
func (a *Authenticator) Create(t testing.TB, options json.RawMessage) json.RawMessage {
	t.Helper()
	var o struct {
		Challenge string
		RP        struct{ ID string }
		User      struct{ ID string }
	}
	if err := json.Unmarshal(options, &o); err != nil {
		t.Fatal(err)
	}
	a.handle = o.User.ID
	data := a.authData(t, o.RP.ID, true)
	object := []byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59")
	object = append(binary.BigEndian.AppendUint16(object, uint16(len(data))), data...)
	return a.credential(t, map[string]any{
		"clientDataJSON": encoded(a.clientData(t, "webauthn.create", o.Challenge)), "attestationObject": encoded(object),
		"transports": []string{"internal"},
	})
}

// Get answers the options of a sign-in by AuthenticationResponseJSON.
func (a *Authenticator) Get(t testing.TB, options string) string {
	t.Helper()
	var o struct{ Challenge, RPID string }
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		t.Fatal(err)
	}
	if a.Counts {
		a.Counter++
	}
	client, data := a.clientData(t, "webauthn.get", o.Challenge), a.authData(t, o.RPID, false)
	hash := sha256.Sum256(client)
	signature := a.sign(t, append(append([]byte{}, data...), hash[:]...))
	return string(a.credential(t, map[string]any{
		"clientDataJSON": encoded(client), "authenticatorData": encoded(data), "signature": encoded(signature), "userHandle": a.handle,
	}))
}

func (a *Authenticator) clientData(t testing.TB, kind, challenge string) []byte {
	t.Helper()
	client := map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": false}
	if a.ClientData != nil {
		a.ClientData(client)
	}
	return text(t, client)
}

func (a *Authenticator) authData(t testing.TB, party string, withKey bool) []byte {
	t.Helper()
	if a.Party != "" {
		party = a.Party
	}
	flags := byte(present)
	if a.Verifies {
		flags |= verified
	}
	if a.Synced {
		flags |= backupAble | backedUp
	}
	if withKey {
		flags |= hasKey
	}
	hash := sha256.Sum256([]byte(party))
	data := binary.BigEndian.AppendUint32(append(hash[:], flags), a.Counter)
	if withKey {
		data = binary.BigEndian.AppendUint16(append(data, a.AAGUID[:]...), uint16(len(a.ID)))
		data = append(append(data, a.ID...), a.cose(t)...)
	}
	if a.AuthData != nil {
		a.AuthData(data)
	}
	return data
}

func (a *Authenticator) credential(t testing.TB, response map[string]any) json.RawMessage {
	t.Helper()
	credential := map[string]any{
		"id": encoded(a.ID), "rawId": encoded(a.ID), "type": "public-key", "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{}, "response": response,
	}
	if a.Credential != nil {
		a.Credential(credential, response)
	}
	return text(t, credential)
}

func text(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func encoded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
