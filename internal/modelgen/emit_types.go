package main

import (
	"fmt"
	"slices"
)

func emitTypes(m *model) (*source, error) {
	s := newSource("encoding/json", "time")
	role := make(map[string]string)
	for _, op := range m.operations() {
		role[op.Input] = "is the input of " + op.Name + "."
		role[op.Output] = "is the output of " + op.Name + "."
	}
	for _, t := range m.structures() {
		if doc := role[t.Name]; doc != "" {
			s.p("// %s %s", t.Name, doc)
		}
		s.p("type %s struct {", t.Name)
		if m.holdsSecrets(t.Name) {
			s.p("private\n")
		}
		for _, x := range t.Members {
			note := ""
			switch {
			case t.requires(x.Name):
				note = " // required"
			case x.Deprecated:
				note = " // deprecated"
			}
			s.p("%s %s%s", fieldName(x.Name), m.fieldType(t, x), note)
		}
		if len(m.tracked(t)) > 0 {
			s.p("\nmissing missing")
		}
		s.p("}\n")
	}
	return s, nil
}

// holdsSecrets reports whether a value of the shape can hold something the
// model marks as sensitive.
func (m *model) holdsSecrets(name string) bool {
	s := m.Shapes[name]
	return s.Sensitive || slices.ContainsFunc(s.references(), m.holdsSecrets)
}

// maxTracked is the number of bits in api's type missing.
const maxTracked = 16

func emitDecoders(m *model) (*source, error) {
	s := newSource()
	for _, t := range m.structures() {
		if !t.inInput {
			continue
		}
		if err := emitDecoder(m, s, t); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func emitDecoder(m *model, s *source, t *shape) error {
	tracked := m.tracked(t)
	if len(tracked) > maxTracked {
		return fmt.Errorf("shape %s has more than %d required scalars", t.Name, maxTracked)
	}
	bits := make(map[string]int)
	for i, name := range tracked {
		bits[name] = i
	}
	s.p("func (v *%s) decode(d *decoder) bool {", t.Name)
	s.p("*v = %s{}", t.Name)
	s.p("if !d.object() { return false }")
	if len(tracked) > 0 {
		s.p("v.missing = %#b", 1<<len(tracked)-1)
	}
	s.p("for d.member() {")
	s.p("switch string(d.name) {")
	for _, x := range t.Members {
		read, err := m.readCall(t, x)
		if err != nil {
			return err
		}
		if bit, ok := bits[x.Name]; ok {
			read = fmt.Sprintf("v.missing.set(%d, !%s)", bit, read)
		}
		s.p("case %q:\n%s", x.Name, read)
	}
	s.p("default: d.skip()")
	s.p("}\n}\nreturn true\n}\n")
	return nil
}

// readCall returns the statement that reads one member into its field. For
// a tracked member it is an expression that is true when there was a value.
func (m *model) readCall(t *shape, x member) (string, error) {
	field := "&v." + fieldName(x.Name)
	xs := m.Shapes[x.Shape]
	switch {
	case xs.Type == "list":
		read, err := m.reader(xs.Member)
		return fmt.Sprintf("readList(%s, d, %s)", field, read), err
	case xs.Type == "map":
		read, err := m.reader(xs.Value)
		return fmt.Sprintf("readMap(%s, d, %s)", field, read), err
	}
	read, err := m.reader(x.Shape)
	if err != nil {
		return "", err
	}
	if t.requires(x.Name) || xs.nilable() {
		if xs.Type == "structure" {
			return fmt.Sprintf("v.%s.decode(d)", fieldName(x.Name)), nil
		}
		return fmt.Sprintf("%s(%s, d)", read, field), nil
	}
	return fmt.Sprintf("readOptional(%s, d, %s)", field, read), nil
}

// reader returns the function that reads one value of the shape. No request
// of the service holds a long or a timestamp, so there is none for these.
func (m *model) reader(name string) (string, error) {
	s := m.Shapes[name]
	switch s.Type {
	case "string":
		if len(s.Enum) > 0 {
			return "readEnum[" + s.Name + "]", nil
		}
		return "readString", nil
	case "boolean":
		return "readBool", nil
	case "integer":
		return "readInt32", nil
	case "blob":
		return "readBlob", nil
	case "document":
		return "readDocument", nil
	case "structure":
		return "(*" + s.Name + ").decode", nil
	}
	return "", fmt.Errorf("nothing reads a %s (%s) here", s.Type, name)
}

func emitEncoders(m *model) (*source, error) {
	s := newSource("strconv")
	for _, t := range m.structures() {
		if !t.inOutput {
			continue
		}
		s.p("// AppendJSON appends v as a JSON object without its absent members.")
		s.p("func (v *%s) AppendJSON(b []byte) []byte {", t.Name)
		s.p("b = append(b, '{')")
		for _, x := range t.Members {
			if err := emitEncodeMember(m, s, t, x); err != nil {
				return nil, err
			}
		}
		s.p("return closeObject(b)\n}\n")
	}
	return s, nil
}

func emitEncodeMember(m *model, s *source, t *shape, x member) error {
	field := "v." + fieldName(x.Name)
	xs := m.Shapes[x.Shape]
	optional := xs.nilable() || !t.requires(x.Name)
	if optional {
		s.p("if %s != nil {", field)
	}
	s.p("b = append(b, `%q:`...)", x.Name)
	value := field
	if optional && !xs.nilable() && xs.Type != "structure" {
		value = "*" + field
	}
	switch xs.Type {
	case "list", "map":
		elem, helper := xs.Member, "appendList"
		if xs.Type == "map" {
			elem, helper = xs.Value, "appendMap"
		}
		appender, err := m.appender(elem)
		if err != nil {
			return err
		}
		s.p("b = %s(b, %s, %s)", helper, value, appender)
	case "structure":
		s.p("b = %s.AppendJSON(b)", value)
	case "boolean":
		s.p("b = strconv.AppendBool(b, %s)", value)
	case "integer", "long":
		s.p("b = strconv.AppendInt(b, int64(%s), 10)", value)
	case "document":
		s.p("b = append(b, %s...)", value)
	default:
		appender, err := m.appender(x.Shape)
		if err != nil {
			return err
		}
		s.p("b = %s(b, %s)", appender, value)
	}
	s.p("b = append(b, ',')")
	if optional {
		s.p("}")
	}
	return nil
}

// appender returns the function that appends one value of the shape.
func (m *model) appender(name string) (string, error) {
	s := m.Shapes[name]
	switch s.Type {
	case "string":
		if len(s.Enum) > 0 {
			return "appendString[" + s.Name + "]", nil
		}
		return "appendString[string]", nil
	case "timestamp":
		return "appendTime", nil
	case "blob":
		return "appendBlob", nil
	case "structure":
		return "appendStruct[" + s.Name + "]", nil
	}
	return "", fmt.Errorf("nothing appends a %s (%s) here", s.Type, name)
}
