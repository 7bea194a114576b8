package esdk

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
)

var key = bytes.Repeat([]byte{7}, KeySize)

// What the AWS Encryption SDK for JavaScript wrote under key: 654321, in a
// context of userpool-id and b.
const foreign = "AgR4O2JZGrSi5C4AF/YzF26VCop7Rj89+/JND+g81DoHO5kAJAACAAFiAAEyAAt1c2VycG9vbC1pZAANZXUtd2VzdC0xX0FiYwABAAZjZW5vdGUAIWN1c3RvbS1zZW5kZXIAAACAAAAADNf1Dj6/yaKhSavtuQAwtOKkFhxJaWmYzFQFO6ISmtcU/PUxEtr9n3p0QWrAxO/hu74g0W59QO5sjea7kbPVAgAAEAAbve976xVcKevGh3ViXqb9a5DlIF6hgy3VipPWY2/qNQeBLfdeJG3pBM4DIgV+Vhz/////AAAAAQAAAAAAAAAAAAAAAQAAAAbxyH1AZ4Y+3/rz5Rv7P8FxJ3n5z52q"

// The reader below reads what the reference wrote, so that it may judge what
// we write.
func TestTheReaderReadsTheReference(t *testing.T) {
	t.Parallel()
	message, err := base64.StdEncoding.DecodeString(foreign)
	if err != nil {
		t.Fatal(err)
	}
	text, err := decrypt(message, key)
	if err != nil || string(text) != "654321" {
		t.Errorf("decrypt = %q, %v", text, err)
	}
	want := map[string]string{"userpool-id": "eu-west-1_Abc", "b": "2"}
	if got := contextOf(message); !maps.Equal(got, want) || !bytes.Contains(message, pairs(want)) {
		t.Errorf("the reference writes the context otherwise, read as %v", got)
	}
}

func TestEncryptIsRead(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "123456", "Tulip-4 &amp; \u00e9", strings.Repeat("x", MaxText)} {
		for _, context := range []map[string]string{nil, {"userpool-id": "eu-west-1_Abc"}, {"b": "2", "a": "", "c": "\u00e9"}} {
			message, err := Encrypt([]byte(text), key, "cenote", "custom-sender", context)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := decrypt(message, key); err != nil || string(got) != text {
				t.Errorf("decrypt = %q, %v; want %q", got, err, text)
			}
			if text != "" && bytes.Contains(message, []byte(text)) {
				t.Errorf("%q is there to be read", text)
			}
			if got := contextOf(message); !maps.Equal(got, context) {
				t.Errorf("the context is %v, want %v", got, context)
			}
		}
	}
}

func TestEachMessageHasKeysOfItsOwn(t *testing.T) {
	t.Parallel()
	one, _ := Encrypt([]byte("123456"), key, "cenote", "k", nil)
	two, _ := Encrypt([]byte("123456"), key, "cenote", "k", nil)
	if bytes.Equal(one[3:3+idSize], two[3:3+idSize]) || bytes.Equal(one[len(one)-22:], two[len(two)-22:]) {
		t.Error("two messages are alike")
	}
}

func TestNothingCanBeChanged(t *testing.T) {
	t.Parallel()
	message, err := Encrypt([]byte("123456"), key, "cenote", "k", map[string]string{"userpool-id": "x"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range message {
		other := slices.Clone(message)
		other[i] ^= 1
		if text, err := decrypt(other, key); err == nil {
			t.Errorf("byte %d changed, and it was read as %q", i, text)
		}
	}
	if _, err := decrypt(message, bytes.Repeat([]byte{8}, KeySize)); err == nil {
		t.Error("another key reads it")
	}
}

func TestWrongLengths(t *testing.T) {
	t.Parallel()
	if _, err := Encrypt([]byte("1"), key[1:], "n", "k", nil); err == nil {
		t.Error("a short key was taken")
	}
	if _, err := Encrypt(make([]byte, MaxText+1), key, "n", "k", nil); err == nil {
		t.Error("a text of more than a frame was taken")
	}
}

var errBroken = errors.New("broken")

// decrypt reads a message of one frame.
func decrypt(message, key []byte) (text []byte, err error) {
	defer func() {
		if recover() != nil { // it ended too soon
			err = errBroken
		}
	}()
	r := reader{message}
	if r.take(1)[0] != version || binary.BigEndian.Uint16(r.take(2)) != suite {
		return nil, errBroken
	}
	id, context := r.take(idSize), r.sized()
	if binary.BigEndian.Uint16(r.take(2)) != 1 {
		return nil, errBroken
	}
	_, info, wrapped := r.sized(), r.sized(), r.sized()
	dataKey, err := open(key, info[len(info)-nonceSize:], wrapped, context)
	if err != nil || r.take(1)[0] != framed || binary.BigEndian.Uint32(r.take(4)) != MaxText {
		return nil, errBroken
	}
	derived, _ := hkdf.Key(sha512.New, dataKey, id, "\x04\x78DERIVEKEY", KeySize)
	commitment, _ := hkdf.Key(sha512.New, dataKey, id, "COMMITKEY", KeySize)
	if !bytes.Equal(commitment, r.take(KeySize)) {
		return nil, errBroken
	}
	head := message[:len(message)-len(r.rest)]
	if _, err := open(derived, make([]byte, nonceSize), r.take(tagSize), head); err != nil {
		return nil, err
	}
	if binary.BigEndian.Uint32(r.take(4)) != lastFrame {
		return nil, errBroken
	}
	number, nonce := r.take(4), r.take(nonceSize)
	size := binary.BigEndian.Uint32(r.take(4))
	aad := append(append(slices.Clone(id), lastLabel...), number...)
	return open(derived, nonce, r.take(int(size)+tagSize), binary.BigEndian.AppendUint64(aad, uint64(size)))
}

// contextOf is the encryption context of a message.
func contextOf(message []byte) map[string]string {
	r := reader{message[3+idSize:]}
	r = reader{r.sized()}
	if len(r.rest) == 0 {
		return nil
	}
	context := map[string]string{}
	for range binary.BigEndian.Uint16(r.take(2)) {
		name := string(r.sized())
		context[name] = string(r.sized())
	}
	return context
}

func open(key, nonce, sealed, aad []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return gcm.Open(nil, nonce, sealed, aad)
}

type reader struct{ rest []byte }

func (r *reader) take(n int) []byte {
	field := r.rest[:n]
	r.rest = r.rest[n:]
	return field
}

func (r *reader) sized() []byte { return r.take(int(binary.BigEndian.Uint16(r.take(2)))) }
