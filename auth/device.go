package auth

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// Device is a device that somebody signed in on, in a pool that remembers
// devices.
type Device struct {
	ID         string
	Name       string            // what it was registered as; see Options.DeviceName
	Attributes map[string]string // by the service's names, device_name among them

	// Zero if the service does not say.
	Created, LastModified, LastAuthenticated time.Time
}

func deviceOf(d *userpool.KnownDevice) Device {
	return Device{
		ID: d.Key, Name: d.Name(), Attributes: maps.Clone(d.Attributes),
		Created: d.Created, LastModified: d.Modified, LastAuthenticated: d.LastAuthenticated,
	}
}

// RememberDevice has the service remember this device, on which the user signed
// in (UpdateDeviceStatus). It is Amplify's rememberDevice. Where the pool says so
// (ChallengeRequiredOnNewDevice), the next sign-in here goes without a second
// factor: the device proves itself in its place. Pools that always remember need
// no such call; those that leave it to the user say so by
// NextSignInStep.RememberDevice.
//
// Errors: ErrDeviceMetadataNotFound if the sign-in here registered no device, as
// in pools that remember none; ErrResourceNotFound if the service forgot it;
// ErrNotSignedIn.
func (c *Client) RememberDevice(ctx context.Context) error {
	return named("RememberDevice", c.setRemembered(ctx, true))
}

// UnrememberDevice takes RememberDevice back (UpdateDeviceStatus): the service
// still lists this device, which will need a second factor again. Amplify has no
// such function. The errors are those of RememberDevice.
func (c *Client) UnrememberDevice(ctx context.Context) error {
	return named("UnrememberDevice", c.setRemembered(ctx, false))
}

func (c *Client) setRemembered(ctx context.Context, remembered bool) error {
	stored, here, err := c.thisDevice(ctx)
	if err != nil {
		return err
	}
	return c.pool.UpdateDeviceStatus(ctx, stored.Session.AccessToken, here.Key, remembered)
}

// CurrentDevice returns this device as the service knows it (GetDevice). Amplify
// has no such function. The errors are those of RememberDevice.
func (c *Client) CurrentDevice(ctx context.Context) (*Device, error) {
	stored, here, err := c.thisDevice(ctx)
	if err != nil {
		return nil, named("CurrentDevice", err)
	}
	known, err := c.pool.GetDevice(ctx, stored.Session.AccessToken, here.Key)
	if err != nil {
		return nil, named("CurrentDevice", err)
	}
	return new(deviceOf(known)), nil
}

// ForgetDevice has the service forget the signed-in user's device of that id, or
// this one if id is empty (ForgetDevice). It is Amplify's forgetDevice. What this
// device proves itself by is then removed from the storage. The tokens that were
// given to a forgotten device are refreshed no more.
//
// Errors: ErrResourceNotFound if the user has no such device;
// ErrDeviceMetadataNotFound if id is empty and the sign-in here registered no
// device; ErrNotSignedIn.
func (c *Client) ForgetDevice(ctx context.Context, id string) error {
	return named("ForgetDevice", c.forgetDevice(ctx, id))
}

func (c *Client) forgetDevice(ctx context.Context, id string) error {
	stored, here, err := c.thisDevice(ctx)
	if err != nil && (id == "" || codeOf(err) != ErrDeviceMetadataNotFound) {
		return err
	}
	if id == "" {
		id = here.Key
	}
	if err := c.pool.ForgetDevice(ctx, stored.Session.AccessToken, id); err != nil {
		return err
	}
	if here == nil || here.Key != id {
		return nil
	}
	return c.store.ClearDevice(context.WithoutCancel(ctx), deviceNames(stored)...)
}

// devicePage is how many devices are asked for at once: as many as the service
// gives.
const devicePage = 60

// Devices returns the signed-in user's devices, one page of the service after
// another (ListDevices). It is Amplify's fetchDevices, which returns the first
// page alone.
//
//	for device, err := range client.Devices(ctx) {
//		if err != nil { … } // and there is no more
//	}
//
// Errors: ErrInvalidParameter in a pool that remembers no devices;
// ErrNotSignedIn.
func (c *Client) Devices(ctx context.Context) iter.Seq2[Device, error] {
	return func(yield func(Device, error) bool) {
		in := userpool.ListDevicesInput{Limit: devicePage}
		for {
			page, err := c.devices(ctx, in)
			if err != nil {
				yield(Device{}, named("Devices", err))
				return
			}
			for _, d := range page.Devices {
				if !yield(deviceOf(&d), nil) {
					return
				}
			}
			if in.PaginationToken = page.PaginationToken; in.PaginationToken == "" {
				return
			}
		}
	}
}

func (c *Client) devices(ctx context.Context, in userpool.ListDevicesInput) (*userpool.DevicePage, error) {
	stored, err := c.present(ctx)
	if err != nil {
		return nil, err
	}
	return c.pool.ListDevices(ctx, stored.Session.AccessToken, in)
}

// thisDevice returns the session, and what this device proves itself by. The
// session is there beside ErrDeviceMetadataNotFound too.
func (c *Client) thisDevice(ctx context.Context) (*userpool.Stored, *userpool.Device, error) {
	stored, err := c.present(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range deviceNames(stored) {
		if d, err := c.store.Device(ctx, name); d != nil || err != nil {
			return stored, d, err
		}
	}
	return stored, nil, failure("", ErrDeviceMetadataNotFound)
}

// deviceNames are those in which a sign-in may have filed the user's device.
func deviceNames(s *userpool.Stored) []string {
	names := []string{s.Username, s.Session.AccessToken.Username(), userOf(s).SignInDetails.LoginID}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}
