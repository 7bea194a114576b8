package device_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/device"
	"github.com/cenote-auth/cenote/internal/core/keyring/keyringtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

const sub = "6f5902ac-2371-4f47-9c33-2e64ba8ae6e0"

var staff = &pool.Pool{Key: 7, ID: "eu-west-3_Staff1234"}

// newDevices returns a function that opens one empty database, each time as a
// server that starts anew does.
func newDevices(t testing.TB) func() *device.Devices {
	t.Helper()
	open := keyringtest.Starts(t)
	return func() *device.Devices {
		keys := open()
		return device.New(keys, credential.NewPasswords(keys), "123456789012")
	}
}

// secret is what a client confirms a device with.
func secret(d srp.Device) device.Secret {
	return device.Secret{
		Salt: base64.StdEncoding.EncodeToString(d.Salt), Verifier: base64.StdEncoding.EncodeToString(d.Verifier),
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	open := newDevices(t)
	s := open()
	key := s.NewKey(staff)
	if want := regexp.MustCompile(`^eu-west-3_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`); !want.MatchString(key) || len(key) > 55 {
		t.Errorf("NewKey = %q, want %s", key, want)
	}
	if again := s.NewKey(staff); again == key {
		t.Errorf("two devices have the key %s", key)
	}
	group := s.Group(staff, sub)
	if want := regexp.MustCompile(`^-[A-Za-z0-9_-]{8}$`); !want.MatchString(group) {
		t.Errorf("Group = %q, want %s", group, want)
	}
	if again := open().Group(staff, sub); again != group {
		t.Errorf("Group = %q after a new start, want %q", again, group)
	}
	if other := s.Group(&pool.Pool{Key: 8, ID: staff.ID}, sub); other == group {
		t.Errorf("users of two pools have the group %s", group)
	}
}

// A client that knows the device's password proves it, whatever the length of
// its salt and its verifier, and nobody else does.
func TestProves(t *testing.T) {
	t.Parallel()
	s := newDevices(t)()
	key, group := s.NewKey(staff), s.Group(staff, sub)
	made := srp.NewDevice(group, key)
	sealed, err := s.Seal(staff, sub, key, secret(made))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, made.Verifier[8:40]) {
		t.Error("the verifier is not sealed")
	}
	row := &store.Device{PoolKey: staff.Key, Sub: sub, Key: key, Group: group, Sealed: sealed}
	for _, tt := range []struct {
		name, group, key, password string
		want                       bool
	}{
		{"the password", group, key, made.Password, true},
		{"another password", group, key, srp.NewDevice(group, key).Password, false},
		{"another device", group, s.NewKey(staff), made.Password, false},
		{"another group", "-AAAAAAAA", key, made.Password, false},
	} {
		client := srp.NewClient()
		a, err := srp.ParseA(client.A())
		if err != nil {
			t.Fatal(err)
		}
		salt, exchange, b, err := s.Challenge(t.Context(), row, a)
		if err != nil {
			t.Fatal(err)
		}
		shared, err := client.Key(tt.group, tt.key, tt.password, hex.EncodeToString(salt), b)
		if err != nil {
			t.Fatal(err)
		}
		block := []byte("block")
		got, err := s.Proves(t.Context(), row, exchange, credential.Proof{
			SecretBlock: block, Timestamp: "now", Signature: srp.Signature(shared, tt.group, tt.key, block, "now"),
		})
		if err != nil || got != tt.want {
			t.Errorf("%s: Proves = %v, %v, want %v", tt.name, got, err, tt.want)
		}
	}
}

