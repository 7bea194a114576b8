package sqlstore

import (
	"maps"
	"strings"
	"testing"
)

func TestAttributesAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	for _, want := range []map[string]string{
		nil, {}, {"": ""}, {"name": "Ada"}, {"name": ",", "email": ":"}, {"name": ",:,", "nickname": "{}", "address": "[,]"},
		{"name": `"`, "email": `\`}, {"name": `a","b":"c`, "email": "é\n<&>"},
		{"email": "ada@example.com", "email_verified": "true", "custom:team": "7", "sub": "74785488-4041-70a4-dcfe-cddfca936be5"},
	} {
		checkAttributes(t, want)
	}
}

func TestAttributesThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "{", `{"`, `{"}`, `{"a"}`, `{"a":"b"`, `{"a":"b","c"}`, `{"a":1}`, `{"a":"b""c":"d"}`, `{"a":"b",c":"d"}`, `["a"]`} {
		if got, err := decodeAttributes(body); err == nil {
			t.Errorf("%s is read as %q", body, got)
		}
	}
}

func checkAttributes(t *testing.T, want map[string]string) {
	t.Helper()
	body, err := encode("user", want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeAttributes(body)
	if err != nil || !maps.Equal(got, want) || (got == nil) != (want == nil) {
		t.Errorf("%s is read as %q, %v", body, got, err)
	}
}

func FuzzAttributes(f *testing.F) {
	f.Add("name", "Ada", "email", "ada@example.com")
	f.Add("a", ",", `b":"`, `","`)
	f.Add(":", "", "", `\`)
	f.Fuzz(func(t *testing.T, name1, value1, name2, value2 string) {
		// What is no UTF-8 is refused long before and comes back as U+FFFD.
		all := map[string]string{}
		for _, pair := range [][2]string{{name1, value1}, {name2, value2}} {
			all[strings.ToValidUTF8(pair[0], "?")] = strings.ToValidUTF8(pair[1], "?")
		}
		checkAttributes(t, all)
	})
}

func BenchmarkAttributes(b *testing.B) {
	const body = `{"email":"ada@example.com","email_verified":"true","name":"Ada Lovelace","sub":"74785488-4041-70a4-dcfe-cddfca936be5"}`
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeAttributes(body); err != nil {
			b.Fatal(err)
		}
	}
}
