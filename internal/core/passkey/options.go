package passkey

import (
	"encoding/binary"
	"encoding/json"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Registration is what a new passkey is for.
type Registration struct {
	Pool     *pool.Pool
	ClientID string
	User     *pool.User
	Party    string // the relying party
}

// creationOptions is PublicKeyCredentialCreationOptionsJSON (W3C Web
// Authentication section 5.1.8).
type creationOptions struct {
	RP                     relyingParty `json:"rp"`
	User                   account      `json:"user"`
	Challenge              string       `json:"challenge"`
	PubKeyCredParams       []parameter  `json:"pubKeyCredParams"`
	Timeout                int64        `json:"timeout"`
	ExcludeCredentials     []descriptor `json:"excludeCredentials"`
	AuthenticatorSelection selection    `json:"authenticatorSelection"`
	Attestation            string       `json:"attestation"`
}

type relyingParty struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type account struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
}

type parameter struct {
	Type string `json:"type"`
	Alg  int    `json:"alg"`
}

type selection struct {
	RequireResidentKey bool   `json:"requireResidentKey"`
	ResidentKey        string `json:"residentKey"`
	UserVerification   string `json:"userVerification"`
}

// algorithms are the signatures that passkeys may make: ES256 and RS256.
var algorithms = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: -7},
	{Type: protocol.PublicKeyCredentialType, Algorithm: -257},
}

// Options returns the options of a registration as JSON, for a browser's
// navigator.credentials.create. existing are the passkeys that the user has.
// They serve for a few minutes, and once.
func (s *Passkeys) Options(r Registration, existing []store.Passkey) (json.RawMessage, error) {
	excluded, err := descriptors(existing, r.Party)
	if err != nil {
		return nil, err
	}
	name := nameOf(r.Pool, r.User)
	o := creationOptions{
		RP:                     relyingParty{r.Party, r.Party},
		User:                   account{encoded([]byte(r.User.Sub)), name, name},
		Challenge:              encoded(s.challenge(r)),
		Timeout:                patience.Milliseconds(),
		ExcludeCredentials:     excluded,
		AuthenticatorSelection: selection{true, "required", verification(r.Pool.VerifiesWho(r.User))},
		Attestation:            "none",
	}
	for _, a := range algorithms {
		o.PubKeyCredParams = append(o.PubKeyCredParams, parameter{string(a.Type), int(a.Algorithm)})
	}
	return mustJSON(o), nil
}

// nameOf returns what an authenticator shows beside the passkey of u: what u
// signs in by, where the user name is made up.
func nameOf(p *pool.Pool, u *pool.User) string {
	for _, attribute := range p.UsernameAttributes {
		if address := u.Attributes[attribute]; address != "" {
			return address
		}
	}
	return u.Username
}

// lifetime is how long the options of a registration serve: the browser's
// patience, and the time to begin and to answer.
const lifetime = 3 * time.Minute

// challenge returns the challenge of a registration: its id, the time it ends
// and the client, sealed for the user.
func (s *Passkeys) challenge(r Registration) []byte {
	id := uuid.New()
	plain := binary.BigEndian.AppendUint64(id[:], uint64(s.now().Add(lifetime).UnixMicro()))
	plain = append(plain, r.ClientID...)
	return s.keys.Seal(keyring.Passkey, plain, "registration", r.Pool.Key, r.User.Sub)
}
