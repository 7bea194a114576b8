package server

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A secret in the forms that it could have been stored in.
type needle [][]byte

// newNeedle returns the forms of a secret: as it is, in hexadecimal, and in
// base64, also as a part of something longer.
func newNeedle(secret []byte) needle {
	lower := hex.EncodeToString(secret)
	n := needle{secret, []byte(lower), []byte(strings.ToUpper(lower))}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			text := encoding.EncodeToString(append(make([]byte, before), secret...))
			// The first and the last characters depend on the neighbours too.
			first, last := []int{0, 2, 3}[before], len(text)
			if (before+len(secret))%3 != 0 {
				last--
			}
			n = append(n, []byte(text[first:last]))
		}
	}
	return n
}

// in reports whether text holds the secret in any of its forms.
func (n needle) in(text []byte) bool {
	return slices.ContainsFunc(n, func(form []byte) bool { return bytes.Contains(text, form) })
}

// secrets are what must not be found, by what they are.
type secrets map[string][]byte

// foundIn returns the names of those that text holds.
func (s secrets) foundIn(text []byte) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if newNeedle(s[name]).in(text) {
			names = append(names, name)
		}
	}
	return names
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	if len(text)%2 == 1 {
		text = "0" + text
	}
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSearch(t *testing.T) {
	t.Parallel()
	secret := []byte("Orchid-Meadow-7")
	all := secrets{"password": secret}
	for name, hidden := range map[string]string{
		"as it is":                      "xx" + string(secret) + "yy",
		"hexadecimal":                   hex.EncodeToString(secret),
		"upper-case hexadecimal":        strings.ToUpper(hex.EncodeToString(secret)),
		"base64":                        base64.StdEncoding.EncodeToString(secret),
		"base64, one byte into a blob":  base64.StdEncoding.EncodeToString([]byte("x" + string(secret) + "yy")),
		"base64, two bytes into a blob": base64.URLEncoding.EncodeToString([]byte("xy" + string(secret) + "z")),
	} {
		if got := all.foundIn([]byte(hidden)); len(got) != 1 {
			t.Errorf("%s: not found in %q", name, hidden)
		}
	}
	if got := all.foundIn([]byte("Orchid-Meadow-8")); len(got) != 0 {
		t.Errorf("found %v where it is not", got)
	}
}
