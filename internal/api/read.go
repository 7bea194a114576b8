package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strconv"
)

// The read functions read one value into *p. They return false, and leave
// the zero value, when the value is null or the reading failed.

func readString(p *string, d *decoder) bool {
	*p = ""
	if d.space() != '"' {
		d.otherwise("a String")
		return false
	}
	*p = string(d.text())
	return d.err == nil
}

func readEnum[T ~string](p *T, d *decoder) bool {
	var s string
	ok := readString(&s, d)
	*p = T(s)
	return ok
}

func readBool(p *bool, d *decoder) bool {
	*p = false
	switch d.space() {
	case 't':
		*p = d.literal("true")
		return *p
	case 'f':
		return d.literal("false")
	}
	d.otherwise("a Boolean")
	return false
}

func readInt32(p *int32, d *decoder) bool {
	*p = 0
	if c := d.space(); c != '-' && (c < '0' || c > '9') {
		d.otherwise("an Integer")
		return false
	}
	text := d.number()
	if d.err != nil {
		return false
	}
	n, err := strconv.ParseInt(string(text), 10, 32)
	if err != nil {
		d.fail("NUMBER_VALUE can not be converted to an Integer")
		return false
	}
	*p = int32(n)
	return true
}

func readBlob(p *[]byte, d *decoder) bool {
	*p = nil
	if d.space() != '"' {
		d.otherwise("a Blob")
		return false
	}
	text := d.text()
	if d.err != nil {
		return false
	}
	b := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Strict().Decode(b, text)
	if err != nil {
		d.fail("STRING_VALUE can not be converted to a Blob")
		return false
	}
	*p = b[:n]
	return true
}

func readDocument(p *json.RawMessage, d *decoder) bool {
	*p = nil
	if d.space() == 'n' {
		d.literal("null")
		return false
	}
	start := d.pos
	if d.skip(); d.err != nil {
		return false
	}
	*p = bytes.Clone(d.data[start:d.pos])
	return true
}

func readOptional[T any](p **T, d *decoder, read func(*T, *decoder) bool) {
	v := new(T)
	if !read(v, d) {
		v = nil
	}
	*p = v
}

// readList reads a list, which is not nil when there is one. A null among
// the items is an error: a member that is null is absent, an item cannot be.
func readList[T any](p *[]T, d *decoder, read func(*T, *decoder) bool) {
	*p = nil
	if !d.list() {
		return
	}
	list := []T{}
	for d.item() {
		var zero T
		list = append(list, zero)
		if !read(&list[len(list)-1], d) {
			d.fail("NULL_VALUE found where not expected")
		}
	}
	*p = list
}

// readMap reads a map, which is not nil when there is one. A null value
// takes its key out, as a member that is null is absent.
func readMap[T any](p *map[string]T, d *decoder, read func(*T, *decoder) bool) {
	*p = nil
	if !d.object() {
		return
	}
	m := make(map[string]T)
	for d.member() {
		key := string(d.name)
		var v T
		if read(&v, d) {
			m[key] = v
		} else {
			delete(m, key)
		}
	}
	*p = m
}
