package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// A model is the service's interface as the file states it, with the
// corrections of overrides.go applied.
type model struct {
	TargetPrefix string
	Operations   map[string]*operation
	Shapes       map[string]*shape
}

type operation struct {
	Name   string
	Input  string
	Output string // "" when the operation answers with an empty body
	Errors []string
	Signed bool
}

// A shape is one named type of the model. Which fields mean something
// depends on Type.
type shape struct {
	Name      string
	Type      string
	Members   members  // structure
	Required  []string // structure
	Member    string   // list
	Key       string   // map
	Value     string   // map
	Min       *int64   // length of strings, blobs, lists and maps; value of numbers
	Max       *int64
	Pattern   string
	Also      string // what matches beside Pattern, in Go's dialect
	Enum      []string
	Sensitive bool
	Exception bool

	inInput, inOutput bool // reachable from the input or output of an operation
}

type member struct {
	Name, Shape string
	Deprecated  bool
}

// members keeps the order of the file, which is the order of fields,
// of violations and of members on the wire.
type members []member

func (ms *members) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		m := member{Name: name.(string)}
		if err := dec.Decode(&m); err != nil {
			return err
		}
		*ms = append(*ms, m)
	}
	return nil
}

// documentShape is the one structure that stands for any JSON value.
const documentShape = "Document"

func parseModel(data []byte) (*model, error) {
	var m model
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, err
	}
	for name, op := range m.Operations {
		op.Name = name
	}
	for name, s := range m.Shapes {
		s.Name = name
		if name == documentShape {
			s.Type = "document"
		}
	}
	if err := applyOverrides(&m); err != nil {
		return nil, err
	}
	if err := m.checkReferences(); err != nil {
		return nil, err
	}
	for _, op := range m.operations() {
		m.reach(op.Input, func(s *shape) *bool { return &s.inInput })
		if op.Output != "" {
			m.reach(op.Output, func(s *shape) *bool { return &s.inOutput })
		}
	}
	return &m, nil
}

// checkReferences makes sure that every name leads somewhere, so that the
// rest can look shapes up without asking.
func (m *model) checkReferences() error {
	for _, s := range m.Shapes {
		for _, name := range s.references() {
			if m.Shapes[name] == nil {
				return fmt.Errorf("shape %s refers to unknown shape %q", s.Name, name)
			}
		}
		for _, name := range s.Required {
			if !slices.ContainsFunc(s.Members, func(x member) bool { return x.Name == name }) {
				return fmt.Errorf("shape %s requires unknown member %q", s.Name, name)
			}
		}
	}
	for _, op := range m.Operations {
		if m.Shapes[op.Input] == nil {
			return fmt.Errorf("operation %s has unknown input %q", op.Name, op.Input)
		}
		if op.Output != "" && m.Shapes[op.Output] == nil {
			return fmt.Errorf("operation %s has unknown output %q", op.Name, op.Output)
		}
	}
	return nil
}

func (s *shape) references() []string {
	switch s.Type {
	case "structure":
		names := make([]string, len(s.Members))
		for i, x := range s.Members {
			names[i] = x.Shape
		}
		return names
	case "list":
		return []string{s.Member}
	case "map":
		return []string{s.Key, s.Value}
	}
	return nil
}

func (m *model) reach(name string, mark func(*shape) *bool) {
	s := m.Shapes[name]
	if *mark(s) {
		return
	}
	*mark(s) = true
	for _, ref := range s.references() {
		m.reach(ref, mark)
	}
}

// operations returns all operations by name.
func (m *model) operations() []*operation {
	return slices.SortedFunc(maps.Values(m.Operations), func(a, b *operation) int { return cmpNames(a.Name, b.Name) })
}

// structures returns the structures some operation can send or receive, by name.
func (m *model) structures() []*shape {
	return m.shapes(func(s *shape) bool { return s.Type == "structure" && (s.inInput || s.inOutput) })
}

func (m *model) shapes(keep func(*shape) bool) []*shape {
	var out []*shape
	for _, s := range m.Shapes {
		if keep(s) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b *shape) int { return cmpNames(a.Name, b.Name) })
	return out
}

func (s *shape) requires(member string) bool { return slices.Contains(s.Required, member) }
