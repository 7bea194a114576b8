package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"

	"github.com/cenote-auth/cenote/internal/srp"
)

// cryptography returns what does each cryptographic part once: what the server
// calls, and nothing around it.
func cryptography() (map[string]func() error, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256([]byte("what a token says"))
	signed, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		return nil, err
	}
	a, err := srp.ParseA(srp.NewClient().A())
	if err != nil {
		return nil, err
	}
	salt := []byte("0123456789abcdef")
	v := srp.Verifier("bench", "ada", password, salt)
	exchange, _, err := srp.Challenge(a, v)
	if err != nil {
		return nil, err
	}
	return map[string]func() error{
		partSign:     func() error { _, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:]); return err },
		partVerify:   func() error { return rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signed) },
		partBase:     func() error { _, _, err := srp.Challenge(a, v); return err },
		partKey:      func() error { _, err := exchange.Key(v); return err },
		partVerifier: func() error { srp.Verifier("bench", "ada", password, salt); return nil },
	}, nil
}
