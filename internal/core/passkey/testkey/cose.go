package testkey

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"testing"
)

// cose returns the public key as authenticators write it.
// Source: RFC 9053 section 7, RFC 8230 section 4.
func (a *Authenticator) cose(t testing.TB) []byte {
	t.Helper()
	switch key := a.Key.Public().(type) {
	case *ecdsa.PublicKey:
		point, err := key.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		b := append([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33]...)
		return append(append(b, 0x22, 0x58, 32), point[33:]...)
	case *rsa.PublicKey:
		n := key.N.Bytes()
		b := binary.BigEndian.AppendUint16([]byte{0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59}, uint16(len(n)))
		return append(append(b, n...), 0x21, 0x43, 1, 0, 1)
	case ed25519.PublicKey:
		return append([]byte{0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32}, key...)
	}
	t.Fatalf("no authenticator has a %T", a.Key)
	return nil
}

func (a *Authenticator) sign(t testing.TB, message []byte) []byte {
	t.Helper()
	options := crypto.SHA256
	if _, ok := a.Key.(ed25519.PrivateKey); ok {
		options = 0 // it hashes itself
	} else {
		hash := sha256.Sum256(message)
		message = hash[:]
	}
	signature, err := a.Key.Sign(rand.Reader, message, options)
	if err != nil {
		t.Fatal(err)
	}
	return signature
}