// What is sealed for a device serves for no other device, user or pool.
func TestSealedForOne(t *testing.T) {
	t.Parallel()
	s := newDevices(t)()
	key := s.NewKey(staff)
	sealed, err := s.Seal(staff, sub, key, secret(srp.NewDevice(s.Group(staff, sub), key)))
	if err != nil {
		t.Fatal(err)
	}
	a, err := srp.ParseA("2")
	if err != nil {
		t.Fatal(err)
	}
	own := store.Device{PoolKey: staff.Key, Sub: sub, Key: key, Sealed: sealed}
	if _, _, _, err := s.Challenge(t.Context(), &own, a); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*store.Device){
		"another pool":   func(d *store.Device) { d.PoolKey++ },
		"another user":   func(d *store.Device) { d.Sub = "x" },
		"another device": func(d *store.Device) { d.Key = s.NewKey(staff) },
		"other bytes":    func(d *store.Device) { d.Sealed = append([]byte(nil), d.Sealed[1:]...) },
		"no bytes":       func(d *store.Device) { d.Sealed = nil },
	} {
		d := own
		change(&d)
		if _, _, _, err := s.Challenge(t.Context(), &d, a); err == nil {
			t.Errorf("%s: the device opens", name)
		}
		if _, err := s.Proves(t.Context(), &d, nil, credential.Proof{}); err == nil {
			t.Errorf("%s: the device is compared", name)
		}
	}
}

func TestSecretsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := newDevices(t)()
	good := secret(srp.NewDevice("-AAAAAAAA", "us-east-1_1"))
	long := base64.StdEncoding.EncodeToString(make([]byte, 1000))
	for _, tt := range []struct {
		name   string
		secret device.Secret
		ok     bool
	}{
		{"a good one", good, true},
		{"one after zeros", device.Secret{Salt: good.Salt, Verifier: base64.StdEncoding.EncodeToString(append(make([]byte, 400), 5))}, true},
		{"none", device.Secret{}, false},
		{"no salt", device.Secret{Verifier: good.Verifier}, false},
		{"no verifier", device.Secret{Salt: good.Salt}, false},
		{"a salt that is not base64", device.Secret{Salt: "!", Verifier: good.Verifier}, false},
		{"a verifier that is not base64", device.Secret{Salt: good.Salt, Verifier: "!"}, false},
		{"a salt that is too long", device.Secret{Salt: long, Verifier: good.Verifier}, false},
		{"a verifier of 0", device.Secret{Salt: good.Salt, Verifier: long}, false},
		{"a verifier that is too great", device.Secret{Salt: good.Salt, Verifier: strings.Repeat("////", 128)}, false},
	} {
		sealed, err := s.Seal(staff, sub, "us-east-1_1", tt.secret)
		if (err == nil) != tt.ok {
			t.Errorf("%s: error = %v", tt.name, err)
		}
		if tt.ok {
			a, _ := srp.ParseA("2")
			row := &store.Device{PoolKey: staff.Key, Sub: sub, Key: "us-east-1_1", Sealed: sealed}
			if _, _, _, err := s.Challenge(t.Context(), row, a); err != nil {
				t.Errorf("%s: the challenge: %v", tt.name, err)
			}
		}
	}
}

func FuzzSeal(f *testing.F) {
	s := newDevices(f)()
	good := secret(srp.NewDevice("-AAAAAAAA", "us-east-1_1"))
	f.Add(good.Salt, good.Verifier)
	f.Add("", "")
	f.Add("AA==", "AA==")
	f.Add("AA==", strings.Repeat("////", 128))
	a, err := srp.ParseA("2")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, salt, verifier string) {
		sealed, err := s.Seal(staff, sub, "us-east-1_1", device.Secret{Salt: salt, Verifier: verifier})
		if err != nil {
			return
		}
		row := &store.Device{PoolKey: staff.Key, Sub: sub, Key: "us-east-1_1", Sealed: sealed}
		got, _, _, err := s.Challenge(t.Context(), row, a)
		if want, _ := base64.StdEncoding.DecodeString(salt); err != nil || !bytes.Equal(got, want) {
			t.Errorf("salt %x, %v; want %x", got, err, want)
		}
	})
}
