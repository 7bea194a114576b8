package account_test

import (
	"context"
	"encoding/base64"
	"slices"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/device"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

const (
	noDevice = "Device does not exist."
	untraced = "Device tracking is not enabled for the user pool."
)

// shelf is somebody with devices, in a pool that tracks them.
type shelf struct {
	*flowtest.Env
	*account.Service
	pool   *pool.Pool
	client *pool.Client
	user   *pool.User
}

func newShelf(t *testing.T, e *flowtest.Env, rules *pool.DeviceSettings) *shelf {
	t.Helper()
	s := &shelf{Env: e, Service: service(e)}
	s.pool = e.Pool(t, func(p *pool.Pool) { p.Device = rules })
	s.client = e.Client(t, s.pool, nil)
	s.user = ada(t, e, s.pool)
	return s
}

// signIn gives tokens for a new device of u, and its key.
func (s *shelf) signIn(t *testing.T, u *pool.User) (set token.Set, key string) {
	t.Helper()
	key = s.Env.Devices.NewKey(s.pool)
	return s.again(t, u, key), key
}

// again gives tokens for a device.
func (s *shelf) again(t *testing.T, u *pool.User, key string) token.Set {
	t.Helper()
	set, row, err := s.Env.Tokens.Issue(t.Context(), token.Grant{Pool: s.pool, Client: s.client, User: u, DeviceKey: key})
	if err != nil {
		t.Fatal(err)
	}
	s.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.AddRefreshToken(ctx, row) })
	return set
}

// confirmation is what a client confirms a device with.
func (s *shelf) confirmation(key, name string) account.NewDevice {
	made := srp.NewDevice(s.Env.Devices.Group(s.pool, s.user.Sub), key)
	return account.NewDevice{
		Key: key, Name: name, Origin: pool.Origin{Address: "192.0.2.7"},
		Secret: device.Secret{
			Salt: base64.StdEncoding.EncodeToString(made.Salt), Verifier: base64.StdEncoding.EncodeToString(made.Verifier),
		},
	}
}

// confirmed signs u in from a new device and confirms it.
func (s *shelf) confirmed(t *testing.T, u *pool.User) (set token.Set, key string) {
	t.Helper()
	set, key = s.signIn(t, u)
	if _, err := s.ConfirmDevice(t.Context(), set.Access, s.confirmation(key, "")); err != nil {
		t.Fatal(err)
	}
	return set, key
}

