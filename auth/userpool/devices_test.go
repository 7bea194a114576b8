package userpool_test

import (
	"context"
	"errors"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cenote-auth/cenote/auth/userpool"
)

var wireDevice = object{
	"DeviceKey": laptop.Key, "DeviceCreateDate": 1.9e9, "DeviceLastModifiedDate": 1900000060.25, "DeviceLastAuthenticatedDate": 1900000120,
	"DeviceAttributes": []object{{"Name": "device_name", "Value": "my laptop"}, {"Name": "last_ip_used", "Value": "192.0.2.1"}},
}

func checkDevice(t *testing.T, d *userpool.KnownDevice) {
	t.Helper()
	if d.Key != laptop.Key || d.Name() != "my laptop" || d.Attributes["last_ip_used"] != "192.0.2.1" || len(d.Attributes) != 2 {
		t.Errorf("device = %+v", d)
	}
	if !d.Created.Equal(now) || !d.Modified.Equal(now.Add(time.Minute+250*time.Millisecond)) || !d.LastAuthenticated.Equal(now.Add(2*time.Minute)) {
		t.Errorf("device = %+v, want the times of %v", d, now)
	}
}

func TestDevicesOfAPool(t *testing.T) {
	t.Parallel()
	access := parse(t, mint(now, now.Add(time.Hour), nil))
	with, teapot := ofToken(access), failure{code: "TeapotException"}
	p, _ := newStub(t, nil,
		exchange{"GetDevice", with("DeviceKey", laptop.Key), object{"Device": wireDevice}},
		exchange{"GetDevice", with("DeviceKey", laptop.Key), object{}},
		exchange{"GetDevice", with("DeviceKey", ""), teapot},
		exchange{"ListDevices", with("Limit", "1"), object{"Devices": []object{wireDevice}, "PaginationToken": "more"}},
		exchange{"ListDevices", with("PaginationToken", "more"), object{}},
		exchange{"ListDevices", with(), teapot},
		exchange{"ForgetDevice", with("DeviceKey", laptop.Key), nil},
		exchange{"ForgetDevice", with("DeviceKey", ""), teapot},
		exchange{"UpdateDeviceStatus", with("DeviceKey", laptop.Key, "DeviceRememberedStatus", "remembered"), nil},
		exchange{"UpdateDeviceStatus", with("DeviceKey", laptop.Key, "DeviceRememberedStatus", "not_remembered"), teapot})
	ctx := t.Context()

	d, err := p.GetDevice(ctx, access, laptop.Key)
	if err != nil {
		t.Fatal(err)
	}
	checkDevice(t, d)
	_, err = p.GetDevice(ctx, access, laptop.Key)
	wantCode(t, err, userpool.ErrResourceNotFound)
	_, err = p.GetDevice(ctx, access, "")
	wantCode(t, err, "TeapotException")

	page, err := p.ListDevices(ctx, access, userpool.ListDevicesInput{Limit: 1})
	if err != nil || len(page.Devices) != 1 || page.PaginationToken != "more" {
		t.Fatalf("ListDevices: %+v, %v", page, err)
	}
	checkDevice(t, &page.Devices[0])
	page, err = p.ListDevices(ctx, access, userpool.ListDevicesInput{PaginationToken: "more"})
	if err != nil || len(page.Devices) != 0 || page.PaginationToken != "" {
		t.Errorf("the last page: %+v, %v", page, err)
	}
	_, err = p.ListDevices(ctx, access, userpool.ListDevicesInput{})
	wantCode(t, err, "TeapotException")

	if err := p.ForgetDevice(ctx, access, laptop.Key); err != nil {
		t.Errorf("ForgetDevice: %v", err)
	}
	wantCode(t, p.ForgetDevice(ctx, access, ""), "TeapotException")
	if err := p.UpdateDeviceStatus(ctx, access, laptop.Key, true); err != nil {
		t.Errorf("UpdateDeviceStatus: %v", err)
	}
	wantCode(t, p.UpdateDeviceStatus(ctx, access, laptop.Key, false), "TeapotException")
}

func TestDevicesOfAUser(t *testing.T) {
	t.Parallel()
	u, _ := seatedUser(t, func(with func(...string) request) []exchange {
		return []exchange{
			{"ListDevices", with("Limit", "5"), object{"Devices": []object{wireDevice}}},
			{"ForgetDevice", with("DeviceKey", "another"), nil},
			{"GetDevice", with("DeviceKey", laptop.Key), object{"Device": wireDevice}},
			{"UpdateDeviceStatus", with("DeviceKey", laptop.Key, "DeviceRememberedStatus", "remembered"), nil},
			{"ForgetDevice", with("DeviceKey", laptop.Key), failure{code: "ResourceNotFoundException", message: "Device does not exist."}},
			{"ForgetDevice", with("DeviceKey", laptop.Key), nil},
		}
	})
	ctx := t.Context()
	_, err := u.Device(ctx)
	wantCode(t, err, userpool.ErrDeviceMetadataNotFound)
	wantCode(t, u.SetDeviceRemembered(ctx, true), userpool.ErrDeviceMetadataNotFound)
	wantCode(t, u.ForgetDevice(ctx), userpool.ErrDeviceMetadataNotFound)

	if err := u.CacheDevice(ctx, laptop); err != nil {
		t.Fatal(err)
	}
	if page, err := u.Devices(ctx, userpool.ListDevicesInput{Limit: 5}); err != nil || len(page.Devices) != 1 {
		t.Errorf("Devices: %v, %v", page, err)
	}
	if err := u.ForgetSpecificDevice(ctx, "another"); err != nil {
		t.Errorf("ForgetSpecificDevice: %v", err)
	}
	d, err := u.Device(ctx)
	if err != nil {
		t.Fatal(err)
	}
	checkDevice(t, d)
	if err := u.SetDeviceRemembered(ctx, true); err != nil {
		t.Errorf("SetDeviceRemembered: %v", err)
	}
	wantCode(t, u.ForgetDevice(ctx), userpool.ErrResourceNotFound)
	if kept, err := u.CachedDevice(ctx); err != nil || kept == nil {
		t.Errorf("after an error the device is %v, %v", kept, err)
	}
	if err := u.ForgetDevice(ctx); err != nil {
		t.Errorf("ForgetDevice: %v", err)
	}
	if kept, err := u.CachedDevice(ctx); err != nil || kept != nil {
		t.Errorf("forgotten, the device is %v, %v", kept, err)
	}
}

// forgetful is a service that forgets a device, and whose caller waits no longer.
type forgetful struct {
	userpool.API
	giveUp func()
}

func (f forgetful) ForgetDevice(context.Context, *cip.ForgetDeviceInput, ...func(*cip.Options)) (*cip.ForgetDeviceOutput, error) {
	f.giveUp()
	return &cip.ForgetDeviceOutput{}, nil
}

func TestADeviceThatTheServiceForgotIsForgottenHere(t *testing.T) {
	t.Parallel()
	ctx, giveUp := context.WithCancel(t.Context())
	pool, err := userpool.New(poolID, clientID, &userpool.Options{Now: clock, API: forgetful{giveUp: giveUp}})
	if err != nil {
		t.Fatal(err)
	}
	u := pool.User("ada")
	session := &userpool.Session{AccessToken: parse(t, mint(now, now.Add(time.Hour), nil)), RefreshToken: "refresh-1"}
	if err := errors.Join(u.SetSession(ctx, session), u.CacheDevice(ctx, laptop)); err != nil {
		t.Fatal(err)
	}
	if err := u.ForgetDevice(ctx); err != nil {
		t.Errorf("ForgetDevice: %v", err)
	}
	if kept, err := u.CachedDevice(t.Context()); err != nil || kept != nil {
		t.Errorf("the device is %v, %v", kept, err)
	}
}
