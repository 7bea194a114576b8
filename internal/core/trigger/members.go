package trigger

import (
	"encoding/json"
	"strings"
)

// members are the members of a JSON object by their exact names. Their readers
// take what is missing or null for nothing, and return errUnrecognizable for
// a value of another kind.
type members map[string]json.RawMessage

func (m members) flag(name string) (bool, error) {
	var value bool
	if raw, there := m[name]; there && json.Unmarshal(raw, &value) != nil {
		return false, errUnrecognizable
	}
	return value, nil
}

func (m members) text(name string) (string, error) {
	var value string
	if raw, there := m[name]; there && json.Unmarshal(raw, &value) != nil {
		return "", errUnrecognizable
	}
	return value, nil
}

// list returns a list of texts.
func (m members) list(name string) ([]string, error) {
	var values []*string
	if raw, there := m[name]; there && json.Unmarshal(raw, &values) != nil {
		return nil, errUnrecognizable
	}
	var list []string
	for _, value := range values {
		if value == nil {
			return nil, errUnrecognizable
		}
		list = append(list, *value)
	}
	return list, nil
}

// object returns an object, and whether it is there.
func (m members) object(name string) (members, bool, error) {
	raw, there := m[name]
	if !there || null(raw) {
		return nil, false, nil
	}
	o, ok := object(raw)
	if !ok {
		return nil, false, errUnrecognizable
	}
	return o, true, nil
}

// texts returns an object whose values are texts, or numbers and booleans as
// they are written, and whether it is there. Without its nulls.
func (m members) texts(name string) (map[string]string, bool, error) {
	o, there, err := m.object(name)
	if err != nil || !there {
		return nil, there, err
	}
	values := make(map[string]string, len(o))
	for key, raw := range o {
		value, ok := text(raw)
		switch {
		case strings.Contains(key+value, "\x00"): // which is no text for a database
			return nil, false, errUnrecognizable
		case ok:
			values[key] = value
		case null(raw):
		case raw[0] == '{' || raw[0] == '[':
			return nil, false, errUnrecognizable
		default:
			values[key] = string(raw)
		}
	}
	return values, true, nil
}

// object returns the members of a JSON object, or false for anything else.
func object(raw []byte) (members, bool) {
	var m members
	return m, json.Unmarshal(raw, &m) == nil && m != nil
}

// text returns the text of a JSON string, or false for anything else.
func text(raw []byte) (string, bool) {
	var s *string
	if json.Unmarshal(raw, &s) != nil || s == nil {
		return "", false
	}
	return *s, true
}

func null(raw []byte) bool { return string(raw) == "null" }
