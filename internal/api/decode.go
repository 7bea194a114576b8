package api

import (
	"unicode/utf8"
)

// maxDepth bounds how deep objects and lists may nest in a request.
const maxDepth = 100

// A SerializationError says that a request body is not JSON, or has a JSON
// type the model does not allow. Message is meant for the client and is
// empty when the service has no words for it.
type SerializationError struct{ Message string }

func (e *SerializationError) Error() string {
	if e.Message == "" {
		return "request body is not valid JSON"
	}
	return e.Message
}

// missing has a bit for each required member that had no value. The zero
// value, in inputs not made by decoding, means that all are there.
type missing uint16

func (m *missing) set(bit int, absent bool) {
	if absent {
		*m |= 1 << bit
	} else {
		*m &^= 1 << bit
	}
}

func (m missing) has(bit int) bool { return m&(1<<bit) != 0 }

func decodeBody(body []byte, in Input) error {
	d := &decoder{data: body}
	if !in.decode(d) && d.err == nil {
		d.fail("") // null
	}
	if d.err == nil && d.space() != 0 || d.pos < len(body) {
		d.fail("")
	}
	if d.err != nil {
		return d.err
	}
	return nil
}

// A decoder walks over one JSON text once. The first error sticks: after it
// every read answers as if there were nothing more.
//
// An object is read as: if d.object() { for d.member() { ...d.name... } }.
// In the loop exactly one value is read or skipped.
type decoder struct {
	data    []byte
	pos     int
	depth   int
	first   bool   // no member or item of the innermost object or list was read yet
	name    []byte // the member at hand, until the next string is read
	scratch []byte
	err     *SerializationError
}

func (d *decoder) fail(message string) {
	if d.err == nil {
		d.err = &SerializationError{Message: message}
	}
	d.pos = len(d.data)
}

// space skips white space and returns the byte after it, 0 at the end. A NUL
// byte cannot be mistaken for the end, as no value begins with one.
func (d *decoder) space() byte {
	for d.pos < len(d.data) {
		switch c := d.data[d.pos]; c {
		case ' ', '\t', '\n', '\r':
			d.pos++
		default:
			return c
		}
	}
	return 0
}

// object enters an object. It is false for null and for anything else.
func (d *decoder) object() bool {
	if d.space() != '{' {
		d.otherwise("a Structure")
		return false
	}
	return d.enter()
}

// list enters a list. It is false for null and for anything else.
func (d *decoder) list() bool {
	if d.space() != '[' {
		d.otherwise("a List")
		return false
	}
	return d.enter()
}

func (d *decoder) enter() bool {
	d.pos++
	d.depth++
	d.first = true
	if d.depth > maxDepth {
		d.fail("")
		return false
	}
	return true
}

// member moves to the next member of an object and puts its name into
// d.name. It is false at the end of the object.
func (d *decoder) member() bool {
	if !d.next('}') {
		return false
	}
	if d.space() != '"' {
		d.fail("")
		return false
	}
	d.name = d.text()
	if d.space() != ':' {
		d.fail("")
		return false
	}
	d.pos++
	return true
}

// item moves to the next item of a list. It is false at the end of the list.
func (d *decoder) item() bool { return d.next(']') }

func (d *decoder) next(end byte) bool {
	c := d.space()
	first := d.first
	d.first = false
	switch {
	case d.err != nil:
		return false
	case c == end:
		d.pos++
		d.depth--
		return false
	case first:
		return true
	case c != ',':
		d.fail("")
		return false
	}
	d.pos++
	return true
}

// otherwise deals with a value that is not the one looked for: null is read
// and stands for absent, anything else is an error.
func (d *decoder) otherwise(want string) {
	switch c := d.space(); c {
	case 'n':
		d.literal("null")
	case 't':
		d.fail("TRUE_VALUE can not be converted to " + want)
	case 'f':
		d.fail("FALSE_VALUE can not be converted to " + want)
	case '"':
		d.fail("STRING_VALUE can not be converted to " + want)
	case '{':
		d.fail("Start of structure or map found where not expected.")
	case '[':
		d.fail("Start of list found where not expected")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		d.fail("NUMBER_VALUE can not be converted to " + want)
	default:
		d.fail("")
	}
}

func (d *decoder) literal(word string) bool {
	if len(d.data)-d.pos < len(word) || string(d.data[d.pos:d.pos+len(word)]) != word {
		d.fail("")
		return false
	}
	d.pos += len(word)
	return true
}

// skip reads over one value of any type.
func (d *decoder) skip() {
	switch c := d.space(); c {
	case '{':
		for ok := d.enter() && d.member(); ok; ok = d.member() {
			d.skip()
		}
	case '[':
		for ok := d.enter() && d.item(); ok; ok = d.item() {
			d.skip()
		}
	case '"':
		d.text()
	case 't':
		d.literal("true")
	case 'f':
		d.literal("false")
	case 'n':
		d.literal("null")
	default:
		d.number()
	}
}

// number reads over a number and returns its text.
func (d *decoder) number() []byte {
	start := d.pos
	d.accept('-')
	if !d.accept('0') && !d.digits() {
		d.fail("")
		return nil
	}
	if d.accept('.') && !d.digits() {
		d.fail("")
		return nil
	}
	if d.accept('e') || d.accept('E') {
		_ = d.accept('+') || d.accept('-')
		if !d.digits() {
			d.fail("")
			return nil
		}
	}
	return d.data[start:d.pos]
}

func (d *decoder) accept(c byte) bool {
	if d.pos < len(d.data) && d.data[d.pos] == c {
		d.pos++
		return true
	}
	return false
}

func (d *decoder) digits() bool {
	start := d.pos
	for d.pos < len(d.data) && '0' <= d.data[d.pos] && d.data[d.pos] <= '9' {
		d.pos++
	}
	return d.pos > start
}

// plain are the bytes that stand for themselves in a string.
var plain = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// text reads a string and returns its bytes, which are good until the next
// string is read. Invalid UTF-8, lone surrogates and the NUL character are
// errors, as no database holds all of them.
func (d *decoder) text() []byte {
	start := d.pos + 1
	i := start
	for i < len(d.data) && plain[d.data[i]] {
		i++
	}
	if i < len(d.data) && d.data[i] == '"' {
		d.pos = i + 1
		return d.data[start:i]
	}
	return d.textSlow(start, i)
}

// textSlow goes on where text met something that is not plain.
func (d *decoder) textSlow(start, i int) []byte {
	b := append(d.scratch[:0], d.data[start:i]...)
	for i < len(d.data) {
		c := d.data[i]
		switch {
		case c == '"':
			d.pos = i + 1
			d.scratch = b
			return b
		case plain[c]:
			b = append(b, c)
			i++
		case c == '\\':
			r, n := escape(d.data[i:])
			if n == 0 {
				d.fail("")
				return nil
			}
			b = utf8.AppendRune(b, r)
			i += n
		default:
			r, n := utf8.DecodeRune(d.data[i:])
			if c < ' ' || r == utf8.RuneError && n == 1 {
				d.fail("")
				return nil
			}
			b = append(b, d.data[i:i+n]...)
			i += n
		}
	}
	d.fail("")
	return nil
}
