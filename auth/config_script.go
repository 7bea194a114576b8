package auth

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// The statements around the object in aws-exports.js and its siblings, without
// comments and with single spaces.
var (
	beforeObject = regexp.MustCompile(`^(?:["']use strict["'] ?;? ?)?(?:(?:export )?(?:const|let|var) [\w$]+(?: ?: ?[\w$.<>, ]+)? ?=|export default|module\.exports ?=) $`)
	afterObject  = regexp.MustCompile(`^(?:as const ?)?;? ?(?:(?:export default |module\.exports ?= ?)[\w$]+ ?;? )?$`)
)

// configObject returns the JSON object in text, which is JSON or a script that
// does nothing but export one. Any further statement is refused, since what it
// does to the object would be missed.
func configObject(text []byte) ([]byte, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	before, rest := statements(text)
	if before == "" {
		return rest, nil
	}
	if !beforeObject.MatchString(before) {
		return nil, unreadable("The configuration is neither JSON nor the script that the Amplify CLI writes.", nil)
	}
	var object json.RawMessage
	d := json.NewDecoder(bytes.NewReader(rest))
	if err := d.Decode(&object); err != nil {
		return nil, unreadable("The object in the script is not JSON, as the Amplify CLI writes it.", err)
	}
	after, rest := statements(rest[d.InputOffset():])
	if len(rest) != 0 || !afterObject.MatchString(after) {
		return nil, unreadable("The script does more than export an object, and is not run.", nil)
	}
	return object, nil
}

// statements returns the words up to the next object, without comments and each
// with one space after it, and the rest, which begins with that object.
func statements(text []byte) (words string, rest []byte) {
	var b strings.Builder
	for {
		text = skipComments(text)
		if len(text) == 0 || text[0] == '{' {
			return b.String(), text
		}
		n := bytes.IndexAny(text[1:], " \t\r\n/{") + 1
		if n == 0 {
			n = len(text)
		}
		b.Write(text[:n])
		b.WriteByte(' ')
		text = text[n:]
	}
}

// skipComments returns text from its first character that is neither white
// space nor part of a comment.
func skipComments(text []byte) []byte {
	for {
		text = bytes.TrimLeft(text, " \t\r\n")
		end := ""
		switch {
		case bytes.HasPrefix(text, []byte("//")):
			end = "\n"
		case bytes.HasPrefix(text, []byte("/*")):
			end = "*/"
		default:
			return text
		}
		_, rest, found := bytes.Cut(text[2:], []byte(end))
		if !found {
			return nil
		}
		text = rest
	}
}
