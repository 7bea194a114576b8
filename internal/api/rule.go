package api

import (
	"iter"
	"strconv"
	"strings"
)

// A rangeRule bounds a number, or the size of a list, map or blob.
type rangeRule struct{ min, max int64 }

func (r *rangeRule) sizeViolated(n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		if int64(n) > r.max && !yield(atMost("length", r.max)) {
			return
		}
		if int64(n) < r.min {
			yield(atLeast("length", r.min))
		}
	}
}

// A stringRule holds the constraints of a string shape. Lengths count UTF-16
// units, as Java does. No rule has both an enum and something else.
type stringRule struct {
	min, max int64
	pattern  *pattern
	enum     []string
}

// allows reports whether value satisfies all constraints.
func (r *stringRule) allows(value string) bool {
	if r.enum != nil && !r.inEnum(value) {
		return false
	}
	return !r.tooLong(value) && !r.tooShort(value) && (r.pattern == nil || r.pattern.matches(value))
}

// violated yields what value violates, in the service's words.
func (r *stringRule) violated(value string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if r.enum != nil && !r.inEnum(value) && !yield(r.enumText()) {
			return
		}
		long := r.tooLong(value)
		if r.pattern != nil && !(long && len(value) > maxMatched) && !r.pattern.matches(value) && !yield(r.pattern.constraint()) {
			return
		}
		if long && !yield(atMost("length", r.max)) {
			return
		}
		if r.tooShort(value) {
			yield(atLeast("length", r.min))
		}
	}
}

// maxMatched bounds, in bytes, the values that are matched against a pattern
// although they are too long already: a body of a megabyte must not buy a
// tenth of a second of matching.
const maxMatched = 8 << 10

// all returns every constraint in brackets, as the service names them for
// the items of a list.
func (r *stringRule) all() string {
	var parts []string
	if r.enum != nil {
		parts = append(parts, r.enumText())
	}
	if r.max != noMax {
		parts = append(parts, atMost("length", r.max))
	}
	if r.max != noMax || r.min > 0 {
		parts = append(parts, atLeast("length", r.min))
	}
	if r.pattern != nil {
		parts = append(parts, r.pattern.constraint())
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (r *stringRule) inEnum(value string) bool {
	for _, v := range r.enum {
		if v == value {
			return true
		}
	}
	return false
}

func (r *stringRule) enumText() string {
	return "Member must satisfy enum value set: [" + strings.Join(r.enum, ", ") + "]"
}

func (r *stringRule) tooLong(value string) bool {
	return int64(len(value)) > r.max && utf16Len(value) > r.max
}

// A UTF-16 unit takes at most three bytes of UTF-8.
func (r *stringRule) tooShort(value string) bool {
	return int64(len(value)) < 3*r.min && utf16Len(value) < r.min
}

func utf16Len(s string) int64 {
	n := int64(0)
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

func atMost(what string, n int64) string {
	return "Member must have " + what + " less than or equal to " + strconv.FormatInt(n, 10)
}

func atLeast(what string, n int64) string {
	return "Member must have " + what + " greater than or equal to " + strconv.FormatInt(n, 10)
}
