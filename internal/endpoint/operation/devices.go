package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/core/device"
	"github.com/cenote-auth/cenote/internal/flow/account"
)

// ConfirmDevice keeps the device that an access token was issued to.
func (o *Operations) ConfirmDevice(ctx context.Context, in *api.ConfirmDeviceRequest) (*api.ConfirmDeviceResponse, error) {
	n := account.NewDevice{Key: in.DeviceKey, Name: value(in.DeviceName), Origin: origin(ctx, nil)}
	if s := in.DeviceSecretVerifierConfig; s != nil {
		n.Secret = device.Secret{Salt: value(s.Salt), Verifier: value(s.PasswordVerifier)}
	}
	ask, err := o.account.ConfirmDevice(ctx, in.AccessToken, n)
	if err != nil {
		return nil, err
	}
	return &api.ConfirmDeviceResponse{UserConfirmationNecessary: &ask}, nil
}

// GetDevice returns a device of the user of an access token.
func (o *Operations) GetDevice(ctx context.Context, in *api.GetDeviceRequest) (*api.GetDeviceResponse, error) {
	d, err := o.account.Device(ctx, value(in.AccessToken), in.DeviceKey)
	if err != nil {
		return nil, err
	}
	return &api.GetDeviceResponse{Device: deviceOnWire(d)}, nil
}

// ListDevices lists the devices of the user of an access token.
func (o *Operations) ListDevices(ctx context.Context, in *api.ListDevicesRequest) (*api.ListDevicesResponse, error) {
	list, next, err := o.account.ListDevices(ctx, in.AccessToken, int(value(in.Limit)), value(in.PaginationToken))
	if err != nil {
		return nil, err
	}
	return &api.ListDevicesResponse{Devices: devicesOnWire(list), PaginationToken: ptr[string](next)}, nil
}

// UpdateDeviceStatus makes a device of the user of an access token one that is
// remembered, or not.
func (o *Operations) UpdateDeviceStatus(ctx context.Context, in *api.UpdateDeviceStatusRequest) (*api.UpdateDeviceStatusResponse, error) {
	if err := o.account.RememberDevice(ctx, in.AccessToken, in.DeviceKey, string(value(in.DeviceRememberedStatus))); err != nil {
		return nil, err
	}
	return &api.UpdateDeviceStatusResponse{}, nil
}

// ForgetDevice removes a device of the user of an access token.
func (o *Operations) ForgetDevice(ctx context.Context, in *api.ForgetDeviceRequest) error {
	return o.account.ForgetDevice(ctx, value(in.AccessToken), in.DeviceKey)
}

// AdminGetDevice returns a device of a user.
func (o *Operations) AdminGetDevice(ctx context.Context, in *api.AdminGetDeviceRequest) (*api.AdminGetDeviceResponse, error) {
	d, err := o.users.Device(ctx, in.UserPoolId, in.Username, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	return &api.AdminGetDeviceResponse{Device: deviceOnWire(d)}, nil
}

// AdminListDevices lists the devices of a user.
func (o *Operations) AdminListDevices(ctx context.Context, in *api.AdminListDevicesRequest) (*api.AdminListDevicesResponse, error) {
	list, next, err := o.users.ListDevices(ctx, in.UserPoolId, in.Username, int(value(in.Limit)), value(in.PaginationToken))
	if err != nil {
		return nil, err
	}
	return &api.AdminListDevicesResponse{Devices: devicesOnWire(list), PaginationToken: ptr[string](next)}, nil
}

// AdminUpdateDeviceStatus makes a device of a user one that is remembered, or
// not.
func (o *Operations) AdminUpdateDeviceStatus(ctx context.Context, in *api.AdminUpdateDeviceStatusRequest) (*api.AdminUpdateDeviceStatusResponse, error) {
	err := o.users.RememberDevice(ctx, in.UserPoolId, in.Username, in.DeviceKey, string(value(in.DeviceRememberedStatus)))
	if err != nil {
		return nil, err
	}
	return &api.AdminUpdateDeviceStatusResponse{}, nil
}

// AdminForgetDevice removes a device of a user and ends its sign-ins.
func (o *Operations) AdminForgetDevice(ctx context.Context, in *api.AdminForgetDeviceRequest) error {
	return o.users.ForgetDevice(ctx, in.UserPoolId, in.Username, in.DeviceKey)
}

func deviceOnWire(d device.Shown) api.DeviceType {
	return api.DeviceType{
		DeviceKey: &d.Key, DeviceAttributes: attributeList(d.Attributes), DeviceCreateDate: &d.Created,
		DeviceLastModifiedDate: &d.Modified, DeviceLastAuthenticatedDate: &d.Authenticated,
	}
}

func devicesOnWire(list []device.Shown) []api.DeviceType {
	out := make([]api.DeviceType, len(list))
	for i, d := range list {
		out[i] = deviceOnWire(d)
	}
	return out
}
