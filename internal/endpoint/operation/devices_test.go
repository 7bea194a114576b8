package operation

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// wireDevice is a device as clients read it.
type wireDevice struct {
	DeviceKey                                                             string
	DeviceCreateDate, DeviceLastModifiedDate, DeviceLastAuthenticatedDate float64
	DeviceAttributes                                                      []struct{ Name, Value string }
}

func (d wireDevice) attributes() (list []string) {
	for _, a := range d.DeviceAttributes {
		list = append(list, a.Name)
	}
	return list
}

// Users and administrators see the same device, and each their part of it.
func TestDevicesOnTheWire(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t))
	c.tracks(t)
	ada := c.Person(t, c.pool, "ada", signInPassword, nil)
	access, key := c.gadget(t, ada)
	own := map[string]any{"AccessToken": access, "DeviceKey": key}
	admins := map[string]any{"UserPoolId": c.pool.ID, "Username": "ada", "DeviceKey": key}
	answer := mustCall(t, c.operations, "ConfirmDevice",
		body(own, deviceSecret(c.Devices.Group(c.pool, ada.Sub), key), map[string]any{"DeviceName": "phone"}))
	if answer != `{"UserConfirmationNecessary":true}` {
		t.Errorf("ConfirmDevice = %s", answer)
	}
	look := func(status string) {
		t.Helper()
		for _, tt := range []struct {
			one, all   string
			who        map[string]any
			attributes []string
		}{
			{"GetDevice", "ListDevices", own, []string{"device_status", "device_name"}},
			{"AdminGetDevice", "AdminListDevices", admins,
				[]string{"device_status", "device_name", "dev:device_arn", "dev:device_owner", "dev:device_remembered_status"}},
		} {
			var one struct{ Device wireDevice }
			var all struct {
				Devices         []wireDevice
				PaginationToken *string
			}
			for operation, out := range map[string]any{tt.one: &one, tt.all: &all} {
				if err := json.Unmarshal([]byte(mustCall(t, c.operations, operation, body(tt.who, map[string]any{"Limit": 0}))), out); err != nil {
					t.Fatal(err)
				}
			}
			d := one.Device
			if d.DeviceKey != key || d.DeviceCreateDate == 0 || d.DeviceLastModifiedDate == 0 || d.DeviceLastAuthenticatedDate == 0 ||
				!slices.Equal(d.attributes(), tt.attributes) {
				t.Errorf("%s = %+v", tt.one, d)
			}
			if all.PaginationToken != nil || len(all.Devices) != 1 || !slices.Equal(all.Devices[0].DeviceAttributes, d.DeviceAttributes) {
				t.Errorf("%s = %+v", tt.all, all)
			}
			if last := d.DeviceAttributes[len(d.DeviceAttributes)-1]; tt.one == "AdminGetDevice" && last.Value != status {
				t.Errorf("status = %s, want %s", last.Value, status)
			}
		}
	}
	look("not_remembered")
	mustCall(t, c.operations, "UpdateDeviceStatus", body(own, map[string]any{"DeviceRememberedStatus": "remembered"}))
	look("remembered")
	mustCall(t, c.operations, "AdminUpdateDeviceStatus", body(admins, map[string]any{"DeviceRememberedStatus": "not_remembered"}))
	look("not_remembered")
	if answer := mustCall(t, c.operations, "ForgetDevice", body(own)); answer != "" {
		t.Errorf("ForgetDevice = %s, want an empty body", answer)
	}
	_, err := call(t, t.Context(), c.operations, "AdminForgetDevice", body(admins))
	flowtest.Want(t, err, pool.NotFound, noSuchDevice)
}
