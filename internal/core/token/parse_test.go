package token

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

// A read that begins is seen by those who ask after it, before it has ended.
func TestOneReaderOfKeysIsEnough(t *testing.T) {
	t.Parallel()
	c, now := newKeyCache(1), time.Now()
	c.put(7, now, nil)
	for i, want := range []bool{true, false, false} {
		if _, due := c.get(7, now.Add(keysRetry), keysRetry); due != want {
			t.Errorf("call %d: due = %v, want %v", i, due, want)
		}
	}
}

// What parses is an access token in exactly one spelling.
func FuzzParse(f *testing.F) {
	b64 := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	header := b64(`{"kid":"k","alg":"RS256"}`)
	for _, text := range []string{
		"", ".", "..", "...", "a.b.c",
		header + "." + b64(`{"token_use":"access"}`) + "." + b64("signature"),
		header + "." + b64(`{"token_use":"access","exp":1e400}`) + ".",
		header + "." + b64(`{"token_use":"access","iss":{}}`) + ".AA",
		header + "." + b64(`{"token_use":"access"}`) + ".AB",
		header + "." + b64(`{"token_use":"id"}`) + ".AA",
		header + "." + b64(`{"token_use":"access"}`) + "\n.AA",
		header + "." + b64(strings.Repeat(`{"a":`, 20_000)) + ".AA",
		header + "." + b64(`{"token_use":"access"}`) + "." + strings.Repeat("A", maxJWT),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		token, ok := parse(text)
		if !ok {
			return
		}
		if got := token.signed + "." + base64.RawURLEncoding.EncodeToString(token.signature); got != text {
			t.Errorf("parts of %q make %q", text, got)
		}
		if !strings.HasPrefix(token.signed, token.header+".") || token.claims.Use != useAccess || len(text) > maxJWT {
			t.Errorf("%q was taken for an access token", text)
		}
	})
}
