package sqlstore

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/cenote-auth/cenote/internal/pool"
)

// poolBody is the JSON of a pool's row. The names of its members are data: a
// field of package pool that gets another name needs a tag with the old one.
type poolBody struct {
	UsernameAttributes []string
	AliasAttributes    []string
	CaseInsensitive    bool
	CaseGiven          bool
	Schema             pool.Schema
	ImportedHashes     string `json:",omitempty"`
	Settings           pool.Settings
	WebAuthn           *pool.WebAuthn `json:",omitempty"`
	Second             pool.SecondFactors
	Sessions           pool.SessionRules
}

func encodePool(p *pool.Pool) (string, error) {
	return encode("pool", poolBody{
		UsernameAttributes: p.UsernameAttributes, AliasAttributes: p.AliasAttributes,
		CaseInsensitive: p.CaseInsensitive, CaseGiven: p.CaseGiven, Schema: p.Schema,
		ImportedHashes: p.ImportedHashes, Settings: p.Settings, WebAuthn: p.WebAuthn, Second: p.Second, Sessions: p.Sessions,
	})
}

// decodePool fills p from the JSON of its row.
func decodePool(p *pool.Pool, body string) error {
	var b poolBody
	if err := decode("pool", body, &b); err != nil {
		return err
	}
	p.UsernameAttributes, p.AliasAttributes = b.UsernameAttributes, b.AliasAttributes
	p.CaseInsensitive, p.CaseGiven = b.CaseInsensitive, b.CaseGiven
	p.Schema, p.ImportedHashes, p.Settings, p.WebAuthn = b.Schema, b.ImportedHashes, b.Settings, b.WebAuthn
	p.Second, p.Sessions = b.Second, b.Sessions
	return nil
}

func encode(what string, v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %s: %w", what, err)
	}
	return string(b), nil
}

func decode(what, body string, v any) error {
	if err := json.Unmarshal([]byte(body), v); err != nil {
		return fmt.Errorf("decode %s: %w", what, err)
	}
	return nil
}

// decodeAttributes reads the attributes of a user's row.
func decodeAttributes(body string) (attributes map[string]string, err error) {
	if attributes, ok := plainAttributes(body); ok {
		return attributes, nil
	}
	return attributes, decode("user", body, &attributes)
}

// plainAttributes reads an object of strings without escapes, as most users
// have one. No quote stands inside of such a string, so that each pair between
// its quotes is read in one way or not at all.
func plainAttributes(body string) (map[string]string, bool) {
	rest, ok := strings.CutPrefix(body, `{"`)
	if !ok || strings.Contains(rest, `\`) {
		return nil, false
	}
	if rest, ok = strings.CutSuffix(rest, `"}`); !ok {
		return nil, false
	}
	attributes := make(map[string]string, 8)
	for pair := range strings.SplitSeq(rest, `","`) {
		name, value, ok := strings.Cut(pair, `":"`)
		if !ok || strings.Contains(name, `"`) || strings.Contains(value, `"`) {
			return nil, false
		}
		attributes[name] = value
	}
	return attributes, true
}
