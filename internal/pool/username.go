package pool

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// LooksLikeEmail reports whether s has the shape of one bare e-mail address,
// in which nothing is invisible.
func LooksLikeEmail(s string) bool {
	if strings.ContainsAny(s, "<>\"(),") || strings.ContainsFunc(s, invisible) {
		return false
	}
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

// invisible is true of spaces, control characters and those that only format
// the text around them.
func invisible(r rune) bool { return unicode.IsSpace(r) || unicode.In(r, unicode.C, unicode.Z) }

// LooksLikePhone reports whether s is an E.164 number: a plus sign and up to
// 15 digits.
func LooksLikePhone(s string) bool {
	if len(s) < 2 || len(s) > 16 || s[0] != '+' {
		return false
	}
	for _, r := range s[1:] {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// LooksLikeSub reports whether s has the shape of a sub: a lower-case UUID.
func LooksLikeSub(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, r := range s {
		switch i {
		case 8, 13, 18, 23:
			if r != '-' {
				return false
			}
		default:
			if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
				return false
			}
		}
	}
	return true
}

// LooksLikeUsername reports whether name has the form of a user name, where the
// model has not seen to it. Source: UsernameType in model/.
func LooksLikeUsername(name string) bool {
	return name != "" && utf8.RuneCountInString(name) <= 128 && !strings.ContainsFunc(name, notInName)
}

func notInName(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.M, unicode.S, unicode.N, unicode.P)
}

// AttributeForUsername says where the name of a new user belongs: the
// attribute that holds it in pools that sign in by e-mail or phone, "" where
// it is the user name itself. InvalidParameter if the pool takes no such name.
func (p *Pool) AttributeForUsername(name string) (string, error) {
	if len(p.UsernameAttributes) > 0 {
		return p.usernameAttribute(name)
	}
	switch {
	case p.HasAlias("email") && LooksLikeEmail(name):
		return "", E(InvalidParameter, "Username cannot be of email format, since user pool is configured for email alias.")
	case p.HasAlias("phone_number") && LooksLikePhone(name):
		return "", E(InvalidParameter, "Username cannot be of phone number format, since user pool is configured for phone number alias.")
	}
	return "", nil
}

func (p *Pool) usernameAttribute(name string) (string, error) {
	email, phone := p.HasUsernameAttribute("email"), p.HasUsernameAttribute("phone_number")
	switch {
	case email && LooksLikeEmail(name):
		return "email", nil
	case phone && LooksLikePhone(name):
		return "phone_number", nil
	case email && phone:
		return "", E(InvalidParameter, "Username should be either an email or a phone number.")
	case email:
		return "", E(InvalidParameter, "Username should be an email.")
	}
	return "", E(InvalidParameter, "Username should be a phone number.")
}

// ExistsMessage is what a caller hears who wants a name that is taken. key is
// the key of store.ExistsError; admin operations have words of their own.
func ExistsMessage(key string, admin bool) string {
	switch {
	case key == "email" || key == "phone_number":
		return "An account with the given " + key + " already exists."
	case admin:
		return "User account already exists"
	}
	return "User already exists"
}
