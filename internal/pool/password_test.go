package pool

import (
	"strings"
	"testing"
)

func TestPasswordPolicy(t *testing.T) {
	t.Parallel()
	all := DefaultPasswordPolicy
	only := func(change func(*PasswordPolicy)) PasswordPolicy {
		p := PasswordPolicy{MinLength: 1}
		change(&p)
		return p
	}
	symbol := only(func(p *PasswordPolicy) { p.RequireSymbol = true })
	for _, tt := range []struct {
		name     string
		policy   PasswordPolicy
		password string
		want     string
	}{
		{"all there", all, "Tulip-42", ""},
		{"one short", all, "Tulip-4", "Password not long enough"},
		{"short comes before what else is missing", all, "x", "Password not long enough"},
		{"no lower case", all, "TULIP-42", "Password must have lowercase characters"},
		{"no upper case", all, "tulip-42", "Password must have uppercase characters"},
		{"no digit", all, "Tulip-xx", "Password must have numeric characters"},
		{"no symbol", all, "Tulip042", "Password must have symbol characters"},
		{"characters count, not bytes", PasswordPolicy{MinLength: 4}, "äöü", "Password not long enough"},
		{"four of them", PasswordPolicy{MinLength: 4}, "äöü\U0001F511", ""},
		{"an umlaut is a letter", only(func(p *PasswordPolicy) { p.RequireLower = true }), "ä", ""},
		{"a capital umlaut too", only(func(p *PasswordPolicy) { p.RequireUpper = true }), "Ä", ""},
		{"a letter without case is neither", only(func(p *PasswordPolicy) { p.RequireLower = true }), "字", "Password must have lowercase characters"},
		{"digits are those of ASCII", only(func(p *PasswordPolicy) { p.RequireDigit = true }), "٣", "Password must have numeric characters"},
		{"a space inside counts as a symbol", symbol, "tulip 42", ""},
		{"an umlaut is no symbol", symbol, "tülip42", "Password must have symbol characters"},
		{"a currency sign outside the list is none", symbol, "tulip€42", "Password must have symbol characters"},
		{"nothing is asked for", PasswordPolicy{}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.policy.Violation(tt.password); got != tt.want {
				t.Errorf("Violation(%q) = %q, want %q", tt.password, got, tt.want)
			}
		})
	}
	for _, r := range "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-" {
		if v := symbol.Violation("a" + string(r)); v != "" {
			t.Errorf("%q: %s", r, v)
		}
	}
}

func TestPasswordPolicyCheck(t *testing.T) {
	t.Parallel()
	err, _ := DefaultPasswordPolicy.Check("short").(*Error)
	if err == nil || err.Kind != InvalidPassword || err.Message != "Password did not conform with policy: Password not long enough" {
		t.Errorf("Check = %v", err)
	}
	if err := DefaultPasswordPolicy.Check("Tulip-42"); err != nil {
		t.Errorf("a good one: %v", err)
	}
	if err := DefaultPasswordPolicy.Check("secret-x"); strings.Contains(err.Error(), "secret") {
		t.Errorf("the error repeats the password: %v", err)
	}
}
