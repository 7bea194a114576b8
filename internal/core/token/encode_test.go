package token

import (
	"encoding/json"
	"testing"
)

// marshal is what encoding/json makes of a claim.
func marshal(t *testing.T, c claim) string {
	t.Helper()
	value := c.value
	switch v := value.(type) {
	case address:
		value = map[string]string{"formatted": string(v)}
	case identities:
		value = json.RawMessage(v)
	}
	b, err := json.Marshal(map[string]any{c.name: value})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestClaimsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	t.Parallel()
	for _, c := range []claim{
		{"sub", ""}, {"name", "Ada Lovelace ~"}, {"name", `"\`}, {"name", "<&>"}, {"name", "Zoë 🦊\u2028"}, {"name", "\x00\x1f\x7f\n"},
		{"name", "a\xffb"}, {`custom:"`, "x"}, {"exp", int64(1893557045)}, {"updated_at", int64(-1)},
		{"email_verified", true}, {"email_verified", false}, {"address", address("1 Main St\nSpringfield")},
		{"identities", attributeClaim("identities", `[{"userId":"1"}]`)}, {"identities", attributeClaim("identities", `[{"user`)},
		{"cognito:groups", []string{"one"}}, {"cognito:groups", []string{"a<b", "c\"d", ""}},
	} {
		if got, want := string(appendClaims(nil, []claim{c})), marshal(t, c); got != want {
			t.Errorf("%q is %s, want %s", c.value, got, want)
		}
	}
	got := string(appendClaims([]byte("before"), []claim{{"b", "1"}, {"a", int64(2)}}))
	if want := `before{"b":"1","a":2}`; got != want {
		t.Errorf("two claims are %s, want %s", got, want)
	}
}

func FuzzAppendText(f *testing.F) {
	for _, s := range []string{"", "ada", `a"b\c`, "<script>&", "é\u2028\u2029", "\xff\xfe", "\x00\x7f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := string(appendClaims(nil, []claim{{s, s}})), marshal(t, claim{s, s}); got != want {
			t.Errorf("%q is %s, want %s", s, got, want)
		}
	})
}

func BenchmarkAppendClaims(b *testing.B) {
	claims := accessClaims{
		Subject: "74785488-4041-70a4-dcfe-cddfca936be5", Issuer: "http://127.0.0.1:9229/us-east-1_AbCdEf123",
		ClientID: "3n4b5urk1ft4fl3mg5e62d9ado", OriginJTI: "74785488-4041-70a4-dcfe-cddfca936be5",
		Family: "74785488-4041-70a4-dcfe-cddfca936be5", Use: useAccess, Scope: APIScope, AuthTime: 1893553445,
		Expires: 1893557045, Issued: 1893553445, ID: "74785488-4041-70a4-dcfe-cddfca936be5", Username: "ada",
	}
	b.ReportAllocs()
	for b.Loop() {
		appendClaims(make([]byte, 0, usualPayload), claims.list())
	}
}
