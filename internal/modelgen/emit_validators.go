package main

import (
	"fmt"
	"strings"
)

// hasRule reports whether values of the shape itself are constrained,
// apart from what they contain.
func (s *shape) hasRule() bool {
	if s.Type == "list" || s.Type == "map" || s.Type == "blob" {
		return s.Max != nil || s.Min != nil && *s.Min > 0
	}
	return s.Min != nil || s.Max != nil || s.Pattern != "" || len(s.Enum) > 0
}

// checks reports whether anything in a value of the shape can be wrong.
func (m *model) checks(name string) bool {
	s := m.Shapes[name]
	if s.hasRule() || len(s.Required) > 0 {
		return true
	}
	for _, ref := range s.references() {
		if m.checks(ref) {
			return true
		}
	}
	return false
}

func emitRules(m *model) (*source, error) {
	s := newSource()
	patterns, err := emitPatterns(m, s)
	if err != nil {
		return nil, err
	}
	s.p("var (")
	for _, r := range m.shapes(func(s *shape) bool { return s.inInput && s.hasRule() }) {
		switch r.Type {
		case "string":
			s.p("rule%s = stringRule{%s}", r.Name, strings.Join(stringRule(r, patterns), ", "))
		case "integer", "long", "list", "map", "blob":
			s.p("rule%s = rangeRule{%s}", r.Name, strings.Join(bounds(r), ", "))
		default:
			return nil, fmt.Errorf("shape %s: constraints on a %s", r.Name, r.Type)
		}
	}
	s.p(")")
	return s, nil
}

// accepts are the patterns of a shape.
type accepts struct{ pattern, also string }

// emitPatterns writes one variable for each different pattern, named after
// the first shape that has it, and returns the names.
func emitPatterns(m *model, s *source) (map[accepts]string, error) {
	names := make(map[accepts]string)
	s.p("var (")
	for _, r := range m.shapes(func(s *shape) bool { return s.inInput && s.Pattern != "" }) {
		key := accepts{r.Pattern, r.Also}
		if names[key] != "" {
			continue
		}
		expr, err := translate(r.Pattern)
		if err != nil {
			return nil, fmt.Errorf("shape %s: %w", r.Name, err)
		}
		if r.Also != "" {
			expr += "|" + r.Also
		}
		names[key] = "pattern" + r.Name
		s.p("pattern%s = pattern{text: `%s`, expr: `%s`}", r.Name, r.Pattern, expr)
	}
	s.p(")\n")
	return names, nil
}

func stringRule(r *shape, patterns map[accepts]string) []string {
	fields := bounds(r)
	if r.Pattern != "" {
		fields = append(fields, "pattern: &"+patterns[accepts{r.Pattern, r.Also}])
	}
	if len(r.Enum) > 0 {
		fields = append(fields, fmt.Sprintf("enum: []string{%s}", quoted(r.Enum)))
	}
	return fields
}

func bounds(r *shape) []string {
	var fields []string
	if r.Min != nil {
		fields = append(fields, fmt.Sprintf("min: %d", *r.Min))
	} else if r.Type == "integer" || r.Type == "long" {
		fields = append(fields, "min: noMin")
	}
	if r.Max != nil {
		fields = append(fields, fmt.Sprintf("max: %d", *r.Max))
	} else {
		fields = append(fields, "max: noMax")
	}
	return fields
}

func quoted(values []string) string {
	q := make([]string, len(values))
	for i, v := range values {
		q[i] = fmt.Sprintf("%q", v)
	}
	return strings.Join(q, ", ")
}

func emitValidators(m *model) (*source, error) {
	s := newSource()
	for _, t := range m.structures() {
		if t.inInput && m.checks(t.Name) {
			if err := emitValidator(m, s, t); err != nil {
				return nil, err
			}
		}
	}
	for _, op := range m.operations() {
		s.p("func (v *%s) Validate() error {", op.Input)
		if m.checks(op.Input) {
			s.p("var c checker\nv.check(&c, nil)\nreturn c.err()\n}\n")
		} else {
			s.p("return nil\n}\n")
		}
	}
	for _, op := range m.operations() {
		for _, x := range m.Shapes[op.Input].Members {
			if method := idMethods[x.Name]; method != "" {
				emitID(s, m.Shapes[op.Input], x, method)
			}
		}
	}
	return s, nil
}

// idMethods are the methods that tell which pool, client or user an input names,
// by the member that does. Its shape tells nothing: newer operations have plain
// strings there.
var idMethods = map[string]string{"UserPoolId": "userPoolID", "ClientId": "clientID", "AccessToken": "accessToken", "Username": "username"}

func emitID(s *source, t *shape, x member, method string) {
	value := "v." + fieldName(x.Name)
	if !t.requires(x.Name) {
		value = "deref(" + value + ")"
	}
	s.p("func (v *%s) %s() string { return %s }\n", t.Name, method, value)
}

