package main

import (
	"cmp"
	"fmt"
	"strings"
)

func cmpNames(a, b string) int { return cmp.Compare(a, b) }

// fieldName returns the exported Go name of a member; all but two members of
// the model begin with a capital already.
func fieldName(member string) string { return strings.ToUpper(member[:1]) + member[1:] }

// wirePath returns the member as the service names it in violations.
func wirePath(member string) string { return strings.ToLower(member[:1]) + member[1:] }

// enumConst returns the Go constant of one enum value: words in capitals
// become Title case, so USER_SRP_AUTH is UserSrpAuth, and the rest keeps its
// letters, so DateTime stays DateTime.
func enumConst(enum, value string) string {
	var b strings.Builder
	b.WriteString(enum)
	for word := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == '_' || r == '-' }) {
		rest := word[1:]
		if word == strings.ToUpper(word) {
			rest = strings.ToLower(rest)
		}
		b.WriteString(strings.ToUpper(word[:1]) + rest)
	}
	return b.String()
}

// goType returns the Go type of a shape that is present.
func (m *model) goType(name string) string {
	s := m.Shapes[name]
	switch s.Type {
	case "string":
		if len(s.Enum) > 0 {
			return s.Name
		}
		return "string"
	case "boolean":
		return "bool"
	case "integer":
		return "int32"
	case "long":
		return "int64"
	case "timestamp":
		return "time.Time"
	case "blob":
		return "[]byte"
	case "document":
		return "json.RawMessage"
	case "list":
		return "[]" + m.goType(s.Member)
	case "map":
		return "map[string]" + m.goType(s.Value)
	case "structure":
		return s.Name
	}
	panic(fmt.Sprintf("shape %s has unknown type %q", s.Name, s.Type))
}

// nilable reports whether the Go type of the shape has a nil that can stand
// for absent. Others are pointers when optional.
func (s *shape) nilable() bool {
	switch s.Type {
	case "blob", "document", "list", "map":
		return true
	}
	return false
}

// fieldType returns the Go type of a member of s.
func (m *model) fieldType(s *shape, x member) string {
	t := m.goType(x.Shape)
	if s.requires(x.Name) || m.Shapes[x.Shape].nilable() {
		return t
	}
	return "*" + t
}

// tracked returns the required members of s whose Go type cannot show that
// they are absent; decoding keeps a bit for each, in this order.
func (m *model) tracked(s *shape) []string {
	var out []string
	for _, x := range s.Members {
		if s.inInput && s.requires(x.Name) && !m.Shapes[x.Shape].nilable() {
			out = append(out, x.Name)
		}
	}
	return out
}
