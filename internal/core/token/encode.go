package token

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// claim is one member of a payload. Its value is a string, an int64, a bool, a
// []string, an address, identities or a json.RawMessage.
type claim struct {
	name  string
	value any
}

// address is the claim of OpenID Connect Core section 5.1.1 with what the user
// calls the address in its one member for that.
type address string

// identities is a claim whose value is JSON already, as the store has it.
type identities string

// appendClaims appends claims as a JSON object, in the order that they have:
// the bytes that encoding/json gives, a few microseconds a token sooner.
func appendClaims(b []byte, claims []claim) []byte {
	b = append(b, '{')
	for i, c := range claims {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, c.name), ':')
		b = appendValue(b, c.value)
	}
	return append(b, '}')
}

func appendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case string:
		return appendText(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case bool:
		return strconv.AppendBool(b, v)
	case address:
		return append(appendText(append(b, `{"formatted":`...), string(v)), '}')
	case identities:
		return append(b, v...)
	case json.RawMessage: // as a function wrote it
		return append(b, v...)
	case []string:
		b = append(b, '[')
		for i, text := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendText(b, text)
		}
		return append(b, ']')
	}
	panic("token: a claim has a value of no type for claims")
}

// appendText appends s in quotes. What needs an escape, or may, is left to
// encoding/json.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, err := json.Marshal(s)
			if err != nil {
				panic(err) // it is a string
			}
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// sortClaims brings claims into the order of their names.
func sortClaims(claims []claim) {
	slices.SortFunc(claims, func(a, b claim) int { return strings.Compare(a.name, b.name) })
}
