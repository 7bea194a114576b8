package sqlstore

import (
	"context"

	"github.com/cenote-auth/cenote/internal/store"
)

// Code returns the code of a purpose, expired or not.
func (t *Tx) Code(ctx context.Context, poolKey int64, sub, purpose string) (store.Code, error) {
	c := store.Code{PoolKey: poolKey, Sub: sub, Purpose: purpose}
	err := t.one(ctx, "read code", func(r Row) error {
		c.MAC, c.Attribute, c.Pending, c.Expires = r.Bytes(0), r.Text(1), r.Text(2), moment(r.Int(3))
		return nil
	}, `SELECT mac, attribute, pending, expires FROM code WHERE pool_key = $1 AND sub = $2 AND purpose = $3`, poolKey, sub, purpose)
	if err != nil {
		return store.Code{}, err
	}
	return c, nil
}

// PutCode keeps c in place of an older code of its purpose.
func (t *Tx) PutCode(ctx context.Context, c store.Code) error {
	return t.exec(ctx, "put code",
		`INSERT INTO code (pool_key, sub, purpose, mac, attribute, pending, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (pool_key, sub, purpose) DO UPDATE
		SET mac = excluded.mac, attribute = excluded.attribute, pending = excluded.pending, expires = excluded.expires`,
		c.PoolKey, c.Sub, c.Purpose, blob(c.MAC), c.Attribute, c.Pending, micros(c.Expires))
}

// SpendCode removes the code of a purpose if its MAC still is mac.
func (t *Tx) SpendCode(ctx context.Context, poolKey int64, sub, purpose string, mac []byte) error {
	return t.must(ctx, "spend code", store.ErrNotFound,
		`DELETE FROM code WHERE pool_key = $1 AND sub = $2 AND purpose = $3 AND mac = $4`, poolKey, sub, purpose, blob(mac))
}

// VoidCode removes the code of a purpose, if there is one.
func (t *Tx) VoidCode(ctx context.Context, poolKey int64, sub, purpose string) error {
	return t.exec(ctx, "void code",
		`DELETE FROM code WHERE pool_key = $1 AND sub = $2 AND purpose = $3`, poolKey, sub, purpose)
}

// VoidCodes removes the codes of a user that went to the address of an attribute.
func (t *Tx) VoidCodes(ctx context.Context, poolKey int64, sub, attribute string) error {
	return t.exec(ctx, "void codes",
		`DELETE FROM code WHERE pool_key = $1 AND sub = $2 AND attribute = $3`, poolKey, sub, attribute)
}
