package auth_test

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// devicesOf are all of them, as far as they came.
func devicesOf(ctx context.Context, c *auth.Client) (ids []string, err error) {
	for d, err := range c.Devices(ctx) {
		if err != nil {
			return ids, err
		}
		ids = append(ids, d.ID)
	}
	return ids, nil
}

func known(key, name string) types.DeviceType {
	return types.DeviceType{
		DeviceKey:        aws.String(key),
		DeviceAttributes: []types.AttributeType{{Name: aws.String("device_name"), Value: aws.String(name)}},
		DeviceCreateDate: aws.Time(time.Unix(1_900_000_000, 0)),
	}
}

func TestThisDevice(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	here, there := aws.String("eu-west-1_here"), aws.String("eu-west-1_there")
	client := asAda(t, nil, func(access *string) []exchange {
		return []exchange{
			{&cip.UpdateDeviceStatusInput{AccessToken: access, DeviceKey: here, DeviceRememberedStatus: "remembered"}, &cip.UpdateDeviceStatusOutput{}},
			{&cip.UpdateDeviceStatusInput{AccessToken: access, DeviceKey: here, DeviceRememberedStatus: "not_remembered"}, &cip.UpdateDeviceStatusOutput{}},
			{&cip.GetDeviceInput{AccessToken: access, DeviceKey: here}, &cip.GetDeviceOutput{Device: new(known(*here, "laptop"))}},
			{&cip.ForgetDeviceInput{AccessToken: access, DeviceKey: there}, &cip.ForgetDeviceOutput{}},
			{&cip.ForgetDeviceInput{AccessToken: access, DeviceKey: here}, fails(auth.ErrResourceNotFound)},
			{&cip.ForgetDeviceInput{AccessToken: access, DeviceKey: here}, &cip.ForgetDeviceOutput{}},
			{&cip.ForgetDeviceInput{AccessToken: access, DeviceKey: there}, &cip.ForgetDeviceOutput{}},
			{&cip.ForgetDeviceInput{AccessToken: access, DeviceKey: here}, &cip.ForgetDeviceOutput{}},
		}
	})
	store := userpool.NewSessionStore(client.Storage(), clientID, userpool.DriftMillis)
	register := func() {
		t.Helper()
		if err := store.SaveDevice(ctx, "ada", userpool.Device{Key: *here, GroupKey: "g", Password: "p"}); err != nil {
			t.Fatal(err)
		}
	}
	registered := func(want bool) {
		t.Helper()
		if d, err := store.Device(ctx, "ada"); err != nil || (d != nil) != want {
			t.Errorf("kept of the device: %v, %v, want it kept: %t", d, err, want)
		}
	}
	_, current := client.CurrentDevice(ctx)
	for op, err := range map[string]error{
		"RememberDevice": client.RememberDevice(ctx), "UnrememberDevice": client.UnrememberDevice(ctx),
		"CurrentDevice": current, "ForgetDevice": client.ForgetDevice(ctx, ""),
	} {
		wantCode(t, err, "DeviceMetadataNotFoundException")
		wantOp(t, err, op)
	}

	register()
	if err := client.RememberDevice(ctx); err != nil {
		t.Errorf("RememberDevice: %v", err)
	}
	if err := client.UnrememberDevice(ctx); err != nil {
		t.Errorf("UnrememberDevice: %v", err)
	}
	d, err := client.CurrentDevice(ctx)
	want := &auth.Device{ID: *here, Name: "laptop", Attributes: map[string]string{"device_name": "laptop"}, Created: time.Unix(1_900_000_000, 0)}
	if err != nil || !reflect.DeepEqual(d, want) {
		t.Errorf("CurrentDevice = %+v, %v, want %+v", d, err, want)
	}
	if err := client.ForgetDevice(ctx, *there); err != nil {
		t.Errorf("ForgetDevice of another: %v", err)
	}
	wantCode(t, client.ForgetDevice(ctx, ""), auth.ErrResourceNotFound)
	registered(true)
	if err := client.ForgetDevice(ctx, ""); err != nil {
		t.Errorf("ForgetDevice: %v", err)
	}
	registered(false)
	if err := client.ForgetDevice(ctx, *there); err != nil {
		t.Errorf("ForgetDevice of another from a device that is not registered: %v", err)
	}
	register()
	if err := client.ForgetDevice(ctx, *here); err != nil {
		t.Errorf("ForgetDevice by id: %v", err)
	}
	registered(false)
}

func TestDevicesOfAllPages(t *testing.T) {
	t.Parallel()
	list := func(access, next *string) *cip.ListDevicesInput {
		return &cip.ListDevicesInput{AccessToken: access, Limit: aws.Int32(60), PaginationToken: next}
	}
	page := func(next *string, keys ...string) *cip.ListDevicesOutput {
		out := &cip.ListDevicesOutput{PaginationToken: next}
		for _, key := range keys {
			out.Devices = append(out.Devices, known(key, ""))
		}
		return out
	}
	more := aws.String("more")
	client := asAda(t, nil, func(access *string) []exchange {
		return []exchange{
			{list(access, nil), page(more, "a", "b")}, {list(access, more), page(nil, "c")},
			{list(access, nil), page(more, "a", "b")},
			{list(access, nil), page(more, "a")}, {list(access, more), fails(auth.ErrTooManyRequests)},
			{list(access, nil), page(nil)},
		}
	})
	if ids, err := devicesOf(t.Context(), client); err != nil || strings.Join(ids, "") != "abc" {
		t.Errorf("all: %v, %v", ids, err)
	}
	for range client.Devices(t.Context()) {
		break // and nobody is asked for the next page
	}
	ids, err := devicesOf(t.Context(), client)
	wantCode(t, err, auth.ErrTooManyRequests)
	wantOp(t, err, "Devices")
	if strings.Join(ids, "") != "a" {
		t.Errorf("before the error: %v", ids)
	}
	if ids, err := devicesOf(t.Context(), client); err != nil || ids != nil {
		t.Errorf("none: %v, %v", ids, err)
	}
}
