package api

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		pattern *pattern
		value   string
		want    bool
	}{
		{"the whole value counts", &patternUserPoolIdType, "us-east-1_abc!", false},
		{"a pool id", &patternUserPoolIdType, "us-east-1_AbC123", true},
		{"a trailing line end is not forgiven", &patternHexStringType, "ab\n", false},
		{"letters are ASCII where \\w stands", &patternClientIdType, "é", false},
		{"a username in any script", &patternCustomAttributeNameType, "ада@пример", true},
		{"a username with a mark and a symbol", &patternCustomAttributeNameType, "e\u0301€", true},
		{"a username with a space", &patternCustomAttributeNameType, "a b", false},
		{"a username with a space no keyboard has", &patternCustomAttributeNameType, "a\u00a0b", false},
		{"an empty username", &patternCustomAttributeNameType, "", false},
		{"the vertical tab is white space", &patternConfirmationCodeType, "a\vb", false},
		{"wide white space is none", &patternConfirmationCodeType, "a\u00a0b", true},
		{"a password with a space inside", &patternPasswordType, "tulip 42", true},
		{"a password with a space behind", &patternPasswordType, "tulip ", false},
		{"a password with a space before", &patternPasswordType, " tulip", false},
		{"a password of one character", &patternPasswordType, "x", false},
		{"a dot stops at a line separator", &patternPasswordType, "a \u2028 b", false},
		{"a message may be empty", &patternEmailInviteMessageType, "", true},
		{"a message of many lines", &patternSmsInviteMessageType, "a\nb", true},
		{"a code in a message", &patternSmsVerificationMessageType, "code {####}.", true},
		{"a token", &patternTokenModelType, "eyJ.a-b_c=", true},
		{"a token with a blank", &patternTokenModelType, "eyJ a", false},
	} {
		if got := tt.pattern.matches(tt.value); got != tt.want {
			t.Errorf("%s: %q against %s: got %v, want %v", tt.name, tt.value, tt.pattern.text, got, tt.want)
		}
	}
}

// expressions returns every Go expression of the generated rules.
func expressions(t testing.TB) []string {
	src, err := os.ReadFile("rules_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range regexp.MustCompile("expr: `([^`]*)`").FindAllSubmatch(src, -1) {
		out = append(out, string(m[1]))
	}
	if len(out) < 30 {
		t.Fatalf("found %d expressions", len(out))
	}
	return out
}

// FuzzClass holds the hand-made classes against regexp.
func FuzzClass(f *testing.F) {
	type pair struct {
		class *class
		re    *regexp.Regexp
	}
	var pairs []pair
	for _, expr := range expressions(f) {
		if c := parseClass(expr); c != nil {
			pairs = append(pairs, pair{c, regexp.MustCompile(`\A(?:` + expr + `)\z`)})
		}
	}
	if len(pairs) < 15 {
		f.Fatalf("only %d patterns are classes", len(pairs))
	}
	for _, seed := range []string{"", "ada", "a b", "a\tb\v", "é", "\u00a0", "\u0301", "+_=/.-", "日本", "😀", "*", "\x7f", "a\u2028"} {
		f.Add(seed)
	}
	for r := range rune(0x300) {
		f.Add(string(r))
	}
	f.Fuzz(func(t *testing.T, value string) {
		value = strings.ToValidUTF8(value, "?")
		for _, p := range pairs {
			if got, want := p.class.matches(value), p.re.MatchString(value); got != want {
				t.Fatalf("%q against %s: got %v, want %v", value, p.re, got, want)
			}
		}
	})
}
