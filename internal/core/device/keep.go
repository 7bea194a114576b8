package device

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

var (
	errUntracked = pool.E(pool.InvalidParameter, "Device tracking is not enabled for the user pool.")

	// ErrUnknown is also how a sign-in tells a client to forget its device.
	ErrUnknown = pool.E(pool.NotFound, "Device does not exist.")
)

// Tracked returns InvalidParameter unless p keeps devices.
func Tracked(p *pool.Pool) error {
	if p.Device == nil {
		return errUntracked
	}
	return nil
}

// Find returns a device of a user of p, or NotFound.
func Find(ctx context.Context, snap store.DeviceReader, p *pool.Pool, sub, key string) (store.Device, error) {
	d, err := snap.Device(ctx, p.Key, sub, key)
	if errors.Is(err, store.ErrNotFound) {
		return d, ErrUnknown
	}
	if err != nil {
		return d, fmt.Errorf("read a device: %w", err)
	}
	return d, nil
}

// Remember makes a device of a user Remembered or NotRemembered; with "" it
// stays what it is. NotFound.
func Remember(ctx context.Context, tx store.Tx, p *pool.Pool, sub, key, status string, now time.Time) error {
	if status == "" {
		_, err := Find(ctx, tx, p, sub, key)
		return err
	}
	err := tx.RememberDevice(ctx, p.Key, sub, key, status == Remembered, now)
	if errors.Is(err, store.ErrNotFound) {
		return ErrUnknown
	}
	if err != nil {
		return fmt.Errorf("remember a device: %w", err)
	}
	return nil
}

// Forget removes a device of a user. Its refresh tokens serve no more. NotFound.
func Forget(ctx context.Context, tx store.Tx, p *pool.Pool, sub, key string) error {
	err := tx.DeleteDevice(ctx, p.Key, sub, key)
	if errors.Is(err, store.ErrNotFound) {
		return ErrUnknown
	}
	if err != nil {
		return fmt.Errorf("forget a device: %w", err)
	}
	return nil
}

// pageSize is how many devices a page has at most, and has if nothing is said.
const pageSize = 60

// List returns a page of the devices of a user of p in the order of their keys,
// as show shows them, and the token of the page after it, "" if there is none.
// A limit of 0 is the greatest. InvalidParameter for a token that is none of
// this user's lists.
func (s *Devices) List(
	ctx context.Context, snap store.DeviceReader, p *pool.Pool, sub string, limit int, token string, show func(store.Device) Shown,
) (list []Shown, next string, err error) {
	after, err := s.keys.OpenPage(token, "devices", p.Key, sub)
	if err != nil {
		return nil, "", err
	}
	if limit <= 0 || limit > pageSize {
		limit = pageSize
	}
	rows, err := snap.Devices(ctx, p.Key, sub, store.Page{After: after, Limit: limit + 1})
	if err != nil {
		return nil, "", fmt.Errorf("list devices: %w", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = s.keys.SealPage(rows[limit-1].Key, "devices", p.Key, sub)
	}
	for _, row := range rows {
		list = append(list, show(row))
	}
	return list, next, nil
}
