package storage

import (
	"encoding/json"
	"unicode/utf8"
)

// document is a session file's text.
type document struct {
	Format string            `json:"format"`
	Items  map[string]string `json:"items,omitzero"`  // of a plain file
	Key    string            `json:"key,omitempty"`   // of a sealed file: the name of its key in the keyring
	Sealed []byte            `json:"sealed,omitzero"` // of a sealed file: its items as JSON, sealed
}

const (
	plainFormat  = "cenote-session/1"
	sealedFormat = "cenote-session-sealed/1"
)

// decode reads a file's text. Its error says nothing of the contents, as the
// decoder's own would.
func decode(text []byte) (document, error) {
	var d document
	if !utf8.Valid(text) || json.Unmarshal(text, &d) != nil {
		return document{}, ErrCorrupt
	}
	return d, nil
}

func (d document) encode() ([]byte, error) {
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}

// A form is how a file's items are put into its document.
type form interface {
	open(document) (map[string]string, error)
	seal(items map[string]string, old document) (document, error)
	forget(document) error // when the file is no more
}

// plain is the form of a file whose mode is all that guards it.
type plain struct{}

func (plain) open(d document) (map[string]string, error) {
	if d.Format != plainFormat || d.Items == nil {
		return nil, ErrCorrupt
	}
	return d.Items, nil
}

func (plain) seal(items map[string]string, _ document) (document, error) {
	return document{Format: plainFormat, Items: items}, nil
}

func (plain) forget(document) error { return nil }
