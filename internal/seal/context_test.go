package seal_test

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/cenote-auth/cenote/internal/seal"
)

func TestContextsDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for i, parts := range [][]any{
		{},
		{""},
		{"", ""},
		{"ab"},
		{"a", "b"},
		{"ab", ""},
		{"", "ab"},
		{int64(0)},
		{int64(-1)},
		{int64(1)},
		{"a", int64(1)},
		{int64(1), "a"},
		{"\x00\x00\x00\x00\x00\x00\x00\x01"},
		{"i\x00\x00\x00\x00\x00\x00\x00\x01"},
	} {
		key := string(seal.Context(parts...))
		if j, dup := seen[key]; dup {
			t.Errorf("contexts %d and %d are the same: %x", i, j, key)
		}
		seen[key] = i
	}
	if !bytes.Equal(seal.Context("a", 5), seal.Context([]byte("a"), int64(5))) {
		t.Error("the same values in other types gave another context")
	}
}

func TestContextRefusesOtherTypes(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("Context took a float")
		}
	}()
	seal.Context(1.5)
}

// The expected value is HMAC-SHA256 by another implementation (Python's hmac).
func TestMAC(t *testing.T) {
	t.Parallel()
	key, err := seal.KeyFrom(bytes.Repeat([]byte{0x0b}, 32))
	if err != nil {
		t.Fatal(err)
	}
	const want = "2bb5194c2e26539dd8809ca8b9ae34a480a58dc64ba3d9039af5a2de498e1ba6"
	got := seal.MAC(key, []byte("user"), []byte("123456"))
	if hex.EncodeToString(got) != want {
		t.Errorf("MAC = %x, want %s", got, want)
	}
	if !seal.Equal(got, seal.MAC(key, []byte("user"), []byte("123456"))) {
		t.Error("the same parts gave two MACs")
	}
	for name, other := range map[string][]byte{
		"a byte moved to the next part": seal.MAC(key, []byte("use"), []byte("r123456")),
		"another code":                  seal.MAC(key, []byte("user"), []byte("123457")),
		"another key":                   seal.MAC(seal.NewKey(), []byte("user"), []byte("123456")),
		"the MAC cut short":             got[:31],
	} {
		if seal.Equal(got, other) {
			t.Errorf("%s: the MAC is equal", name)
		}
	}
}
