package sqlstore

import "context"

// Meta returns the value kept under name.
func (t *Tx) Meta(ctx context.Context, name string) (value string, err error) {
	err = t.one(ctx, "read meta", func(r Row) error { value = r.Text(0); return nil },
		`SELECT value FROM meta WHERE name = $1`, name)
	return value, err
}

// SetMetaOnce keeps value under name unless there is one.
func (t *Tx) SetMetaOnce(ctx context.Context, name, value string) (string, error) {
	err := t.exec(ctx, "write meta",
		`INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, value)
	if err != nil {
		return "", err
	}
	return t.Meta(ctx, name)
}
