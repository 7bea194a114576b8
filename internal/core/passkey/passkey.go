package passkey

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/store"
)

// MaxPerUser is how many passkeys a user may have. Source: the service's quotas.
const MaxPerUser = 20

// patience is how long a browser waits for an authenticator.
const patience = time.Minute

// Passkeys begins and checks ceremonies. It is safe for concurrent use.
type Passkeys struct {
	keys    *keyring.Keyring
	now     func() time.Time
	nobodys []byte // a COSE key whose private half is gone
}

// New returns the passkeys of a server; its registrations expire by now.
func New(k *keyring.Keyring, now func() time.Time) *Passkeys {
	return &Passkeys{k, now, lostKey()}
}

// body is the part of a store.Passkey that only this package reads.
type body struct {
	Key        []byte   `json:"key"` // COSE
	Party      string   `json:"rp"`
	Name       string   `json:"name"`
	Attachment string   `json:"attachment,omitempty"`
	Transports []string `json:"transports,omitempty"`
	AAGUID     []byte   `json:"aaguid,omitempty"`
	Verified   bool     `json:"uv,omitempty"` // its user was verified when it was made
	BackupAble bool     `json:"be,omitempty"`
	BackedUp   bool     `json:"bs,omitempty"`
}

func bodyOf(k store.Passkey) (b body, err error) {
	if err := json.Unmarshal([]byte(k.Body), &b); err != nil {
		return body{}, fmt.Errorf("read a passkey of %s: %w", k.Sub, err)
	}
	return b, nil
}

func (b body) text() string { return string(mustJSON(b)) }

// Description is a passkey as people see it.
type Description struct {
	ID, Name, Party string
	Attachment      string // platform or cross-platform; "" if the browser did not say
	Transports      []string
	Created         time.Time
}

// person is a user as go-webauthn wants it.
type person struct {
	sub         string
	credentials []webauthn.Credential
}

func (p person) WebAuthnID() []byte                         { return []byte(p.sub) }
func (p person) WebAuthnName() string                       { return p.sub }
func (p person) WebAuthnDisplayName() string                { return p.sub }
func (p person) WebAuthnCredentials() []webauthn.Credential { return p.credentials }

// checker returns go-webauthn for one ceremony at a page of origin, which has
// been judged by allowed.
func checker(party, origin string) (*webauthn.WebAuthn, error) {
	w, err := webauthn.New(&webauthn.Config{
		RPID: party, RPDisplayName: party, RPOrigins: []string{origin},
		AttestationPreference:             protocol.PreferNoAttestation,
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, fmt.Errorf("relying party %s: %w", party, err)
	}
	return w, nil
}

// descriptor names a credential in options.
type descriptor struct {
	Type       string   `json:"type"`
	ID         string   `json:"id"`
	Transports []string `json:"transports,omitempty"`
}

// descriptors names the passkeys that are of a relying party.
func descriptors(keys []store.Passkey, party string) ([]descriptor, error) {
	list := []descriptor{}
	for _, k := range keys {
		b, err := bodyOf(k)
		if err != nil {
			return nil, err
		}
		if b.Party == party {
			list = append(list, descriptor{"public-key", k.ID, b.Transports})
		}
	}
	return list, nil
}

func encoded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("passkey: " + err.Error()) // text, numbers and lists of them
	}
	return b
}
