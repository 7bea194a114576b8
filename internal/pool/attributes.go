package pool

import (
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxAttributeLength is the longest value of any attribute, in characters.
const maxAttributeLength = 2048

// Writable reports whether the client may write the attribute. Without a list
// of its own a client writes everything but the verified flags, which no
// client writes, and what is for developers only.
func (c *Client) Writable(name string) bool {
	if VerifiedFlag(name) || strings.HasPrefix(name, "dev:") {
		return false
	}
	return c.WriteAttributes == nil || slices.Contains(c.WriteAttributes, name)
}

// VerifiedFlag reports whether an attribute says that an address was proved. A
// custom attribute never does, whatever its name ends with.
func VerifiedFlag(name string) bool {
	return name == "email_verified" || name == "phone_number_verified"
}

// Readable reports whether the client may read the attribute. Without a list
// of its own a client reads everything but what is for developers only.
func (c *Client) Readable(name string) bool {
	if strings.HasPrefix(name, "dev:") {
		return false
	}
	return name == "sub" || c.ReadAttributes == nil || slices.Contains(c.ReadAttributes, name)
}

// CheckWritable returns NotAuthorized if the client may not write one of names.
func (c *Client) CheckWritable(attributes map[string]string) error {
	for name := range attributes {
		if !c.Writable(name) {
			return E(NotAuthorized, "A client attempted to write unauthorized attribute")
		}
	}
	return nil
}

// CheckNew returns the attributes of a new user in their normal form, or
// InvalidParameter. required asks for the required ones too, which an
// administrator may leave out.
func (s Schema) CheckNew(attributes map[string]string, required bool) (map[string]string, error) {
	normal := make(map[string]string, len(attributes))
	var faults strings.Builder
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if name == "sub" {
			return nil, E(InvalidParameter, "Cannot modify the non-mutable attribute sub")
		}
		definition, known := s.Find(name)
		if !known || name == "identities" || strings.HasPrefix(name, "cognito:") {
			faults.WriteString(name + ": Attribute does not exist in the schema.\n")
			continue
		}
		if err := definition.checkAddress(attributes[name]); err != nil {
			return nil, err
		}
		value, fault := definition.normal(attributes[name])
		switch {
		case fault != "":
			faults.WriteString(name + ": " + fault + "\n")
		case value != "":
			normal[name] = value
		}
	}
	for _, a := range s {
		if required && a.Required && a.Name != "sub" && attributes[a.Name] == "" {
			faults.WriteString(a.Name + ": The attribute is required\n")
		}
	}
	if faults.Len() > 0 {
		return nil, E(InvalidParameter, "Attributes did not conform to the schema: "+faults.String())
	}
	return normal, nil
}

// checkAddress returns InvalidParameter if value shall be an address and does
// not look like one.
func (a Attribute) checkAddress(value string) error {
	switch {
	case value == "":
	case a.Name == "email" && !LooksLikeEmail(value):
		return E(InvalidParameter, "Invalid email address format.")
	case a.Name == "phone_number" && !LooksLikePhone(value):
		return E(InvalidParameter, "Invalid phone number format.")
	}
	return nil
}

// normal returns a value as it is kept, booleans in lower case, or what is
// wrong with it. An empty value stands for no value and always fits.
func (a Attribute) normal(value string) (kept, fault string) {
	switch {
	case value == "":
		return "", ""
	case a.Type == "Boolean":
		if v := strings.ToLower(value); v == "true" || v == "false" {
			return v, ""
		}
		return "", "Boolean attributes must be true or false"
	case a.Type == "Number" || a.Type == "DateTime":
		fault = a.numberFault(value)
	default:
		fault = a.lengthFault(utf8.RuneCountInString(value))
	}
	if fault != "" {
		return "", fault
	}
	return value, ""
}

// lengthFault says what is wrong with a text of so many characters, or "".
func (a Attribute) lengthFault(length int) string {
	var b Bounds
	if a.StringBounds != nil {
		b = *a.StringBounds
	}
	if low, err := strconv.Atoi(b.Min); err == nil && length < low {
		return "String must be no shorter than " + b.Min + " characters"
	}
	if high, err := strconv.Atoi(b.Max); err == nil && length > high {
		return "String must be no longer than " + b.Max + " characters"
	}
	if length > maxAttributeLength {
		return "String must be no longer than 2048 characters"
	}
	return ""
}

// numberFault says what is wrong with a number, or "".
func (a Attribute) numberFault(value string) string {
	n, ok := decimal(value)
	if !ok {
		return a.Type + " attributes must be a number"
	}
	if a.NumberBounds == nil {
		return ""
	}
	if low, ok := decimal(a.NumberBounds.Min); ok && n.Cmp(low) < 0 {
		return "Number attributes cannot have a value of less than " + a.NumberBounds.Min
	}
	if high, ok := decimal(a.NumberBounds.Max); ok && n.Cmp(high) > 0 {
		return "Number attributes cannot have a value of more than " + a.NumberBounds.Max
	}
	return ""
}

// decimal reads digits with an optional sign and fraction. Exponents are not
// taken: a short text must not become a huge number.
func decimal(s string) (*big.Rat, bool) {
	if s == "" || len(s) > 64 || strings.Trim(s, "+-.0123456789") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

func (a Attribute) fault(message string) error {
	return E(InvalidParameter, "user."+a.Name+": "+message)
}
