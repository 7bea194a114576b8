package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
)

const (
	nonceSize = 24
	tagSize   = 16
)

// xaes is XAES-256-GCM under one key: half of the nonce and the key give a
// fresh AES-256-GCM key, the other half is that one's nonce. What depends on
// the key alone is computed once. Source: c2sp.org/XAES-256-GCM.
type xaes struct {
	block cipher.Block
	k1    [aes.BlockSize]byte // the CMAC subkey for whole blocks
}

func newXAES(key *[KeySize]byte) xaes {
	x := xaes{block: newAES(key[:])}
	var l [aes.BlockSize]byte
	x.block.Encrypt(l[:], l[:])
	// k1 = l·x in GF(2^128), without a branch on the secret l.
	carry := byte(0)
	for i := aes.BlockSize - 1; i >= 0; i-- {
		x.k1[i] = l[i]<<1 | carry
		carry = l[i] >> 7
	}
	x.k1[aes.BlockSize-1] ^= -carry & 0b10000111
	return x
}

// aead returns the AES-256-GCM for messages with this nonce, which is to be
// given the last 12 bytes of it.
func (x *xaes) aead(nonce []byte) cipher.AEAD {
	var key [KeySize]byte
	for half := range 2 {
		m := key[half*aes.BlockSize:][:aes.BlockSize]
		copy(m, []byte{0, byte(half + 1), 'X', 0})
		copy(m[4:], nonce[:12])
		subtle.XORBytes(m, m, x.k1[:])
		x.block.Encrypt(m, m)
	}
	aead, err := cipher.NewGCM(newAES(key[:]))
	if err != nil {
		panic("seal: " + err.Error()) // only for other block sizes
	}
	return aead
}

// seal appends the ciphertext and tag of plaintext to dst.
func (x *xaes) seal(dst, nonce, plaintext, additional []byte) []byte {
	return x.aead(nonce).Seal(dst, nonce[12:], plaintext, additional)
}

// open appends the plaintext to dst, or fails when anything was altered.
func (x *xaes) open(dst, nonce, ciphertext, additional []byte) ([]byte, error) {
	return x.aead(nonce).Open(dst, nonce[12:], ciphertext, additional)
}

func newAES(key []byte) cipher.Block {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("seal: " + err.Error()) // only for other key sizes
	}
	return block
}
