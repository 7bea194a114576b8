package token_test

import (
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/token/testkeys"
)

// keysOf returns the private keys of a pool made by a fixture: the source gave
// the first two to the first pool, and so on.
func keysOf(t testing.TB, nth int) (id, access *rsa.PrivateKey) {
	t.Helper()
	var source testkeys.Source
	for range nth + 1 {
		id, _ = source.Key(context.Background())
		access, _ = source.Key(context.Background())
	}
	return id, access
}

// kidOf returns the key id in the header of a JWT.
func kidOf(t testing.TB, jwt string) string {
	t.Helper()
	var header struct{ Kid string }
	text, err := base64.RawURLEncoding.DecodeString(strings.SplitN(jwt, ".", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	unmarshal(t, text, &header)
	return header.Kid
}

// claimsOf returns the claims of a JWT with some changed; nil takes one away.
func claimsOf(t testing.TB, jwt string, changes map[string]any) map[string]any {
	t.Helper()
	claims := map[string]any{}
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(jwt, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	unmarshal(t, text, &claims)
	for name, value := range changes {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	for _, name := range []string{"exp", "iat", "auth_time"} {
		if n, ok := claims[name].(float64); ok {
			claims[name] = int64(n)
		}
	}
	return claims
}

// rs256 signs as RFC 7518 section 3.3 says.
func rs256(key *rsa.PrivateKey) func([]byte) []byte {
	return func(signed []byte) []byte {
		digest := sha256.Sum256(signed)
		signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
		if err != nil {
			panic(err)
		}
		return signature
	}
}

// ps256 signs as RFC 7518 section 3.5 says.
func ps256(key *rsa.PrivateKey) func([]byte) []byte {
	return func(signed []byte) []byte {
		digest := sha256.Sum256(signed)
		signature, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, digest[:], nil)
		if err != nil {
			panic(err)
		}
		return signature
	}
}

// hs256 signs as RFC 7518 section 3.2 says.
func hs256(secret []byte) func([]byte) []byte {
	return func(signed []byte) []byte {
		h := hmac.New(sha256.New, secret)
		h.Write(signed)
		return h.Sum(nil)
	}
}

// unsigned leaves the signature empty: RFC 7518 section 3.6.
func unsigned([]byte) []byte { return nil }

// forge returns a JWT of any header, claims and signature.
func forge(t testing.TB, header string, claims map[string]any, sign func([]byte) []byte) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed := part(header) + "." + part(string(payload))
	return signed + "." + part(string(sign([]byte(signed))))
}

func part(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
