package signin

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/device"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// third goes on after the second factor, or where none is asked for: to the
// device that the client names if it is remembered, and otherwise, or once the
// device has proved itself, to the end.
func (s *Service) third(ctx context.Context, who person) (Step, error) {
	who, err := s.lookForDevice(ctx, who)
	if err != nil {
		return Step{}, err
	}
	if who.mustProveDevice() {
		return s.askDeviceSRPAuth(who), nil
	}
	if who.flow == customAuth {
		return s.talked(ctx, who, "DEVICE_PASSWORD_VERIFIER")
	}
	return s.issue(ctx, who, who.user, nil)
}

// mustProveDevice reports whether a device stands between who and the tokens.
func (who person) mustProveDevice() bool {
	return who.known != nil && who.known.Remembered && !who.byDevice && who.flow != customAuth
}

// devicePasses reports whether the device of who, which has to prove itself,
// stands in for a second factor.
func (who person) devicePasses() bool {
	return who.mustProveDevice() && who.pool.Device.ChallengeOnNewDevice
}

// newDevice reports whether who signs in from a device that the pool would
// track and does not know.
func (who person) newDevice() bool { return who.pool.Device != nil && who.known == nil }

// A NewDevice is a device that a sign-in offers: what its client confirms it
// by.
type NewDevice struct{ Key, Group string }

// errDevice is how clients learn that they have to forget their device, and to
// take the same step again without it.
var errDevice = device.ErrUnknown

// findDevice looks up the device that the client of who names. One that is not
// the user's is errDevice in the request that names it, and no device where an
// earlier one did: then the client has heard of it.
func (who *person) findDevice(ctx context.Context, snap store.Snapshot) error {
	who.known = nil
	if who.user == nil || who.pool.Device == nil || who.device == "" {
		return nil
	}
	d, err := snap.Device(ctx, who.pool.Key, who.user.Sub, who.device)
	switch {
	case errors.Is(err, store.ErrNotFound) && who.named:
		return errDevice
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	who.known = &d
	return nil
}

// lookForDevice is findDevice where that was not yet done.
func (s *Service) lookForDevice(ctx context.Context, who person) (person, error) {
	if who.known != nil || who.pool.Device == nil || who.device == "" {
		return who, nil
	}
	err := s.Store.View(ctx, func(snap store.Snapshot) error { return who.findDevice(ctx, snap) })
	return who, err
}

// recogniseDevice is lookForDevice once the first factor was right: before that
// the answer would tell strangers whose a device is. The client takes the same
// step again without the device, so the attempt at the password is forgotten. A
// right answer to a custom challenge cannot be given again; there a device that
// is not the user's is none.
func (s *Service) recogniseDevice(ctx context.Context, who person) (person, error) {
	if who.first == customChallenge {
		who.named = false
	}
	who, err := s.lookForDevice(ctx, who)
	if errors.Is(err, errDevice) {
		if err := s.forgive(ctx, who); err != nil {
			return person{}, err
		}
	}
	return who, err
}

// deviceInSession is the device that a session of who names. What is too long
// for a DeviceKey is none of ours.
func (who person) deviceInSession() string {
	const longest = 55 // source: DeviceKeyType in model/
	if who.pool.Device == nil || len(who.device) > longest {
		return ""
	}
	return who.device
}

// onDevice settles which device the tokens of who are for: the one that is
// known, or in a pool that tracks devices a new one, which the client is
// offered. Who answered nothing but custom challenges is offered none.
func (s *Service) onDevice(who person) (person, *NewDevice) {
	if who.known != nil {
		return who, nil
	}
	if !who.newDevice() || !who.proved() || who.first == customChallenge {
		who.device = ""
		return who, nil
	}
	who.device = s.Devices.NewKey(who.pool)
	return who, &NewDevice{who.device, s.Devices.Group(who.pool, who.user.Sub)}
}

// seen notes in the transaction that ends a sign-in that its device was used.
// errDevice if it is gone by then, or has been remembered or ceased to be.
func (s *Service) seen(ctx context.Context, tx store.Tx, who person) error {
	if who.known == nil {
		return nil
	}
	d := *who.known
	d.Authenticated, d.Address = s.Now(), who.origin.Address
	err := tx.SeeDevice(ctx, d)
	if errors.Is(err, store.ErrNotFound) {
		return errDevice
	}
	if err != nil || !who.byDevice {
		return err
	}
	return s.Limits.Clear(ctx, tx, who.pool.Key, who.user.Sub, limit.FactorDevice)
}

// fromItsDevice returns NotAuthorized unless a refresh token comes from the
// device that it was issued to, which its client has confirmed and nobody has
// forgotten since. Where devices are not tracked it may come from any.
func fromItsDevice(ctx context.Context, snap store.Snapshot, p *pool.Pool, row store.RefreshToken, key string) error {
	if p.Device == nil || row.DeviceKey == "" {
		return nil
	}
	if key != row.DeviceKey {
		return errRefresh
	}
	_, err := snap.Device(ctx, p.Key, row.Sub, key)
	if errors.Is(err, store.ErrNotFound) {
		return errRefresh
	}
	return err
}

var errRefresh = pool.E(pool.NotAuthorized, "Invalid Refresh Token")
