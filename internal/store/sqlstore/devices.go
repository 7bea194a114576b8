package sqlstore

import (
	"context"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

const deviceColumns = `key, group_key, name, remembered, created, modified, authenticated, address, sealed`

func scanDevice(poolKey int64, sub string) func(Row) (store.Device, error) {
	return func(r Row) (store.Device, error) {
		return store.Device{
			PoolKey: poolKey, Sub: sub, Key: r.Text(0), Group: r.Text(1), Name: r.Text(2), Remembered: r.Int(3) != 0,
			Created: moment(r.Int(4)), Modified: moment(r.Int(5)), Authenticated: moment(r.Int(6)),
			Address: r.Text(7), Sealed: r.Bytes(8),
		}, nil
	}
}

// Device returns a device of a user.
func (t *Tx) Device(ctx context.Context, poolKey int64, sub, key string) (d store.Device, err error) {
	err = t.one(ctx, "read device", func(r Row) (err error) { d, err = scanDevice(poolKey, sub)(r); return err },
		`SELECT `+deviceColumns+` FROM device WHERE pool_key = $1 AND sub = $2 AND key = $3`, poolKey, sub, key)
	return d, err
}

// Devices returns the devices of a user in the order of their keys.
func (t *Tx) Devices(ctx context.Context, poolKey int64, sub string, p store.Page) ([]store.Device, error) {
	return all(ctx, t, "list devices", scanDevice(poolKey, sub),
		`SELECT `+deviceColumns+` FROM device WHERE pool_key = $1 AND sub = $2 AND key > $3 ORDER BY key LIMIT $4`,
		poolKey, sub, p.After, int64(p.Limit))
}

// AddDevice adds d, while its user is held.
func (t *Tx) AddDevice(ctx context.Context, d store.Device) error {
	if err := t.holdUser(ctx, d.PoolKey, d.Sub); err != nil {
		return err
	}
	return t.must(ctx, "add device", &store.ExistsError{Key: "device"},
		`INSERT INTO device (pool_key, sub, `+deviceColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (pool_key, sub, key) DO NOTHING`,
		d.PoolKey, d.Sub, d.Key, d.Group, d.Name, flag(d.Remembered), micros(d.Created), micros(d.Modified),
		micros(d.Authenticated), d.Address, blob(d.Sealed))
}

// RememberDevice writes whether a device is remembered.
func (t *Tx) RememberDevice(ctx context.Context, poolKey int64, sub, key string, remembered bool, now time.Time) error {
	return t.must(ctx, "remember device", store.ErrNotFound,
		`UPDATE device SET remembered = $4, modified = $5 WHERE pool_key = $1 AND sub = $2 AND key = $3`,
		poolKey, sub, key, flag(remembered), micros(now))
}

// SeeDevice writes when and whence a device was used, if it is remembered, or
// not, as before.
func (t *Tx) SeeDevice(ctx context.Context, d store.Device) error {
	return t.must(ctx, "see device", store.ErrNotFound,
		`UPDATE device SET authenticated = $5, address = CASE WHEN $6 = '' THEN address ELSE $6 END
		WHERE pool_key = $1 AND sub = $2 AND key = $3 AND remembered = $4`,
		d.PoolKey, d.Sub, d.Key, flag(d.Remembered), micros(d.Authenticated), d.Address)
}

// DeleteDevice removes a device of a user.
func (t *Tx) DeleteDevice(ctx context.Context, poolKey int64, sub, key string) error {
	return t.must(ctx, "delete device", store.ErrNotFound,
		`DELETE FROM device WHERE pool_key = $1 AND sub = $2 AND key = $3`, poolKey, sub, key)
}

// DeleteDevices removes all devices of a user.
func (t *Tx) DeleteDevices(ctx context.Context, poolKey int64, sub string) error {
	return t.exec(ctx, "delete devices", `DELETE FROM device WHERE pool_key = $1 AND sub = $2`, poolKey, sub)
}
