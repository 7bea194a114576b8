package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

// MAC returns HMAC-SHA256 over the parts, each after its length, so that
// moving a byte from one part to the next changes it. It is how a one-time
// code is stored: short, so worthless to a thief only while the key is kept.
func MAC(key Key, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key.secret()[:])
	var length [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write(part)
	}
	return h.Sum(nil)
}

// Equal compares two secrets in a time that depends on their lengths only.
func Equal(a, b []byte) bool { return hmac.Equal(a, b) }
