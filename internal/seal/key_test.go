package seal_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/seal"
)

func TestKeyNeverShowsItself(t *testing.T) {
	t.Parallel()
	secret := []byte("0123456789abcdefghijklmnopqrstuv")
	key, err := seal.KeyFrom(secret)
	if err != nil {
		t.Fatal(err)
	}
	type hidden struct{ key seal.Key }
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%b", "%c", "%U"} {
		fmt.Fprintf(&out, verb+" ", key)
		fmt.Fprintf(&out, verb+" ", &key)
		fmt.Fprintf(&out, verb+" ", []any{key, struct{ K seal.Key }{key}, hidden{key}, &hidden{key}})
	}
	js, err := json.Marshal(map[string]any{"key": key, "in": struct{ K seal.Key }{key}, "hidden": hidden{key}})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(js)
	slog.New(slog.NewTextHandler(&out, nil)).Info("key", "key", key, "hidden", hidden{key})
	slog.New(slog.NewJSONHandler(&out, nil)).Info("key", "key", key, "hidden", hidden{key})

	shown := out.String()
	if !strings.Contains(shown, "seal.Key(…)") {
		t.Errorf("a key does not print as seal.Key(…): %s", shown)
	}
	for _, form := range []string{"0123456789", "30 31 32", "48 49 50", "0x30", "303132", "060 061", "110000 110001", "U+0030",
		base64.StdEncoding.EncodeToString(secret)[:20]} {
		if strings.Contains(shown, form) {
			t.Errorf("%q shows in: %s", form, shown)
		}
	}
}

func TestParseKey(t *testing.T) {
	t.Parallel()
	key := seal.NewKey()
	text := key.Encode()
	for _, tt := range []struct {
		name, text string
		ok         bool
	}{
		{"as it was encoded", text, true},
		{"with the newline of a file", " " + text + "\r\n", true},
		{"empty", "", false},
		{"a byte short", base64.StdEncoding.EncodeToString(make([]byte, 31)), false},
		{"a byte long", base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 33)), false},
		{"all zero", base64.StdEncoding.EncodeToString(make([]byte, 32)), false},
		{"hexadecimal", hex.EncodeToString(key.Bytes()), false},
		{"without padding", strings.TrimRight(text, "="), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := seal.ParseKey(tt.text)
			if (err == nil) != tt.ok {
				t.Fatalf("err = %v, want ok = %v", err, tt.ok)
			}
			if tt.ok && !bytes.Equal(got.Bytes(), key.Bytes()) {
				t.Error("parsed to another key")
			}
			if err != nil && tt.text != "" && strings.Contains(err.Error(), tt.text) {
				t.Errorf("the error repeats the key: %v", err)
			}
		})
	}
}

func TestKeysAreDrawnAndDerivedApart(t *testing.T) {
	t.Parallel()
	a, b := seal.NewKey(), seal.NewKey()
	seen := map[string]string{}
	for name, key := range map[string]seal.Key{
		"a": a, "b": b,
		"a for sessions": a.Derive("session"), "a for codes": a.Derive("code"), "a for nothing": a.Derive(""),
		"b for sessions": b.Derive("session"),
	} {
		if other, dup := seen[key.Encode()]; dup {
			t.Errorf("%s and %s are the same key", name, other)
		}
		seen[key.Encode()] = name
	}
	if a.Derive("session").Encode() != a.Derive("session").Encode() {
		t.Error("the same purpose gave two keys")
	}
}

// The expected value is HKDF-SHA256 by another implementation (Python's hmac,
// written after RFC 5869).
func TestDeriveIsHKDF(t *testing.T) {
	t.Parallel()
	key, err := seal.KeyFrom(bytes.Repeat([]byte{0x0b}, 32))
	if err != nil {
		t.Fatal(err)
	}
	const want = "3782fe417a7e9366e20d0c9ff269a8ceab5d3ee5712d9a238d2b22852ef307f2"
	if got := hex.EncodeToString(key.Derive("session").Bytes()); got != want {
		t.Errorf("Derive = %s, want %s", got, want)
	}
}

func TestBytesIsACopy(t *testing.T) {
	t.Parallel()
	key := seal.NewKey()
	before := key.Encode()
	key.Bytes()[0] ^= 1
	if key.Encode() != before {
		t.Error("changing what Bytes returned changed the key")
	}
}
