package userpool

import "context"

// CachedDevice returns the device record that is filed in the user's name, nil if
// there is none. A sign-in that registers a new device files it by itself.
func (u *User) CachedDevice(ctx context.Context) (*Device, error) {
	return u.pool.sessions.Device(ctx, u.Username())
}

// CacheDevice files a device record that came from elsewhere.
func (u *User) CacheDevice(ctx context.Context, d Device) error {
	return u.pool.sessions.SaveDevice(ctx, u.Username(), d)
}

// ClearCachedDevice forgets the device here. The service still knows it.
func (u *User) ClearCachedDevice(ctx context.Context) error {
	return u.pool.sessions.ClearDevice(ctx, u.Username())
}

// Device returns this device as the service knows it (GetDevice; see
// Pool.GetDevice for the errors). The error has the code
// ErrDeviceMetadataNotFound if no device is filed in the user's name, ErrNoUser if
// nobody is signed in.
func (u *User) Device(ctx context.Context) (*KnownDevice, error) {
	session, device, err := u.here(ctx)
	if err != nil {
		return nil, err
	}
	return u.pool.GetDevice(ctx, session.AccessToken, device.Key)
}

// Devices returns a page of the signed-in user's devices (ListDevices; see
// Pool.ListDevices, also for the errors).
func (u *User) Devices(ctx context.Context, in ListDevicesInput) (*DevicePage, error) {
	session, err := u.Session(ctx, nil)
	if err != nil {
		return nil, err
	}
	return u.pool.ListDevices(ctx, session.AccessToken, in)
}

// ForgetDevice has the service forget this device (ForgetDevice), and then what is
// filed of it here is forgotten too. The errors are those of Device.
func (u *User) ForgetDevice(ctx context.Context) error {
	session, device, err := u.here(ctx)
	if err != nil {
		return err
	}
	if err := u.pool.ForgetDevice(ctx, session.AccessToken, device.Key); err != nil {
		return err
	}
	return u.ClearCachedDevice(context.WithoutCancel(ctx))
}

// ForgetSpecificDevice has the service forget the device of that key
// (ForgetDevice). What is filed here stays.
func (u *User) ForgetSpecificDevice(ctx context.Context, key string) error {
	session, err := u.Session(ctx, nil)
	if err != nil {
		return err
	}
	return u.pool.ForgetDevice(ctx, session.AccessToken, key)
}

// SetDeviceRemembered says whether this device counts as one that is remembered,
// which may spare it a second factor (UpdateDeviceStatus). The errors are those of
// Device.
func (u *User) SetDeviceRemembered(ctx context.Context, remembered bool) error {
	session, device, err := u.here(ctx)
	if err != nil {
		return err
	}
	return u.pool.UpdateDeviceStatus(ctx, session.AccessToken, device.Key, remembered)
}

// here returns the session, and this device.
func (u *User) here(ctx context.Context) (*Session, *Device, error) {
	session, err := u.Session(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	device, err := u.CachedDevice(ctx)
	if err == nil && device == nil {
		err = fault(ErrDeviceMetadataNotFound, "no device is filed in the user's name", nil)
	}
	return session, device, err
}
