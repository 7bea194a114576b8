package account

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/device"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// A NewDevice is a device that a client confirms.
type NewDevice struct {
	Key    string
	Name   string // "" for none
	Secret device.Secret
	Origin pool.Origin
}

var (
	errDeviceKey    = pool.E(pool.InvalidParameter, "Invalid device key given.")
	errDeviceExists = pool.E(pool.DeviceKeyExists, "Device already exists.")
)

// ConfirmDevice keeps the device that an access token was issued to. It is
// remembered from then on, unless the pool leaves that to the user: then ask is
// true. Errors are those of token.VerifyAccess; InvalidParameter where devices
// are not tracked, for another device's key and for a secret that no password
// has; DeviceKeyExists.
// Source: ConfirmDevice in model/.
func (s *Service) ConfirmDevice(ctx context.Context, accessToken string, n NewDevice) (ask bool, err error) {
	access, err := s.ofDevices(ctx, accessToken)
	if err != nil {
		return false, err
	}
	p, u := access.Pool, access.User
	if n.Key == "" || n.Key != access.Device {
		return false, errDeviceKey
	}
	sealed, err := s.Devices.Seal(p, u.Sub, n.Key, n.Secret)
	if err != nil {
		return false, err
	}
	now := s.Now()
	d := store.Device{
		PoolKey: p.Key, Sub: u.Sub, Key: n.Key, Group: s.Devices.Group(p, u.Sub), Name: n.Name, Remembered: !p.Device.OnlyOnPrompt,
		Created: now, Modified: now, Authenticated: now, Address: n.Origin.Address, Sealed: sealed,
	}
	err = s.withDevices(ctx, access, func(tx store.Tx) error {
		err := tx.AddDevice(ctx, d)
		if errors.Is(err, store.ErrExists) {
			return errDeviceExists
		}
		return err
	})
	return p.Device.OnlyOnPrompt, err
}

// Device returns a device of an access token's user. Errors are those of
// token.VerifyAccess; InvalidParameter where devices are not tracked; NotFound.
func (s *Service) Device(ctx context.Context, accessToken, key string) (d device.Shown, err error) {
	access, err := s.ofDevices(ctx, accessToken)
	if err != nil {
		return d, err
	}
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		row, err := device.Find(ctx, snap, access.Pool, access.User.Sub, key)
		d = device.Show(row)
		return err
	})
	return d, err
}

// ListDevices returns a page of the devices of an access token's user, as
// device.List does.
func (s *Service) ListDevices(ctx context.Context, accessToken string, limit int, page string) (list []device.Shown, next string, err error) {
	access, err := s.ofDevices(ctx, accessToken)
	if err != nil {
		return nil, "", err
	}
	err = s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		list, next, err = s.Devices.List(ctx, snap, access.Pool, access.User.Sub, limit, page, device.Show)
		return err
	})
	return list, next, err
}

// RememberDevice is device.Remember for a device of an access token's user.
// Errors are those of Device.
func (s *Service) RememberDevice(ctx context.Context, accessToken, key, status string) error {
	access, err := s.ofDevices(ctx, accessToken)
	if err != nil {
		return err
	}
	return s.withDevices(ctx, access, func(tx store.Tx) error {
		return device.Remember(ctx, tx, access.Pool, access.User.Sub, key, status, s.Now())
	})
}

// ForgetDevice removes a device of an access token's user. Its refresh tokens
// serve no more, and if it is not the one that the access token was issued to,
// its access tokens neither. Errors are those of Device.
func (s *Service) ForgetDevice(ctx context.Context, accessToken, key string) error {
	access, err := s.ofDevices(ctx, accessToken)
	if err != nil {
		return err
	}
	return s.withDevices(ctx, access, func(tx store.Tx) error {
		p, sub := access.Pool, access.User.Sub
		if err := device.Forget(ctx, tx, p, sub, key); err != nil {
			return err
		}
		if key == access.Device {
			return nil
		}
		return tx.RevokeDevice(ctx, p.Key, sub, key, s.Now())
	})
}

// ofDevices returns what an access token says in a pool that tracks devices.
func (s *Service) ofDevices(ctx context.Context, accessToken string) (*token.Access, error) {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return nil, err
	}
	return access, device.Tracked(access.Pool)
}

// withDevices does something to the devices of who holds an access token, in a
// transaction in which the token is still good.
func (s *Service) withDevices(ctx context.Context, access *token.Access, do func(store.Tx) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := access.Again(ctx, tx); err != nil {
			return err
		}
		return do(tx)
	})
}
