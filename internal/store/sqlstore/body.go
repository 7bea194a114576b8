package sqlstore

import (
	"encoding/json"
	"fmt"

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
	Settings           pool.Settings
}

func encodePool(p *pool.Pool) (string, error) {
	return encode("pool", poolBody{
		UsernameAttributes: p.UsernameAttributes, AliasAttributes: p.AliasAttributes,
		CaseInsensitive: p.CaseInsensitive, CaseGiven: p.CaseGiven, Schema: p.Schema, Settings: p.Settings,
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
	p.Schema, p.Settings = b.Schema, b.Settings
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
