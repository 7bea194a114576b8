package passkey

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Imagines reports whether somebody who does not exist seems to have a passkey:
// of those about one in two, always the same. So neither having one nor having
// none tells that somebody exists.
func (s *Passkeys) Imagines(p *pool.Pool, sub string) bool {
	return s.mac(p, sub, "has")[0]&1 == 1
}

// Imagine returns the passkey that somebody who does not exist seems to have.
// Nobody can sign by it.
func (s *Passkeys) Imagine(p *pool.Pool, sub, party string) store.Passkey {
	lengths := []int{16, 20, 32} // as those of authenticators that many people have
	head := s.mac(p, sub, "id")[:imaginedHead]
	length := lengths[int(s.mac(p, sub, "length")[0])%len(lengths)]
	b := body{Key: s.nobodys, Party: party, Transports: []string{"internal", "hybrid"}, BackupAble: true, BackedUp: true}
	return store.Passkey{PoolKey: p.Key, ID: encoded(append(head, s.tail(p, head, length)...)), Sub: sub, Body: b.text()}
}

// imaginedHead is how many bytes of an imagined id say whose it is. The others follow
// from them, which nobody else can see.
const imaginedHead = 8

func (s *Passkeys) tail(p *pool.Pool, head []byte, length int) []byte {
	return s.mac(p, string(head), "tail")[:length-imaginedHead]
}

// Imagined reports whether the id of k is one that Imagine gave to somebody: who
// registers it has to hear that it is known, as of one that is somebody's.
func (s *Passkeys) Imagined(p *pool.Pool, k store.Passkey) bool {
	id, err := base64.RawURLEncoding.DecodeString(k.ID)
	if err != nil || len(id) <= imaginedHead || len(id) > imaginedHead+sha256.Size {
		return false
	}
	return bytes.Equal(id[imaginedHead:], s.tail(p, id[:imaginedHead], len(id)))
}

func (s *Passkeys) mac(p *pool.Pool, sub, what string) []byte {
	return s.keys.MAC(keyring.Unknown, []byte("passkey "+what), fmt.Append(nil, p.Key), []byte(sub))
}

// lostKey returns a new public key in COSE, and keeps no private key.
// Source: RFC 9053 section 7.1.1.
func lostKey() []byte {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic("passkey: " + err.Error()) // crypto/rand ends the program before it fails
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		panic("passkey: " + err.Error()) // the curve is known
	}
	cose := []byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32} // EC2, ES256, P-256, x
	cose = append(cose, point[1:33]...)
	cose = append(cose, 0x22, 0x58, 32) // y
	return append(cose, point[33:]...)
}
