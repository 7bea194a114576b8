package parity

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/cenote-auth/cenote/auth"
)

// authenticator is the Go client's provider of passkeys: what authenticator.mjs
// is to Amplify, key by key and byte by byte.
type authenticator struct {
	made  []*madeKey
	fails string // the name of a browser's error, for the next ceremony
}

// madeKey is a passkey.
type madeKey struct {
	id, user []byte
	site     string
	key      *ecdsa.PrivateKey
	count    uint32
}

func (a *authenticator) obey(fails string, forget bool) error {
	if a == nil {
		return errors.New("the scenario has no passkeys")
	}
	a.fails = fails
	if forget {
		a.made = nil
	}
	return nil
}

// base64url is bytes as the JSON of WebAuthn has them.
type base64url []byte

func (b *base64url) UnmarshalText(text []byte) (err error) {
	*b, err = base64.RawURLEncoding.DecodeString(string(text))
	return err
}

func (b base64url) MarshalText() ([]byte, error) {
	return []byte(base64.RawURLEncoding.EncodeToString(b)), nil
}

type listed struct{ ID base64url }

func (a *authenticator) CreatePasskey(_ context.Context, options json.RawMessage) (json.RawMessage, error) {
	var in struct {
		Challenge          base64url
		RP                 struct{ ID string }
		User               listed
		ExcludeCredentials []listed
	}
	if err := json.Unmarshal(options, &in); err != nil {
		return nil, err
	}
	name := a.fails
	if a.fails = ""; name == "" && a.find(in.ExcludeCredentials) != nil {
		name = "InvalidStateError"
	}
	if name != "" {
		return nil, failedTo(name, map[string]auth.Code{
			"NotAllowedError": auth.ErrPasskeyRegistrationCanceled, "InvalidStateError": auth.ErrPasskeyAlreadyExists,
		})
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	m := &madeKey{id: make([]byte, 16), user: in.User.ID, site: in.RP.ID, key: key}
	rand.Read(m.id)
	a.made = append(a.made, m)
	data, err := m.attested()
	if err != nil {
		return nil, err
	}
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"), byte(len(data)))
	return m.credential(map[string]any{
		"clientDataJSON": clientData("webauthn.create", in.Challenge), "attestationObject": base64url(append(object, data...)),
		"transports": []string{"internal"}, "publicKeyAlgorithm": -7, "authenticatorData": base64url(data),
	})
}

func (a *authenticator) GetPasskey(_ context.Context, options json.RawMessage) (json.RawMessage, error) {
	var in struct {
		Challenge        base64url
		AllowCredentials []listed
	}
	if err := json.Unmarshal(options, &in); err != nil {
		return nil, err
	}
	name := a.fails
	a.fails = ""
	m := a.find(in.AllowCredentials)
	if len(in.AllowCredentials) == 0 && len(a.made) > 0 {
		m = a.made[0]
	}
	if name == "" && m == nil {
		name = "NotAllowedError"
	}
	if name != "" {
		return nil, failedTo(name, map[string]auth.Code{"NotAllowedError": auth.ErrPasskeyAuthenticationCanceled})
	}
	m.count++
	data, client := m.data(0x05), clientData("webauthn.get", in.Challenge)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(data, hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, m.key, digest[:])
	if err != nil {
		return nil, err
	}
	return m.credential(map[string]any{
		"clientDataJSON": client, "authenticatorData": base64url(data), "signature": base64url(signature), "userHandle": base64url(m.user),
	})
}

// failedTo is what Amplify makes of a browser's error.
func failedTo(name string, codes map[string]auth.Code) error {
	code, ok := codes[name]
	switch {
	case ok:
	case name == "SecurityError":
		code = auth.ErrRelyingPartyMismatch
	case name == "AbortError":
		code = auth.ErrPasskeyOperationAborted
	default:
		code = auth.ErrUnknown
	}
	return fmt.Errorf("the authenticator is told to fail: %w", code)
}

// find returns the first passkey that is in a list.
func (a *authenticator) find(list []listed) *madeKey {
	for _, m := range a.made {
		for _, l := range list {
			if string(l.ID) == string(m.id) {
				return m
			}
		}
	}
	return nil
}

func clientData(kind string, challenge base64url) base64url {
	text, _ := challenge.MarshalText() // it cannot fail
	return base64url(fmt.Sprintf(`{"type":%q,"challenge":%q,"origin":"http://localhost","crossOrigin":false}`, kind, text))
}

// data says that the user was there and was verified.
func (m *madeKey) data(flags byte) []byte {
	hash := sha256.Sum256([]byte(m.site))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), m.count)
}

// attested is data with the new key in COSE.
func (m *madeKey) attested() ([]byte, error) {
	point, err := m.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		return nil, err
	}
	data := append(m.data(0x45), make([]byte, 16)...)
	data = append(append(data, 0, byte(len(m.id))), m.id...)
	data = append(append(data, "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"...), point[1:33]...)
	return append(append(data, "\x22\x58\x20"...), point[33:]...), nil
}

func (m *madeKey) credential(response map[string]any) (json.RawMessage, error) {
	return json.Marshal(map[string]any{
		"id": base64url(m.id), "rawId": base64url(m.id), "type": "public-key", "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{}, "response": response,
	})
}
