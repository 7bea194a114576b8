package api

import (
	"iter"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// maxListed bounds how many violations a message spells out, so that a small
// body cannot ask for an answer many times its size. The count is exact.
const maxListed = 1000

// A ValidationError lists every constraint of the model an input violates.
// Error is the message the service answers with; it shows values, but never
// those the model marks as sensitive.
type ValidationError struct {
	count  int
	listed string
}

func (e *ValidationError) Error() string {
	if e.count == 1 {
		return "1 validation error detected: " + e.listed
	}
	return strconv.Itoa(e.count) + " validation errors detected: " + e.listed
}

// A path is the way from the input to a structure inside it; nil is the
// input itself.
type path struct {
	parent *path
	name   string
	item   int    // from 1; 0 if the member is no list
	key    string // "" if the member is no map
}

func (p *path) write(b *strings.Builder) {
	if p == nil {
		return
	}
	p.parent.write(b)
	b.WriteString(p.name)
	switch {
	case p.item > 0:
		b.WriteString("." + strconv.Itoa(p.item) + ".member")
	case p.key != "":
		b.WriteString("." + p.key + ".member")
	}
	b.WriteByte('.')
}

// A checker collects violations. While there are none it allocates nothing.
type checker struct {
	count  int
	listed *strings.Builder
}

func (c *checker) err() error {
	if c.count == 0 {
		return nil
	}
	return &ValidationError{count: c.count, listed: c.listed.String()}
}

// violation adds one entry. value is what stands between "Value" and "at":
// a quoted value and a blank, null and a blank, or nothing.
func (c *checker) violation(at *path, name, value, constraint string) {
	c.count++
	if c.count > maxListed {
		return
	}
	if c.listed == nil {
		c.listed = new(strings.Builder)
	}
	b := c.listed
	if c.count > 1 {
		b.WriteString("; ")
	}
	b.WriteString("Value ")
	b.WriteString(value)
	b.WriteString("at '")
	at.write(b)
	b.WriteString(name)
	b.WriteString("' failed to satisfy constraint: ")
	b.WriteString(constraint)
}

const withheld = ""

func shown(value string) string { return "'" + value + "' " }

func (c *checker) null(at *path, name string) {
	c.violation(at, name, "null ", "Member must not be null")
}

func (c *checker) text(at *path, name, value string, r *stringRule) {
	if r.allows(value) {
		return
	}
	for constraint := range r.violated(value) {
		c.violation(at, name, shown(value), constraint)
	}
}

func (c *checker) secret(at *path, name, value string, r *stringRule) {
	if r.allows(value) {
		return
	}
	for constraint := range r.violated(value) {
		c.violation(at, name, withheld, constraint)
	}
}

func (c *checker) number(at *path, name string, n int64, r *rangeRule) {
	if n > r.max {
		c.violation(at, name, shown(strconv.FormatInt(n, 10)), atMost("value", r.max))
	}
	if n < r.min {
		c.violation(at, name, shown(strconv.FormatInt(n, 10)), atLeast("value", r.min))
	}
}

// size checks how many items or bytes a member has. The value is not shown:
// the service prints internals of its own there.
func (c *checker) size(at *path, name string, n int, r *rangeRule) {
	for constraint := range r.sizeViolated(n) {
		c.violation(at, name, withheld, constraint)
	}
}

func checkSize[T ~string](c *checker, at *path, name string, list []T, r *rangeRule) {
	for constraint := range r.sizeViolated(len(list)) {
		c.violation(at, name, shown(listText(list)), constraint)
	}
}

// checkItems checks the items of a list of strings. The service reports them
// as one violation that shows the list and names all constraints of an item.
func checkItems[T ~string](c *checker, at *path, name string, list []T, r *stringRule) {
	for _, item := range list {
		if !r.allows(string(item)) {
			c.violation(at, name, shown(listText(list)), "Member must satisfy constraint: "+r.all())
			return
		}
	}
}

func listText[T ~string](list []T) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, item := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(item))
	}
	b.WriteByte(']')
	return b.String()
}

// A mapRule holds the rules of a map of strings; nil where there is none.
type mapRule struct {
	size       *rangeRule
	key, value *stringRule
	sensitive  bool
}

// stringMap checks a map of strings. As in lists, all keys and all values
// are one violation each.
func (c *checker) stringMap(at *path, name string, m map[string]string, r mapRule) {
	if r.allows(m) {
		return
	}
	value := withheld
	if !r.sensitive {
		value = shown(mapText(m))
	}
	if r.size != nil {
		for constraint := range r.size.sizeViolated(len(m)) {
			c.violation(at, name, value, constraint)
		}
	}
	if !allAllowed(maps.Keys(m), r.key) {
		c.violation(at, name, value, "Map keys must satisfy constraint: "+r.key.all())
	}
	if !allAllowed(maps.Values(m), r.value) {
		c.violation(at, name, value, "Map value must satisfy constraint: "+r.value.all())
	}
}

func (r *mapRule) allows(m map[string]string) bool {
	if r.size != nil && (int64(len(m)) > r.size.max || int64(len(m)) < r.size.min) {
		return false
	}
	return allAllowed(maps.Keys(m), r.key) && allAllowed(maps.Values(m), r.value)
}

func allAllowed(values iter.Seq[string], r *stringRule) bool {
	if r == nil {
		return true
	}
	for v := range values {
		if !r.allows(v) {
			return false
		}
	}
	return true
}

func mapText(m map[string]string) string {
	var b strings.Builder
	b.WriteByte('{')
	for k, v := range sorted(m) {
		if b.Len() > 1 {
			b.WriteString(", ")
		}
		b.WriteString(k + "=" + v)
	}
	b.WriteByte('}')
	return b.String()
}

// sorted yields m in the order of its keys.
func sorted[T any](m map[string]T) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}

const (
	noMin = math.MinInt64
	noMax = math.MaxInt64
)
