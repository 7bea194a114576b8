package pool

import "strings"

// Filter is one condition on users, as ListUsers takes it. The zero Filter
// lets everybody through.
type Filter struct {
	Attribute string // as the filter names it; "" for everybody
	Prefix    bool   // ^= rather than =
	Value     string
}

// filterable are the attributes that a filter may name.
var filterable = map[string]bool{
	"username": true, "sub": true, "email": true, "phone_number": true, "name": true, "given_name": true,
	"family_name": true, "preferred_username": true, "cognito:user_status": true, "status": true,
}

// The errors of a filter.
var (
	errFilterSyntax = E(InvalidParameter, "Error while parsing filter.")
	errFilterCustom = E(InvalidParameter, "Input fails to satisfy the constraints.")
)

// ParseFilter reads a filter such as email ^= "ada": an attribute, = or ^=,
// and a value in double quotes, in which \" is a quote and \\ a backslash. An
// empty text is the zero Filter. InvalidParameter if it is anything else.
// Source: ListUsers in model/.
func ParseFilter(text string) (Filter, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Filter{}, nil
	}
	name, rest, ok := strings.Cut(text, "=")
	if !ok {
		return Filter{}, errFilterSyntax
	}
	name, prefix := strings.CutSuffix(name, "^")
	name = strings.TrimSpace(name)
	name = strings.TrimSuffix(strings.TrimPrefix(name, `"`), `"`)
	value, ok := quoted(strings.TrimSpace(rest))
	switch {
	case !ok || name == "" || strings.ContainsAny(name, " \"\\"):
		return Filter{}, errFilterSyntax
	case strings.HasPrefix(name, "custom:") || strings.HasPrefix(name, "dev:"):
		return Filter{}, errFilterCustom
	case !filterable[name]:
		return Filter{}, E(InvalidParameter, "Invalid search attribute: "+name)
	case prefix && name == "sub":
		return Filter{}, errFilterSyntax
	}
	return Filter{name, prefix, value}, nil
}

// quoted reads a value in double quotes that ends with text.
func quoted(text string) (string, bool) {
	inner, ok := strings.CutPrefix(text, `"`)
	if !ok {
		return "", false
	}
	var value strings.Builder
	for i := 0; i < len(inner); i++ {
		switch c := inner[i]; c {
		case '"':
			return value.String(), i == len(inner)-1
		case '\\':
			if i++; i == len(inner) || inner[i] != '"' && inner[i] != '\\' {
				return "", false
			}
			value.WriteByte(inner[i])
		default:
			value.WriteByte(c)
		}
	}
	return "", false
}
