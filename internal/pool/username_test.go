package pool

import (
	"strings"
	"testing"
	"unicode"
)

func TestLooksLikeEmail(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"ada@example.com": true, "Ada.L+x@sub.example.com": true, "a@b": true, "ädä@exämple.com": true, "o'neil@example.com": true,
		"": false, "ada": false, "@example.com": false, "ada@": false, "ada@@example.com": false, "ada@a@example.com": false,
		"Ada <ada@example.com>": false, "<ada@example.com>": false, "ada@example.com ": false, " ada@example.com": false,
		"ada @example.com": false, "ada@example.com\n": false, "ada@example.com\r\nBcc: eve@example.com": false,
		"ada@example.com,eve@example.com": false, `"ada"@example.com`: false, "ada@example.com (Ada)": false, "ada.@example.com": false,
		"ada\x00@example.com": false, "ada@exam\x00ple.com": false, "ada\x7f@example.com": false, "ada\u00a0@example.com": false,
		"ada\u202e@example.com": false,
	} {
		if got := LooksLikeEmail(text); got != want {
			t.Errorf("LooksLikeEmail(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestLooksLikePhone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"+15551234567": true, "+1": true, "+123456789012345": true,
		"": false, "+": false, "15551234567": false, "+1234567890123456": false, "+1 555": false, "+1-555": false,
		"++1": false, "+1x": false, "+١٢٣": false, "+1\n": false,
	} {
		if got := LooksLikePhone(text); got != want {
			t.Errorf("LooksLikePhone(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestLooksLikeSub(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"6f5902ac-2371-4f47-9c33-2e64ba8ae6e0": true, "74785488-4041-70a4-dcfe-cddfca936be5": true,
		"": false, "6F5902AC-2371-4F47-9C33-2E64BA8AE6E0": false, "6f5902ac23714f479c332e64ba8ae6e0": false,
		"6f5902ac-2371-4f47-9c33-2e64ba8ae6e": false, "6f5902ac-2371-4f47-9c33-2e64ba8ae6e00": false,
		"6f5902ac-2371-4f47-9c33-2e64ba8ae6eg": false, "6f5902ac-2371-4f47-9c332-e64ba8ae6e0": false,
		"6f5902ac-2371-4f47-9c33-2e64ba8ae6\u00e9": false,
	} {
		if got := LooksLikeSub(text); got != want {
			t.Errorf("LooksLikeSub(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestAttributeForUsername(t *testing.T) {
	t.Parallel()
	const address, number = "ada@example.com", "+15551234567"
	for _, tt := range []struct {
		name             string
		username, alias  []string
		typed, attribute string
		want             string
	}{
		{"a name", nil, nil, "ada", "", ""},
		{"an address as a name", nil, nil, address, "", ""},
		{"an address", []string{"email"}, nil, address, "email", ""},
		{"a number", []string{"phone_number"}, nil, number, "phone_number", ""},
		{"an address of either", []string{"phone_number", "email"}, nil, address, "email", ""},
		{"a number of either", []string{"email", "phone_number"}, nil, number, "phone_number", ""},
		{"a name for an address", []string{"email"}, nil, "ada", "", "Username should be an email."},
		{"a number for an address", []string{"email"}, nil, number, "", "Username should be an email."},
		{"an address for a number", []string{"phone_number"}, nil, address, "", "Username should be a phone number."},
		{"a name for either", []string{"email", "phone_number"}, nil, "ada", "", "Username should be either an email or a phone number."},
		{"a name beside aliases", nil, []string{"email", "phone_number"}, "ada", "", ""},
		{"an address beside the alias", nil, []string{"email"}, address, "",
			"Username cannot be of email format, since user pool is configured for email alias."},
		{"a number beside the alias", nil, []string{"phone_number"}, number, "",
			"Username cannot be of phone number format, since user pool is configured for phone number alias."},
		{"a number beside the other alias", nil, []string{"email"}, number, "", ""},
		{"an address beside preferred user names", nil, []string{"preferred_username"}, address, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &Pool{UsernameAttributes: tt.username, AliasAttributes: tt.alias}
			got, err := p.AttributeForUsername(tt.typed)
			if got != tt.attribute || !says(err, InvalidParameter, tt.want) {
				t.Errorf("AttributeForUsername(%q) = %q, %v; want %q, %q", tt.typed, got, err, tt.attribute, tt.want)
			}
		})
	}
}

// says reports whether err is of kind in these words, or nil for no words.
func says(err error, kind Kind, message string) bool {
	e, ok := err.(*Error)
	if message == "" {
		return err == nil
	}
	return ok && e.Kind == kind && e.Message == message
}

func TestExistsMessage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		key   string
		admin bool
		want  string
	}{
		{"username", false, "User already exists"}, {"username", true, "User account already exists"},
		{"email", false, "An account with the given email already exists."}, {"email", true, "An account with the given email already exists."},
		{"phone_number", false, "An account with the given phone_number already exists."},
	} {
		if got := ExistsMessage(tt.key, tt.admin); got != tt.want {
			t.Errorf("ExistsMessage(%q, %v) = %q, want %q", tt.key, tt.admin, got, tt.want)
		}
	}
}

// What is taken for an address goes into the head of a mail.
func FuzzLooksLikeEmail(f *testing.F) {
	for _, s := range []string{"ada@example.com", "a@[127.0.0.1]", "\"a b\"@c", "a@b\r\nBcc: c@d", "<a@b>", "=?utf-8?q?a?=@b", "é@é", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !LooksLikeEmail(s) {
			return
		}
		if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) || r == '<' || r == '>' }) {
			t.Errorf("%q was taken", s)
		}
		if strings.Count(s, "@") < 1 || LooksLikePhone(s) || LooksLikeSub(s) {
			t.Errorf("%q was taken", s)
		}
	})
}
