package pool

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// PasswordPolicy is what a pool asks of a new password.
type PasswordPolicy struct {
	MinLength     int32
	RequireLower  bool
	RequireUpper  bool
	RequireDigit  bool
	RequireSymbol bool
	TemporaryDays int32 // how long a temporary password lives; 0 means 7
	HistorySize   int32
}

// DefaultPasswordPolicy is the policy of a pool that was made without one.
var DefaultPasswordPolicy = PasswordPolicy{
	MinLength: 8, RequireLower: true, RequireUpper: true, RequireDigit: true, RequireSymbol: true, TemporaryDays: 7,
}

// passwordSymbols are the characters that count as a symbol; a space inside
// the password counts too.
const passwordSymbols = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+="

// Violation returns the first rule that password breaks, in the service's
// words, or "" when it breaks none. Letters are judged by Unicode category.
func (p PasswordPolicy) Violation(password string) string {
	var lower, upper, digit, symbol bool
	for _, r := range password {
		lower = lower || unicode.IsLower(r)
		upper = upper || unicode.IsUpper(r)
		digit = digit || r >= '0' && r <= '9'
		symbol = symbol || r == ' ' || strings.ContainsRune(passwordSymbols, r)
	}
	switch {
	case utf8.RuneCountInString(password) < int(p.MinLength):
		return "Password not long enough"
	case p.RequireLower && !lower:
		return "Password must have lowercase characters"
	case p.RequireUpper && !upper:
		return "Password must have uppercase characters"
	case p.RequireDigit && !digit:
		return "Password must have numeric characters"
	case p.RequireSymbol && !symbol:
		return "Password must have symbol characters"
	}
	return ""
}

// Check returns InvalidPassword when password breaks the policy, else nil.
func (p PasswordPolicy) Check(password string) error {
	if v := p.Violation(password); v != "" {
		return E(InvalidPassword, "Password did not conform with policy: "+v)
	}
	return nil
}
