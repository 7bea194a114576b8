package admin

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/device"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Device returns a device of a user. Errors: NotFound for the pool, the user and
// the device, InvalidParameter where devices are not tracked.
func (s *Users) Device(ctx context.Context, poolID, name, key string) (d device.Shown, err error) {
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		p, u, err := ownerOf(ctx, snap, poolID, name)
		if err != nil {
			return asResource(err)
		}
		row, err := device.Find(ctx, snap, p, u.Sub, key)
		d = s.Devices.ShowAll(p, u, row)
		return err
	})
	return d, err
}

// ListDevices returns a page of a user's devices, as device.List does. Errors:
// those of Device.
func (s *Users) ListDevices(ctx context.Context, poolID, name string, limit int, page string) (list []device.Shown, next string, err error) {
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		p, u, err := ownerOf(ctx, snap, poolID, name)
		if err != nil {
			return asResource(err)
		}
		list, next, err = s.Devices.List(ctx, snap, p, u.Sub, limit, page, func(d store.Device) device.Shown {
			return s.Devices.ShowAll(p, u, d)
		})
		return err
	})
	return list, next, err
}

// asResource makes a user who is not there a resource that is not: the model
// declares nothing else for those who read devices.
func asResource(err error) error {
	if e, ok := errors.AsType[*pool.Error](err); ok && e.Kind == pool.UserNotFound {
		return pool.E(pool.NotFound, e.Message)
	}
	return err
}

// RememberDevice is device.Remember for a device of a user. Errors: NotFound for
// the pool and the device, UserNotFound, InvalidParameter where devices are not
// tracked.
func (s *Users) RememberDevice(ctx context.Context, poolID, name, key, status string) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		p, u, err := ownerOf(ctx, tx, poolID, name)
		if err != nil {
			return err
		}
		return device.Remember(ctx, tx, p, u.Sub, key, status, s.Now())
	})
}

// ForgetDevice removes a device of a user and ends the tokens of its sign-ins.
// Errors: those of RememberDevice.
func (s *Users) ForgetDevice(ctx context.Context, poolID, name, key string) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		p, u, err := ownerOf(ctx, tx, poolID, name)
		if err != nil {
			return err
		}
		if err := device.Forget(ctx, tx, p, u.Sub, key); err != nil {
			return err
		}
		return tx.RevokeDevice(ctx, p.Key, u.Sub, key, s.Now())
	})
}

// ownerOf finds a user in a pool that tracks devices.
func ownerOf(ctx context.Context, snap store.Snapshot, poolID, name string) (*pool.Pool, *pool.User, error) {
	p, err := directory.Pool(ctx, snap, poolID)
	if err != nil {
		return nil, nil, err
	}
	u, err := directory.User(ctx, snap, p, name)
	if err != nil {
		return nil, nil, err
	}
	return p, u, device.Tracked(p)
}
