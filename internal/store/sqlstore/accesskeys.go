package sqlstore

import (
	"context"

	"github.com/cenote-auth/cenote/internal/store"
)

const accessKeyColumns = `id, name, created, sealed, scope`

// accessKeyScope is the JSON of what an access key is good for.
type accessKeyScope struct {
	Operations []string `json:"operations"`
	Pools      []string `json:"pools"`
}

func scanAccessKey(r Row) (store.AccessKey, error) {
	k := store.AccessKey{ID: r.Text(0), Name: r.Text(1), Created: moment(r.Int(2)), Sealed: r.Bytes(3)}
	var scope accessKeyScope
	err := decode("access key", r.Text(4), &scope)
	k.Operations, k.Pools = scope.Operations, scope.Pools
	return k, err
}

// AccessKey returns the key of an id.
func (t *Tx) AccessKey(ctx context.Context, id string) (k store.AccessKey, err error) {
	err = t.one(ctx, "read access key", func(r Row) error { k, err = scanAccessKey(r); return err },
		`SELECT `+accessKeyColumns+` FROM access_key WHERE id = $1`, id)
	return k, err
}

// AccessKeys returns keys in the order of their ids.
func (t *Tx) AccessKeys(ctx context.Context, p store.Page) ([]store.AccessKey, error) {
	return all(ctx, t, "list access keys", scanAccessKey,
		`SELECT `+accessKeyColumns+` FROM access_key WHERE id > $1 ORDER BY id LIMIT $2`, p.After, int64(p.Limit))
}

// AddAccessKey adds k.
func (t *Tx) AddAccessKey(ctx context.Context, k store.AccessKey) error {
	scope, err := encode("access key", accessKeyScope{k.Operations, k.Pools})
	if err != nil {
		return err
	}
	return t.must(ctx, "add access key", &store.ExistsError{Key: "access key"},
		`INSERT INTO access_key (id, name, created, sealed, scope)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
		k.ID, k.Name, micros(k.Created), blob(k.Sealed), scope)
}

// DeleteAccessKey removes a key.
func (t *Tx) DeleteAccessKey(ctx context.Context, id string) error {
	return t.must(ctx, "delete access key", store.ErrNotFound, `DELETE FROM access_key WHERE id = $1`, id)
}
