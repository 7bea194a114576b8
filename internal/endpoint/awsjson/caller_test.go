package awsjson_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
)

func TestAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"192.0.2.1:4711": "192.0.2.1", "192.0.2.1": "192.0.2.1", "[2001:db8::1]:443": "2001:db8::1", "2001:DB8:0::1": "2001:db8::1",
		"[::ffff:192.0.2.1]:1": "192.0.2.1", "[fe80::1%eth0]:1": "fe80::1", "": "", "example.com:80": "", "192.0.2.1.5": "", "@": "",
	} {
		if got := awsjson.Address(text); got != want {
			t.Errorf("Address(%s) = %q, want %q", text, got, want)
		}
	}
}

func FuzzAgent(f *testing.F) {
	f.Add("Mozilla/5.0")
	f.Add(strings.Repeat("ü", 300))
	f.Add("a\x00b\nc\xff")
	f.Fuzz(func(t *testing.T, text string) {
		got := awsjson.Agent(text)
		if len(got) > awsjson.MaxAgent || !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("Agent(%q) = %q", text, got)
		}
		if awsjson.Agent(got) != got {
			t.Errorf("%q is cut again", got)
		}
	})
}
