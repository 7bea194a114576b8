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
