package passkey

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// Whatever a service sends for options, it stays a value in the page's script.
func FuzzOptionsInThePage(f *testing.F) {
	for _, seed := range []string{
		`{"challenge":"AQID","rpId":"localhost"}`, `{"rp":{"name":"</script><script>alert(1)</script>"}}`, `"<!--"`, `{"a":"\u2028\u2029"}`,
		`{"a":"` + "`${alert(1)}`" + `"}`, `null`, `1e400`, `{`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, options string) {
		if !json.Valid([]byte(options)) {
			return
		}
		var text bytes.Buffer
		if err := page.Execute(&text, map[string]any{"Nonce": "n", "Kind": "get", "Options": json.RawMessage(options)}); err != nil {
			return // and nothing is sent
		}
		lower := strings.ToLower(text.String())
		if strings.Count(lower, "<script") != 1 || strings.Count(lower, "</script") != 1 || strings.Contains(lower, "<!--") {
			t.Fatalf("the options broke out:\n%s", text.String())
		}
		_, after, _ := strings.Cut(text.String(), "const options = ")
		value, _, _ := strings.Cut(after, ";\nconst by = ")
		var got, want any
		if json.Unmarshal([]byte(options), &want) == nil {
			if err := json.Unmarshal([]byte(value), &got); err != nil {
				t.Fatalf("the page has %s for %s: %v", value, options, err)
			}
		}
	})
}
