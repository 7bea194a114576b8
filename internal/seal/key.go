package seal

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// KeySize is the length of every key, in bytes.
const KeySize = 32

// Key is a 256-bit secret. Printing, logging or marshalling one, alone or
// inside another value, never shows its bytes; only Bytes and Encode do.
// The zero Key holds nothing, and using it panics.
type Key struct {
	// A function, since fmt prints the unexported fields of a struct without
	// asking their methods, and follows a pointer for some verbs.
	secret func() *[KeySize]byte
}

func keyOf(b *[KeySize]byte) Key {
	return Key{func() *[KeySize]byte { return b }}
}

var errKey = errors.New("a key is the base64 of 32 bytes, not all zero")

// NewKey returns a fresh random key.
func NewKey() Key {
	b := new([KeySize]byte)
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return keyOf(b)
}

// ParseKey reads the form Encode writes, with or without white space around
// it. The error does not repeat the text.
func ParseKey(text string) (Key, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSpace(text))
	if err != nil {
		return Key{}, errKey
	}
	return KeyFrom(b)
}

// KeyFrom returns the key with these bytes, which are copied. It refuses
// other lengths than KeySize, and zeros, which are a key nobody drew.
func KeyFrom(b []byte) (Key, error) {
	if len(b) != KeySize || bytes.Equal(b, make([]byte, KeySize)) {
		return Key{}, errKey
	}
	return keyOf((*[KeySize]byte)(bytes.Clone(b))), nil
}

// Derive returns the key for one purpose (HKDF-SHA256, RFC 5869, with the
// purpose as info and no salt). Equal purposes give equal keys; different
// ones give keys that say nothing about each other or about k.
func (k Key) Derive(purpose string) Key {
	b, err := hkdf.Key(sha256.New, k.secret()[:], nil, purpose, KeySize)
	if err != nil {
		panic("seal: derive: " + err.Error()) // only for lengths above 255 hashes
	}
	return keyOf((*[KeySize]byte)(b))
}

// Bytes returns a copy of the secret itself, to be sealed under another key.
func (k Key) Bytes() []byte { return bytes.Clone(k.secret()[:]) }

// Encode returns the secret itself in base64, for a key file.
func (k Key) Encode() string { return base64.StdEncoding.EncodeToString(k.secret()[:]) }

const redacted = "seal.Key(…)"

// String returns the same text for every key.
func (k Key) String() string { return redacted }

// Format writes the same text for every key and verb.
func (k Key) Format(f fmt.State, _ rune) { f.Write([]byte(redacted)) }

// MarshalText returns the same text for every key; encoding/json and log/slog
// ask it too.
func (k Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }
