package storage

import (
	"encoding/base64"
	"maps"
	"strings"
	"testing"
)

// FuzzFile feeds strangers' bytes to the readers of both kinds of file.
func FuzzFile(f *testing.F) {
	key := strings.Repeat("0f", 16)
	locked := &sealed{ring: oneKey{}, service: "cenote"}
	doc, err := locked.seal(map[string]string{"a": "1"}, document{Key: key})
	if err != nil {
		f.Fatal(err)
	}
	text, err := doc.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	for _, seed := range []string{
		"", "{}", "null", "[]", "{", "\xff", `{"format":"cenote-session/1","items":{"a":"1","":""}}`,
		`{"format":"cenote-session/1","items":null}`, `{"format":"cenote-session/1","items":{"a":null}}`,
		`{"format":"cenote-session-sealed/1","key":"` + key + `","sealed":"AA=="}`,
		`{"format":"cenote-session-sealed/1","key":"` + key + `","sealed":"` + strings.Repeat("A", 64) + `"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		doc, err := decode(text)
		if err != nil {
			if err != ErrCorrupt {
				t.Fatalf("error %v, want ErrCorrupt", err)
			}
			return
		}
		for _, form := range []form{plain{}, &sealed{ring: oneKey{}, service: "cenote"}} {
			items, err := form.open(doc)
			if err != nil {
				continue
			}
			again, err := form.seal(items, doc)
			if err != nil {
				t.Fatalf("seal what was opened: %v", err)
			}
			if got, err := form.open(again); err != nil || !maps.Equal(got, items) {
				t.Fatalf("%q came back as %q, %v", items, got, err)
			}
		}
	})
}

// oneKey is a keyring with the same key under every name.
type oneKey struct{}

func (oneKey) Get(string, string) (string, error) {
	return base64.StdEncoding.EncodeToString(make([]byte, 32)), nil
}
func (oneKey) Set(string, string, string) error { return nil }
func (oneKey) Delete(string, string) error      { return nil }
