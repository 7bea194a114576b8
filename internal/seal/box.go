package seal

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

const (
	version    = 1
	headerSize = 1 + 4
)

// Overhead is how many bytes a blob is longer than its plaintext.
const Overhead = headerSize + nonceSize + tagSize

// ErrOpen says that a blob does not open: it was altered or cut, was sealed
// for another context, or under another key. Which of these is not said.
var ErrOpen = errors.New("sealed data does not open")

// Box seals and opens under one key. It is safe for concurrent use.
type Box struct {
	id   uint32
	xaes xaes
}

// NewBox returns the box for a key and the id its blobs will carry. The key
// should be derived for the box's purpose and used for nothing else.
func NewBox(id uint32, key Key) *Box {
	return &Box{id, newXAES(key.secret())}
}

// Format writes the box's id, whatever the verb, and nothing of its key.
func (b *Box) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "seal.Box(%d)", b.id) }

// Seal appends a blob holding plaintext to dst, for Open with the same
// context. A plaintext may be sealed any number of times (2^80 blobs a key);
// every blob differs. The spare room of dst must not overlap plaintext.
func (b *Box) Seal(dst, plaintext, context []byte) []byte {
	start := len(dst)
	dst = slices.Grow(dst, Overhead+len(plaintext))
	dst = append(dst, version)
	dst = binary.BigEndian.AppendUint32(dst, b.id)
	dst = dst[:start+headerSize+nonceSize]
	header, nonce := dst[start:start+headerSize], dst[start+headerSize:]
	rand.Read(nonce) // never fails: crypto/rand ends the program instead
	return b.xaes.seal(dst, nonce, plaintext, additional(header, context))
}

// Open appends the plaintext of a blob to dst. Every failure is ErrOpen.
func (b *Box) Open(dst, blob, context []byte) ([]byte, error) {
	if id, ok := KeyID(blob); !ok || id != b.id {
		return nil, ErrOpen
	}
	header, rest := blob[:headerSize], blob[headerSize:]
	nonce, ciphertext := rest[:nonceSize], rest[nonceSize:]
	out, err := b.xaes.open(dst, nonce, ciphertext, additional(header, context))
	if err != nil {
		return nil, ErrOpen
	}
	return out, nil
}

// KeyID returns the id of the key a blob says it was sealed under, and false
// for what is no blob. Nothing is known to be genuine before Open.
func KeyID(blob []byte) (id uint32, ok bool) {
	if len(blob) < Overhead || blob[0] != version {
		return 0, false
	}
	return binary.BigEndian.Uint32(blob[1:]), true
}

// additional joins the header, whose length is fixed, and the context.
func additional(header, context []byte) []byte {
	return append(append(make([]byte, 0, headerSize+len(context)), header...), context...)
}
