package srp

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"slices"
)

// Key is what both sides share at the end, when the password was right.
type Key [16]byte

// Signature returns the proof of a key (PASSWORD_CLAIM_SIGNATURE, before
// base64): HMAC-SHA256 over the names, the secret block decoded, and the
// timestamp as it was written. Compare two with crypto/subtle.
func Signature(key Key, poolName, userID string, secretBlock []byte, timestamp string) []byte {
	h := hmac.New(sha256.New, key[:])
	h.Write([]byte(poolName))
	h.Write([]byte(userID))
	h.Write(secretBlock)
	h.Write([]byte(timestamp))
	return h.Sum(nil)
}

// passwordHash is x = H(PAD(salt) ‖ H(poolName ‖ userID ":" password)). The
// password is taken as it was typed, without normalisation.
func passwordHash(poolName, userID, password string, salt []byte) [32]byte {
	identity := sha256.Sum256([]byte(poolName + userID + ":" + password))
	return sha256.Sum256(slices.Concat(pad(salt), identity[:]))
}

// scramble is u = H(PAD(A) ‖ PAD(B)).
func scramble(a, b []byte) [32]byte {
	return sha256.Sum256(slices.Concat(pad(a), pad(b)))
}

// sharedKey is HKDF-SHA256 of PAD(S) with PAD(u) for salt, cut to 16 bytes.
// Its time shows how many leading bytes of S are zero, as the protocol's
// padding does; S is fresh in every exchange.
func sharedKey(s []byte, u [32]byte) Key {
	key, err := hkdf.Key(sha256.New, pad(s), pad(u[:]), "Caldera Derived Key", len(Key{}))
	if err != nil {
		panic("srp: " + err.Error()) // only for lengths above 255 hashes
	}
	return Key(key)
}
