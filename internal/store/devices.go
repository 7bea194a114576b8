package store

import (
	"context"
	"time"
)

// Device is a device that a user has confirmed. One that is only offered at a
// sign-in has no row: the access token of that sign-in names it.
type Device struct {
	PoolKey       int64
	Sub           string
	Key           string // DeviceKey: region_UUID; unique for the user
	Group         string // DeviceGroupKey
	Name          string
	Remembered    bool
	Created       time.Time
	Modified      time.Time
	Authenticated time.Time
	Address       string // the last IP address; "" if unknown
	Sealed        []byte // salt and verifier of its password, under the key "device"
}

// DeviceReader reads devices.
type DeviceReader interface {
	// Device returns a device of a user, or ErrNotFound.
	Device(ctx context.Context, poolKey int64, sub, key string) (Device, error)
	// Devices returns a page of the devices of a user in the order of their keys.
	Devices(ctx context.Context, poolKey int64, sub string, p Page) ([]Device, error)
}

// DeviceWriter keeps devices.
type DeviceWriter interface {
	// AddDevice adds d, or returns *ExistsError with the key device. ErrNotFound
	// if the user is gone: the user's row is held until the transaction ends.
	AddDevice(ctx context.Context, d Device) error
	// RememberDevice writes Remembered of a device, and now as Modified, or
	// returns ErrNotFound.
	RememberDevice(ctx context.Context, poolKey int64, sub, key string, remembered bool, now time.Time) error
	// SeeDevice writes Authenticated of a device, and Address unless that is "".
	// ErrNotFound if it is gone, or Remembered is another than that of d.
	SeeDevice(ctx context.Context, d Device) error
	// DeleteDevice removes a device of a user, or returns ErrNotFound.
	DeleteDevice(ctx context.Context, poolKey int64, sub, key string) error
	// DeleteDevices removes all devices of a user.
	DeleteDevices(ctx context.Context, poolKey int64, sub string) error
}
