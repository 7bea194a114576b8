package userpool

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// KnownDevice is a device of a user as the service knows it. What this device
// proves itself by is a Device.
type KnownDevice struct {
	Key        string
	Attributes map[string]string // device_name, device_status, last_ip_used and others

	// Zero if the service does not say.
	Created, Modified, LastAuthenticated time.Time
}

// Name returns what the device was registered as, "" if nothing says.
func (d *KnownDevice) Name() string { return d.Attributes["device_name"] }

func knownDevice(in *types.DeviceType) *KnownDevice {
	d := &KnownDevice{
		Key: aws.ToString(in.DeviceKey), Attributes: make(map[string]string, len(in.DeviceAttributes)),
		Created: aws.ToTime(in.DeviceCreateDate), Modified: aws.ToTime(in.DeviceLastModifiedDate),
		LastAuthenticated: aws.ToTime(in.DeviceLastAuthenticatedDate),
	}
	for _, a := range in.DeviceAttributes {
		d.Attributes[aws.ToString(a.Name)] = aws.ToString(a.Value)
	}
	return d
}

// GetDevice returns a device of the user an access token is for (GetDevice). The
// error is ErrResourceNotFound if the user has no such device, ErrInvalidParameter
// if the pool does not remember devices.
func (p *Pool) GetDevice(ctx context.Context, access Token, key string) (*KnownDevice, error) {
	out, err := p.api.GetDevice(ctx, &cip.GetDeviceInput{AccessToken: aws.String(access.Raw()), DeviceKey: aws.String(key)})
	if err != nil {
		return nil, serviceError(err)
	}
	if out.Device == nil {
		return nil, fault(ErrResourceNotFound, "the service knows no such device", nil)
	}
	return knownDevice(out.Device), nil
}

// ListDevicesInput asks for a page of devices.
type ListDevicesInput struct {
	Limit           int    // at most, up to 60; the service's default if 0
	PaginationToken string // of the page before; empty for the first
}

// DevicePage is a page of a user's devices. The next one is asked for by
// PaginationToken, which is empty on the last.
type DevicePage struct {
	Devices         []KnownDevice
	PaginationToken string
}

// ListDevices returns a page of the devices of the user an access token is for
// (ListDevices). Among the errors is ErrInvalidParameter if the pool does not
// remember devices.
func (p *Pool) ListDevices(ctx context.Context, access Token, in ListDevicesInput) (*DevicePage, error) {
	request := &cip.ListDevicesInput{AccessToken: aws.String(access.Raw()), PaginationToken: optional(in.PaginationToken)}
	if in.Limit != 0 {
		request.Limit = aws.Int32(int32(in.Limit))
	}
	out, err := p.api.ListDevices(ctx, request)
	if err != nil {
		return nil, serviceError(err)
	}
	page := &DevicePage{PaginationToken: aws.ToString(out.PaginationToken)}
	for _, d := range out.Devices {
		page.Devices = append(page.Devices, *knownDevice(&d))
	}
	return page, nil
}

// ForgetDevice has the service forget a device of the user an access token is for
// (ForgetDevice). What is kept here of it stays: SessionStore.ClearDevice.
func (p *Pool) ForgetDevice(ctx context.Context, access Token, key string) error {
	_, err := p.api.ForgetDevice(ctx, &cip.ForgetDeviceInput{AccessToken: aws.String(access.Raw()), DeviceKey: aws.String(key)})
	return serviceError(err)
}

// UpdateDeviceStatus says whether a device of the user an access token is for
// shall count as one that is remembered, which may spare it a second factor
// (UpdateDeviceStatus).
func (p *Pool) UpdateDeviceStatus(ctx context.Context, access Token, key string, remembered bool) error {
	status := types.DeviceRememberedStatusTypeNotRemembered
	if remembered {
		status = types.DeviceRememberedStatusTypeRemembered
	}
	_, err := p.api.UpdateDeviceStatus(ctx, &cip.UpdateDeviceStatusInput{
		AccessToken: aws.String(access.Raw()), DeviceKey: aws.String(key), DeviceRememberedStatus: status,
	})
	return serviceError(err)
}
