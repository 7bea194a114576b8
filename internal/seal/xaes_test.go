package seal

import (
	"bytes"
	"crypto/sha3"
	"encoding/hex"
	"testing"
)

// The vectors and both hashes are those of c2sp.org/XAES-256-GCM.
func TestXAESVectors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		key        byte
		k1         string
		additional string
		want       string
	}{
		{"the top bit of L is clear", 1, "e531954aca063d5b8d9c47a47d4cc6f0", "",
			"ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"},
		{"the top bit of L is set", 3, "23810ec50edb99f374409466ed1f4b7b", "c2sp.org/XAES-256-GCM",
			"986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			key := [KeySize]byte(bytes.Repeat([]byte{tt.key}, KeySize))
			nonce, plaintext := []byte("ABCDEFGHIJKLMNOPQRSTUVWX"), []byte("XAES-256-GCM")
			x := newXAES(&key)
			if got := hex.EncodeToString(x.k1[:]); got != tt.k1 {
				t.Errorf("K1 = %s, want %s", got, tt.k1)
			}
			sealed := x.seal(nil, nonce, plaintext, []byte(tt.additional))
			if got := hex.EncodeToString(sealed); got != tt.want {
				t.Errorf("ciphertext = %s, want %s", got, tt.want)
			}
			opened, err := x.open(nil, nonce, sealed, []byte(tt.additional))
			if err != nil || !bytes.Equal(opened, plaintext) {
				t.Errorf("open = %q, %v", opened, err)
			}
		})
	}
}

func TestXAESAccumulated(t *testing.T) {
	t.Parallel()
	const want = "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939"
	source, sum := sha3.NewSHAKE128(), sha3.NewSHAKE128()
	draw := func(n int) []byte {
		b := make([]byte, n)
		source.Read(b)
		return b
	}
	for i := range 10_000 {
		key := [KeySize]byte(draw(KeySize))
		nonce := draw(nonceSize)
		plaintext := draw(int(draw(1)[0]))
		additional := draw(int(draw(1)[0]))
		x := newXAES(&key)
		sealed := x.seal(nil, nonce, plaintext, additional)
		opened, err := x.open(nil, nonce, sealed, additional)
		if err != nil || !bytes.Equal(opened, plaintext) {
			t.Fatalf("round %d: open = %x, %v, want %x", i, opened, err, plaintext)
		}
		sum.Write(sealed)
	}
	got := make([]byte, 32)
	sum.Read(got)
	if hex.EncodeToString(got) != want {
		t.Errorf("hash of 10,000 ciphertexts = %x, want %s", got, want)
	}
}