func emitValidator(m *model, s *source, t *shape) error {
	bits := make(map[string]int)
	for i, name := range m.tracked(t) {
		bits[name] = i
	}
	s.p("func (v *%s) check(c *checker, at *path) {", t.Name)
	for _, x := range t.Members {
		bit, tracked := bits[x.Name]
		if err := emitMemberCheck(m, s, t, x, tracked, bit); err != nil {
			return err
		}
	}
	s.p("}\n")
	return nil
}

func emitMemberCheck(m *model, s *source, t *shape, x member, tracked bool, bit int) error {
	field := "v." + fieldName(x.Name)
	required := t.requires(x.Name)
	xs := m.Shapes[x.Shape]
	inner, err := m.memberCheck(xs, field, wirePath(x.Name), t.Sensitive, required)
	if err != nil {
		return fmt.Errorf("member %s.%s: %w", t.Name, x.Name, err)
	}
	switch {
	case tracked && inner == "":
		s.p("if v.missing.has(%d) { c.null(at, %q) }", bit, wirePath(x.Name))
	case tracked:
		s.p("if v.missing.has(%d) { c.null(at, %q) } else {\n%s}", bit, wirePath(x.Name), inner)
	case required && inner == "":
		s.p("if %s == nil { c.null(at, %q) }", field, wirePath(x.Name))
	case required:
		s.p("if %s == nil { c.null(at, %q) } else {\n%s}", field, wirePath(x.Name), inner)
	case strings.HasPrefix(inner, "for "):
		s.p("%s", inner) // over nothing when nil
	case inner != "":
		s.p("if %s != nil {\n%s}", field, inner)
	}
	return nil
}

// memberCheck returns the statements that check a present value, or "".
func (m *model) memberCheck(xs *shape, field, name string, sensitive, required bool) (string, error) {
	var s source
	switch xs.Type {
	case "string", "integer", "long":
		if xs.hasRule() {
			s.p("%s", m.scalarCheck(xs, field, name, sensitive, required))
		}
	case "blob":
		if xs.hasRule() {
			s.p("c.size(at, %q, len(%s), &rule%s)", name, field, xs.Name)
		}
	case "structure":
		if m.checks(xs.Name) {
			s.p("%s.check(c, &path{parent: at, name: %q})", field, name)
		}
	case "list":
		return m.listCheck(xs, field, name)
	case "map":
		return m.mapCheck(xs, field, name)
	}
	return s.String(), nil
}

func (m *model) scalarCheck(xs *shape, field, name string, sensitive, required bool) string {
	value, method, conv := field, "text", "string"
	if !required {
		value = "*" + field
	}
	switch {
	case xs.Type != "string":
		method, conv = "number", "int64"
	case xs.Sensitive || sensitive:
		method = "secret"
	}
	if m.goType(xs.Name) != conv {
		value = conv + "(" + value + ")"
	}
	return fmt.Sprintf("c.%s(at, %q, %s, &rule%s)", method, name, value, xs.Name)
}

func (m *model) listCheck(xs *shape, field, name string) (string, error) {
	var s source
	item := m.Shapes[xs.Member]
	switch {
	case item.Type == "structure":
		if xs.hasRule() {
			s.p("c.size(at, %q, len(%s), &rule%s)", name, field, xs.Name)
		}
		if m.checks(item.Name) {
			s.p("for i := range %s {", field)
			s.p("%s[i].check(c, &path{parent: at, name: %q, item: i + 1})", field, name)
			s.p("}")
		}
	case item.Type == "string" && !item.Sensitive && !xs.Sensitive:
		if xs.hasRule() {
			s.p("checkSize(c, at, %q, %s, &rule%s)", name, field, xs.Name)
		}
		if item.hasRule() {
			s.p("checkItems(c, at, %q, %s, &rule%s)", name, field, item.Name)
		}
	default:
		return "", fmt.Errorf("no check for a list of %s", item.Name)
	}
	return s.String(), nil
}

func (m *model) mapCheck(xs *shape, field, name string) (string, error) {
	var s source
	key, value := m.Shapes[xs.Key], m.Shapes[xs.Value]
	switch {
	case value.Type == "string":
		if xs.hasRule() || key.hasRule() || value.hasRule() {
			s.p("c.stringMap(at, %q, %s, mapRule{size: %s, key: %s, value: %s, sensitive: %t})", name, field,
				ruleOrNil(xs), ruleOrNil(key), ruleOrNil(value), xs.Sensitive || key.Sensitive || value.Sensitive)
		}
	case value.Type == "structure" && !xs.hasRule() && !key.hasRule():
		if m.checks(value.Name) {
			s.p("for k, item := range sorted(%s) {", field)
			s.p("item.check(c, &path{parent: at, name: %q, key: k})", name)
			s.p("}")
		}
	default:
		return "", fmt.Errorf("no check for a map of %s", value.Name)
	}
	return s.String(), nil
}

func ruleOrNil(s *shape) string {
	if s.hasRule() {
		return "&rule" + s.Name
	}
	return "nil"
}
