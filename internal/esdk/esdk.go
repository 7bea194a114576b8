package esdk

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// KeySize is how long a wrapping key is, in bytes.
const KeySize = 32

// MaxText is how long a text may be, in bytes: one frame.
const MaxText = 4096

const (
	version   = 2
	suite     = 0x0478
	framed    = 2
	idSize    = 32
	nonceSize = 12
	tagSize   = 16
	lastFrame = 0xffffffff
	lastLabel = "AWSKMSEncryptionClient Final Frame"
)

// Encrypt returns text encrypted under a data key of its own, which is wrapped
// by key. namespace and name say to the reader which key that is; context is
// not secret and is authenticated. Errors say nothing of the text.
func Encrypt(text, key []byte, namespace, name string, context map[string]string) ([]byte, error) {
	if len(key) != KeySize || len(text) > MaxText {
		return nil, errors.New("the key or the text has the wrong length")
	}
	random := make([]byte, idSize+KeySize+nonceSize)
	rand.Read(random)
	id, dataKey, nonce := random[:idSize], random[idSize:][:KeySize], random[idSize+KeySize:]
	derived, err := hkdf.Key(sha512.New, dataKey, id, string(binary.BigEndian.AppendUint16(nil, suite))+"DERIVEKEY", KeySize)
	if err != nil {
		return nil, fmt.Errorf("derive a key: %w", err)
	}
	commitment, err := hkdf.Key(sha512.New, dataKey, id, "COMMITKEY", KeySize)
	if err != nil {
		return nil, fmt.Errorf("derive a commitment: %w", err)
	}
	wrapped, err := seal(key, nonce, dataKey, pairs(context))
	if err != nil {
		return nil, err
	}
	out := header(id, pairs(context), wrappedKey{namespace, name, nonce, wrapped})
	out = append(out, commitment...)
	tag, err := seal(derived, make([]byte, nonceSize), nil, out)
	if err != nil {
		return nil, err
	}
	return appendFrame(append(out, tag...), derived, id, text)
}

type wrappedKey struct {
	namespace, name string
	nonce, sealed   []byte
}

// header returns the header up to the commitment.
func header(id, context []byte, k wrappedKey) []byte {
	b := []byte{version}
	b = binary.BigEndian.AppendUint16(b, suite)
	b = append(b, id...)
	b = appendSized(b, context)
	b = binary.BigEndian.AppendUint16(b, 1) // wrapped keys
	b = appendSized(b, []byte(k.namespace))
	info := binary.BigEndian.AppendUint32([]byte(k.name), tagSize*8)
	info = binary.BigEndian.AppendUint32(info, nonceSize)
	b = appendSized(b, append(info, k.nonce...))
	b = appendSized(b, k.sealed)
	b = append(b, framed)
	return binary.BigEndian.AppendUint32(b, MaxText)
}

// pairs is an encryption context as it is written and authenticated, in the
// order of its keys; nothing for an empty one.
func pairs(context map[string]string) []byte {
	if len(context) == 0 {
		return nil
	}
	b := binary.BigEndian.AppendUint16(nil, uint16(len(context)))
	for _, name := range slices.Sorted(maps.Keys(context)) {
		b = appendSized(appendSized(b, []byte(name)), []byte(context[name]))
	}
	return b
}

// appendFrame appends text as the first and last frame.
func appendFrame(b, key, id, text []byte) ([]byte, error) {
	number := binary.BigEndian.AppendUint32(nil, 1)
	nonce := append(make([]byte, nonceSize-len(number)), number...)
	aad := append(append(slices.Clone(id), lastLabel...), number...)
	aad = binary.BigEndian.AppendUint64(aad, uint64(len(text)))
	sealed, err := seal(key, nonce, text, aad)
	if err != nil {
		return nil, err
	}
	b = append(binary.BigEndian.AppendUint32(b, lastFrame), number...)
	b = binary.BigEndian.AppendUint32(append(b, nonce...), uint32(len(text)))
	return append(b, sealed...), nil
}

// appendSized appends field after its length.
func appendSized(b, field []byte) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(field))), field...)
}

func seal(key, nonce, text, aad []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return gcm.Seal(nil, nonce, text, aad), nil
}