func (s *shelf) stored(t *testing.T, key string) (d store.Device) {
	t.Helper()
	err := s.Env.Store.View(t.Context(), func(snap store.Snapshot) (err error) {
		d, err = snap.Device(t.Context(), s.pool.Key, s.user.Sub, key)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestConfirmDevice(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for name, prompt := range map[string]bool{"always": false, "when the user agrees": true} {
			t.Run(name, func(t *testing.T) {
				s := newShelf(t, e, &pool.DeviceSettings{OnlyOnPrompt: prompt})
				set, key := s.signIn(t, s.user)
				ask, err := s.ConfirmDevice(t.Context(), set.Access, s.confirmation(key, "Ada's phone"))
				if err != nil || ask != prompt {
					t.Fatalf("ConfirmDevice = %v, %v; want %v", ask, err, prompt)
				}
				d := s.stored(t, key)
				if d.Remembered == prompt || d.Name != "Ada's phone" || d.Group != e.Devices.Group(s.pool, s.user.Sub) || d.Created.IsZero() {
					t.Errorf("stored %+v", d)
				}
				got, err := s.Device(t.Context(), set.Access, key)
				want := []pool.AttributeValue{
					{Name: "device_status", Value: "valid"}, {Name: "device_name", Value: "Ada's phone"}, {Name: "last_ip_used", Value: "192.0.2.7"},
				}
				if err != nil || got.Key != key || !slices.Equal(got.Attributes, want) || !got.Created.Equal(d.Created) || !got.Authenticated.Equal(d.Created) {
					t.Errorf("Device = %+v, %v", got, err)
				}

				other := s.confirmation(key, "somebody else's")
				_, err = s.ConfirmDevice(t.Context(), set.Access, other)
				flowtest.Want(t, err, pool.DeviceKeyExists, "Device already exists.")
				if again := s.stored(t, key); again.Name != d.Name || string(again.Sealed) != string(d.Sealed) {
					t.Error("a second confirmation changed the device")
				}
			})
		}
	})
}

// A token confirms the device that it was issued to, with a secret that a
// password can have, in a pool that tracks devices.
func TestConfirmDeviceRefuses(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		const (
			wrongKey    = "Invalid device key given."
			wrongSecret = "Invalid device secret verifier config given."
		)
		s := newShelf(t, e, &pool.DeviceSettings{})
		set, key := s.signIn(t, s.user)
		eve := e.Person(t, s.pool, "eve", "", nil)
		_, eves := s.confirmed(t, eve)
		without := e.SignedIn(t, s.pool, s.client, s.user)
		for _, tt := range []struct {
			name, access string
			device       account.NewDevice
			message      string
		}{
			{"another new device", set.Access, s.confirmation(e.Devices.NewKey(s.pool), ""), wrongKey},
			{"somebody else's", set.Access, s.confirmation(eves, ""), wrongKey},
			{"a token for no device", without.Access, s.confirmation(key, ""), wrongKey},
			{"a token for no device, and no device", without.Access, s.confirmation("", ""), wrongKey},
			{"no secret", set.Access, account.NewDevice{Key: key}, wrongSecret},
		} {
			_, err := s.ConfirmDevice(t.Context(), tt.access, tt.device)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, pool.InvalidParameter, tt.message) })
		}
		if list, _, err := s.ListDevices(t.Context(), set.Access, 0, ""); err != nil || len(list) != 0 {
			t.Errorf("there are devices: %+v, %v", list, err)
		}
	})
}

func TestWithoutTracking(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := newShelf(t, e, nil)
		set, key := s.signIn(t, s.user)
		_, confirm := s.ConfirmDevice(t.Context(), set.Access, s.confirmation(key, ""))
		_, get := s.Device(t.Context(), set.Access, key)
		_, _, list := s.ListDevices(t.Context(), set.Access, 0, "")
		for name, err := range map[string]error{
			"ConfirmDevice": confirm, "Device": get, "ListDevices": list,
			"RememberDevice": s.RememberDevice(t.Context(), set.Access, key, device.Remembered),
			"ForgetDevice":   s.ForgetDevice(t.Context(), set.Access, key),
		} {
			t.Run(name, func(t *testing.T) { flowtest.Want(t, err, pool.InvalidParameter, untraced) })
		}
	})
}

func TestListDevicesInPages(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := newShelf(t, e, &pool.DeviceSettings{})
		var keys []string
		var set token.Set
		for range 5 {
			var key string
			set, key = s.confirmed(t, s.user)
			keys = append(keys, key)
		}
		slices.Sort(keys)
		eve := e.Person(t, s.pool, "eve", "", nil)
		eves, _ := s.confirmed(t, eve)

		var got []string
		page, next, err := s.ListDevices(t.Context(), set.Access, 2, "")
		first := next
		for pages := 0; err == nil && pages < 10; pages++ {
			for _, d := range page {
				got = append(got, d.Key)
			}
			if next == "" {
				break
			}
			page, next, err = s.ListDevices(t.Context(), set.Access, 2, next)
		}
		if err != nil || !slices.Equal(got, keys) {
			t.Errorf("in pages of 2: %v, %v; want %v", got, err, keys)
		}
		for _, limit := range []int{0, 5, 60} {
			if page, next, err := s.ListDevices(t.Context(), set.Access, limit, ""); err != nil || len(page) != 5 || next != "" {
				t.Errorf("limit %d: %d devices, next %q, %v", limit, len(page), next, err)
			}
		}
		for name, token := range map[string]string{"of somebody else": first, "that is none": "x"} {
			_, _, err := s.ListDevices(t.Context(), eves.Access, 2, token)
			t.Run("a page token "+name, func(t *testing.T) { flowtest.Want(t, err, pool.InvalidParameter, "Invalid pagination token") })
		}
	})
}

