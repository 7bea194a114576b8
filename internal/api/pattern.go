package api

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"sync"
	"unicode/utf8"
)

// A pattern is a regular expression that has to match the whole value.
type pattern struct {
	text string // as the service shows it, in Java's dialect
	expr string // the same in Go's, or wider

	once  sync.Once
	class *class         // when the expression is one class, repeated
	re    *regexp.Regexp // otherwise
}

func (p *pattern) constraint() string {
	return "Member must satisfy regular expression pattern: " + p.text
}

func (p *pattern) matches(value string) bool {
	p.once.Do(p.compile)
	if p.class != nil {
		return p.class.matches(value)
	}
	return p.re.MatchString(value)
}

// compile happens at first use. The generator has compiled the expression
// once already, so it cannot fail.
func (p *pattern) compile() {
	if p.class = parseClass(p.expr); p.class == nil {
		p.re = regexp.MustCompile(`\A(?:` + p.expr + `)\z`)
	}
}

// A class matches strings made only of certain characters. Most patterns of
// the model are of this kind, and the one over an access token would
// otherwise cost more than everything else in its request.
type class struct {
	ascii  [utf8.RuneSelf]bool
	ranges []rune // lowest and highest of each range, ascending
	empty  bool   // the empty string matches
}

// parseClass returns nil if expr is not a single class with + or * behind it.
func parseClass(expr string) *class {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	re = re.Simplify()
	empty := re.Op == syntax.OpStar
	if !empty && re.Op != syntax.OpPlus {
		return nil
	}
	c := &class{empty: empty}
	switch set := re.Sub[0]; set.Op {
	case syntax.OpCharClass:
		c.ranges = slices.Clone(set.Rune)
	case syntax.OpAnyChar:
		c.ranges = []rune{0, utf8.MaxRune}
	default:
		return nil
	}
	for r := range rune(utf8.RuneSelf) {
		c.ascii[r] = c.contains(r)
	}
	return c
}

func (c *class) matches(value string) bool {
	for i := 0; i < len(value); i++ {
		if b := value[i]; b >= utf8.RuneSelf {
			return c.matchesRunes(value[i:])
		} else if !c.ascii[b] {
			return false
		}
	}
	return c.empty || value != ""
}

func (c *class) matchesRunes(value string) bool {
	for _, r := range value {
		if r < utf8.RuneSelf && !c.ascii[r] || r >= utf8.RuneSelf && !c.contains(r) {
			return false
		}
	}
	return true
}

// contains looks r up in the ranges by halving.
func (c *class) contains(r rune) bool {
	low, high := 0, len(c.ranges)/2
	for low < high {
		mid := (low + high) / 2
		switch {
		case r < c.ranges[2*mid]:
			high = mid
		case r > c.ranges[2*mid+1]:
			low = mid + 1
		default:
			return true
		}
	}
	return false
}
