package admin_test

import (
	"context"
	"encoding/base64"
	"slices"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/device"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

// addDevice gives u a device that is remembered.
func addDevice(t *testing.T, e *flowtest.Env, p *pool.Pool, u *pool.User, name string) string {
	t.Helper()
	key, group := e.Devices.NewKey(p), e.Devices.Group(p, u.Sub)
	made := srp.NewDevice(group, key)
	sealed, err := e.Devices.Seal(p, u.Sub, key, device.Secret{
		Salt: base64.StdEncoding.EncodeToString(made.Salt), Verifier: base64.StdEncoding.EncodeToString(made.Verifier),
	})
	if err != nil {
		t.Fatal(err)
	}
	now := e.Clock.Now()
	e.Tx(t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddDevice(ctx, store.Device{
			PoolKey: p.Key, Sub: u.Sub, Key: key, Group: group, Name: name, Remembered: true,
			Created: now, Modified: now, Authenticated: now, Sealed: sealed,
		})
	})
	return key
}

func tracked(p *pool.Pool) { p.Device = &pool.DeviceSettings{} }

func TestDevicesOfAUser(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s, p := users(e), e.Pool(t, tracked)
		ada := e.Person(t, p, "ada", "", nil)
		eves := addDevice(t, e, p, e.Person(t, p, "eve", "", nil), "")
		keys := []string{addDevice(t, e, p, ada, "phone"), addDevice(t, e, p, ada, "phone"), addDevice(t, e, p, ada, "phone")}
		slices.Sort(keys)

		show := func(key, status string) {
			t.Helper()
			got, err := s.Device(t.Context(), p.ID, "ada", key)
			want := []pool.AttributeValue{
				{Name: "device_status", Value: "valid"}, {Name: "device_name", Value: "phone"},
				{Name: "dev:device_arn", Value: "arn:aws:cognito-idp:us-east-1:123456789012:owner/ada." + p.ID + "/device/" + key},
				{Name: "dev:device_owner", Value: "ada." + p.ID},
				{Name: "dev:device_remembered_status", Value: status},
			}
			if err != nil || got.Key != key || !slices.Equal(got.Attributes, want) || got.Created.IsZero() {
				t.Errorf("Device = %+v, %v; want %v", got, err, want)
			}
		}
		show(keys[0], "remembered")
		if err := s.RememberDevice(t.Context(), p.ID, "ada", keys[0], device.NotRemembered); err != nil {
			t.Error(err)
		}
		show(keys[0], "not_remembered")
		show(keys[1], "remembered")

		list, next, err := s.ListDevices(t.Context(), p.ID, ada.Sub, 2, "")
		rest, end, restErr := s.ListDevices(t.Context(), p.ID, "ada", 2, next)
		var got []string
		for _, d := range append(list, rest...) {
			got = append(got, d.Key)
			if len(d.Attributes) != 5 {
				t.Errorf("attributes of %s: %v", d.Key, d.Attributes)
			}
		}
		if err != nil || restErr != nil || end != "" || len(list) != 2 || !slices.Equal(got, keys) {
			t.Errorf("listed %v, %v, %v; want %v", got, err, restErr, keys)
		}
		_, _, err = s.ListDevices(t.Context(), p.ID, "eve", 2, next)
		flowtest.Want(t, err, pool.InvalidParameter, "Invalid pagination token")

		_, err = s.Device(t.Context(), p.ID, "ada", eves)
		flowtest.Want(t, err, pool.NotFound, "Device does not exist.")
		flowtest.Want(t, s.RememberDevice(t.Context(), p.ID, "ada", eves, device.NotRemembered), pool.NotFound, "Device does not exist.")
		flowtest.Want(t, s.ForgetDevice(t.Context(), p.ID, "ada", eves), pool.NotFound, "Device does not exist.")
	})
}

// What an administrator makes a device forget ends where it is signed in, and
// nothing else.
func TestAnAdministratorForgetsADevice(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s, p := users(e), e.Pool(t, tracked)
		c, ada := e.Client(t, p, nil), e.Person(t, p, "ada", "", nil)
		lost, kept := addDevice(t, e, p, ada, ""), addDevice(t, e, p, ada, "")
		access := map[string]string{}
		for _, key := range []string{lost, kept, ""} {
			set, row, err := e.Tokens.Issue(t.Context(), token.Grant{Pool: p, Client: c, User: ada, DeviceKey: key})
			if err != nil {
				t.Fatal(err)
			}
			access[key] = set.Access
			e.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.AddRefreshToken(ctx, row) })
		}
		if err := s.ForgetDevice(t.Context(), p.ID, "ada", lost); err != nil {
			t.Fatal(err)
		}
		for key, text := range access {
			if _, err := e.Tokens.VerifyAccess(t.Context(), text); (err != nil) != (key == lost) {
				t.Errorf("the access token for %q: %v", key, err)
			}
		}
		if list, _, err := s.ListDevices(t.Context(), p.ID, "ada", 0, ""); err != nil || len(list) != 1 || list[0].Key != kept {
			t.Errorf("ListDevices = %+v, %v; want %s alone", list, err, kept)
		}
		flowtest.Want(t, s.ForgetDevice(t.Context(), p.ID, "ada", lost), pool.NotFound, "Device does not exist.")
	})
}

func TestDevicesThatAreNotThere(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s, p, untracked := users(e), e.Pool(t, tracked), e.Pool(t, nil)
		e.Person(t, untracked, "ada", "", nil)
		for _, tt := range []struct {
			name, pool     string
			reads, changes pool.Kind
			message        string
		}{
			{"no pool", "us-east-1_gone", pool.NotFound, pool.NotFound, "User pool us-east-1_gone does not exist."},
			{"no user", p.ID, pool.NotFound, pool.UserNotFound, "User does not exist."},
			{"no tracking", untracked.ID, pool.InvalidParameter, pool.InvalidParameter, "Device tracking is not enabled for the user pool."},
		} {
			t.Run(tt.name, func(t *testing.T) {
				_, err := s.Device(t.Context(), tt.pool, "ada", "x")
				flowtest.Want(t, err, tt.reads, tt.message)
				_, _, err = s.ListDevices(t.Context(), tt.pool, "ada", 0, "")
				flowtest.Want(t, err, tt.reads, tt.message)
				flowtest.Want(t, s.RememberDevice(t.Context(), tt.pool, "ada", "x", device.Remembered), tt.changes, tt.message)
				flowtest.Want(t, s.ForgetDevice(t.Context(), tt.pool, "ada", "x"), tt.changes, tt.message)
			})
		}
	})
}
