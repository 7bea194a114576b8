package main

import (
	"fmt"
	"strings"
)

func emitHandler(m *model) (*source, error) {
	s := newSource("context")
	s.p("// A Handler answers every operation of the service. Inputs have been")
	s.p("// decoded and validated. A nil error needs a non-nil output.")
	s.p("type Handler interface {")
	for _, op := range m.operations() {
		if op.Output == "" {
			s.p("%s(ctx context.Context, in *%s) error", op.Name, op.Input)
			continue
		}
		s.p("%s(ctx context.Context, in *%s) (*%s, error)", op.Name, op.Input, op.Output)
	}
	s.p("}")
	return s, nil
}

func emitTable(m *model) (*source, error) {
	s := newSource("context")
	s.p("// TargetPrefix and a dot come before the operation's name in X-Amz-Target.")
	s.p("const TargetPrefix = %q\n", m.TargetPrefix)
	s.p("var operations = map[string]*Operation{")
	for _, op := range m.operations() {
		s.p("%q: {", op.Name)
		s.p("Name: %q,", op.Name)
		if op.Signed {
			s.p("Signed: true,")
		}
		s.p("Errors: []string{%s},", errorConsts(op.Errors))
		s.p("newInput: func() Input { return new(%s) },", op.Input)
		s.p("invoke: func(ctx context.Context, h Handler, in Input) (Output, error) {")
		if op.Output == "" {
			s.p("return nil, h.%s(ctx, in.(*%s))", op.Name, op.Input)
		} else {
			s.p("return answer(h.%s(ctx, in.(*%s)))", op.Name, op.Input)
		}
		s.p("},")
		s.p("},")
	}
	s.p("}")
	return s, nil
}

func errorConsts(names []string) string {
	consts := make([]string, len(names))
	for i, name := range names {
		consts[i] = "Err" + name
	}
	return strings.Join(consts, ", ")
}

func emitErrors(m *model) (*source, error) {
	s := newSource()
	s.p("// The errors the model declares, as __type names them.")
	s.p("const (")
	exceptions := m.shapes(func(s *shape) bool { return s.Exception })
	for _, e := range exceptions {
		s.p("Err%s = %q", e.Name, e.Name)
	}
	s.p(")")
	for _, op := range m.operations() {
		for _, name := range op.Errors {
			if e := m.Shapes[name]; e == nil || !e.Exception {
				return nil, fmt.Errorf("operation %s declares %s, which is no exception", op.Name, name)
			}
		}
	}
	return s, nil
}

func emitEnums(m *model) (*source, error) {
	s := newSource()
	enums := m.shapes(func(s *shape) bool { return len(s.Enum) > 0 && (s.inInput || s.inOutput) })
	for _, e := range enums {
		s.p("type %s string\n", e.Name)
		s.p("const (")
		for _, v := range e.Enum {
			s.p("%s %s = %q", enumConst(e.Name, v), e.Name, v)
		}
		s.p(")\n")
	}
	return s, nil
}
