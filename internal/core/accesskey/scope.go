package accesskey

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Every is the pattern of everything.
const Every = "*"

// Scope is what a key is good for. A * in a pattern stands for any text.
type Scope struct {
	Operations []string
	Pools      []string // of their ids
}

var (
	operationPattern = regexp.MustCompile(`^[A-Za-z*]{1,64}$`)
	poolPattern      = regexp.MustCompile(`^[\w*-]{1,55}$`)
)

// Check returns what is wrong with the scope of a new key. known are the
// operations that need a key: each pattern must match one.
func (s Scope) Check(known []string) error {
	if len(s.Operations) == 0 || len(s.Pools) == 0 {
		return fmt.Errorf("a key needs operations and pools; %s is every one", Every)
	}
	for _, p := range s.Operations {
		if !operationPattern.MatchString(p) || !slices.ContainsFunc(known, func(name string) bool { return matches(p, name) }) {
			return fmt.Errorf("operation %q: there is no such operation that needs a key", p)
		}
	}
	for _, p := range s.Pools {
		if !poolPattern.MatchString(p) || !strings.Contains(p, "_") && p != Every {
			return fmt.Errorf("pool %q: must be the id of a pool, with or without *, or %s", p, Every)
		}
	}
	return nil
}

// Allows reports whether the scope covers an operation on a pool, "" for an
// operation that names none.
func (s Scope) Allows(operation, poolID string) bool {
	if !slices.ContainsFunc(s.Operations, func(p string) bool { return matches(p, operation) }) {
		return false
	}
	if poolID == "" {
		return slices.Contains(s.Pools, Every)
	}
	return slices.ContainsFunc(s.Pools, func(p string) bool { return matches(p, poolID) })
}

// matches reports whether pattern, with * for any text, covers all of s. Each
// part between two stars is taken at its first place, so it looks at no byte
// of s twice for one part.
func matches(pattern, s string) bool {
	first, rest, star := strings.Cut(pattern, "*")
	s, ok := strings.CutPrefix(s, first)
	if !ok || !star {
		return ok && s == ""
	}
	parts := strings.Split(rest, "*")
	last := parts[len(parts)-1]
	for _, part := range parts[:len(parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return strings.HasSuffix(s, last)
}