func TestRememberDevice(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := newShelf(t, e, &pool.DeviceSettings{OnlyOnPrompt: true})
		set, key := s.confirmed(t, s.user)
		before := s.stored(t, key)
		e.Clock.Advance(time.Minute)
		for _, tt := range []struct {
			status string
			want   bool
		}{{"", false}, {device.Remembered, true}, {"", true}, {device.NotRemembered, false}} {
			err := s.RememberDevice(t.Context(), set.Access, key, tt.status)
			if got := s.stored(t, key); err != nil || got.Remembered != tt.want {
				t.Errorf("%q: remembered = %v, %v, want %v", tt.status, got.Remembered, err, tt.want)
			}
		}
		after := s.stored(t, key)
		if !after.Modified.After(before.Modified) || !after.Created.Equal(before.Created) || !after.Authenticated.Equal(before.Authenticated) {
			t.Errorf("created %v, modified %v; before that %v, %v", after.Created, after.Modified, before.Created, before.Modified)
		}
	})
}

// The tokens of a device that is forgotten from another one end. From the
// device itself its access token goes on, so that its client can say goodbye.
func TestForgetDevice(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := newShelf(t, e, &pool.DeviceSettings{})
		phone, phoneKey := s.confirmed(t, s.user)
		laptop, laptopKey := s.confirmed(t, s.user)
		if err := s.ForgetDevice(t.Context(), laptop.Access, phoneKey); err != nil {
			t.Fatal(err)
		}
		_, err := s.Get(t.Context(), phone.Access)
		flowtest.Want(t, err, pool.NotAuthorized, "Access Token has been revoked")
		_, err = s.ConfirmDevice(t.Context(), phone.Access, s.confirmation(phoneKey, ""))
		flowtest.Want(t, err, pool.NotAuthorized, "Access Token has been revoked")

		if err := s.ForgetDevice(t.Context(), laptop.Access, laptopKey); err != nil {
			t.Fatal(err)
		}
		if list, _, err := s.ListDevices(t.Context(), laptop.Access, 0, ""); err != nil || len(list) != 0 {
			t.Errorf("ListDevices = %+v, %v; want none", list, err)
		}
	})
}

// Nobody reaches a device that is not there, or the device of somebody else.
func TestDevicesOfOthers(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := newShelf(t, e, &pool.DeviceSettings{})
		_, adas := s.confirmed(t, s.user)
		eve := e.Person(t, s.pool, "eve", "", nil)
		eves, _ := s.confirmed(t, eve)
		offered, unconfirmed := s.signIn(t, s.user)
		for name, tt := range map[string]struct{ access, key string }{
			"of somebody else": {eves.Access, adas}, "not there": {eves.Access, e.Devices.NewKey(s.pool)}, "not confirmed": {offered.Access, unconfirmed},
		} {
			_, get := s.Device(t.Context(), tt.access, tt.key)
			for call, err := range map[string]error{
				"Device":         get,
				"RememberDevice": s.RememberDevice(t.Context(), tt.access, tt.key, device.NotRemembered),
				"ForgetDevice":   s.ForgetDevice(t.Context(), tt.access, tt.key),
			} {
				t.Run(name+": "+call, func(t *testing.T) { flowtest.Want(t, err, pool.NotFound, noDevice) })
			}
		}
		if d := s.stored(t, adas); !d.Remembered {
			t.Error("somebody else has changed a device")
		}
	})
}
