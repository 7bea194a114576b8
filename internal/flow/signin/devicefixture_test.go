package signin_test

import (
	"context"
	"encoding/base64"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/device"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

const (
	noDevice   = "Device does not exist."
	badRefresh = "Invalid Refresh Token"
)

// tracks makes a pool track devices by rules.
func tracks(rules pool.DeviceSettings) func(*pool.Pool) {
	return func(p *pool.Pool) { p.Device = &rules }
}

// home is a pool that tracks devices, where ada signs in.
func home(t *testing.T, e *flowtest.Env, change ...func(*pool.Pool)) *world {
	t.Helper()
	w := &world{Env: e, service: service(e, e.Limits)}
	w.pool = e.Pool(t, func(p *pool.Pool) {
		tracks(pool.DeviceSettings{})(p)
		for _, do := range change {
			do(p)
		}
	})
	w.client, w.hiding = e.Client(t, w.pool, nil), e.Client(t, w.pool, hides)
	w.ada = e.Person(t, w.pool, "ada", password, verified("ada@example.com"))
	return w
}

// gadget is a device as its client knows it.
type gadget struct{ key, group, password string }

// gadget gives u a device that was confirmed.
func (w *world) gadget(t *testing.T, u *pool.User, remembered bool) gadget {
	t.Helper()
	return w.confirmed(t, u, w.Devices.NewKey(w.pool), remembered)
}

func (w *world) confirmed(t *testing.T, u *pool.User, key string, remembered bool) gadget {
	t.Helper()
	group := w.Devices.Group(w.pool, u.Sub)
	made := srp.NewDevice(group, key)
	sealed, err := w.Devices.Seal(w.pool, u.Sub, key, device.Secret{
		Salt: base64.StdEncoding.EncodeToString(made.Salt), Verifier: base64.StdEncoding.EncodeToString(made.Verifier),
	})
	if err != nil {
		t.Fatal(err)
	}
	now := w.Clock.Now().Truncate(time.Millisecond)
	w.Tx(t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddDevice(ctx, store.Device{
			PoolKey: u.PoolKey, Sub: u.Sub, Key: key, Group: group, Remembered: remembered,
			Created: now, Modified: now, Authenticated: now, Sealed: sealed,
		})
	})
	return gadget{key, group, made.Password}
}

func (w *world) forget(t *testing.T, u *pool.User, key string) {
	t.Helper()
	w.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.DeleteDevice(ctx, u.PoolKey, u.Sub, key) })
}

func (w *world) stored(t *testing.T, u *pool.User, key string) (d store.Device) {
	t.Helper()
	err := w.Store.View(t.Context(), func(snap store.Snapshot) (err error) {
		d, err = snap.Device(t.Context(), u.PoolKey, u.Sub, key)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// from signs in with the right password and names a device.
func (w *world) from(t *testing.T, key string) (signin.Step, error) {
	t.Helper()
	return w.start(t, w.client, "USER_PASSWORD_AUTH", "USERNAME", "ada", "PASSWORD", password, "DEVICE_KEY", key)
}

// asked takes the first step of a device whose proof is asked for, and returns
// the responses that take the second one.
func (w *world) asked(t *testing.T, g gadget, step signin.Step) signin.Parameters {
	t.Helper()
	if step.Challenge != "DEVICE_SRP_AUTH" || step.Session == "" || len(step.Parameters) > 0 || step.Tokens != nil {
		t.Fatalf("step = %+v, want DEVICE_SRP_AUTH", step)
	}
	client := srp.NewClient()
	step, err := w.answer(t, w.client, "DEVICE_SRP_AUTH", step.Session, parameters("USERNAME", "ada", "DEVICE_KEY", g.key, "SRP_A", client.A()))
	if err != nil || step.Challenge != "DEVICE_PASSWORD_VERIFIER" {
		t.Fatalf("DEVICE_SRP_AUTH: %+v, %v", step, err)
	}
	got := step.Parameters
	if got["DEVICE_KEY"] != g.key || got["USERNAME"] != "ada" {
		t.Errorf("parameters = %v", got)
	}
	shared, err := client.Key(g.group, g.key, g.password, got["SALT"], got["SRP_B"])
	if err != nil {
		t.Fatal(err)
	}
	block, err := base64.StdEncoding.DecodeString(got["SECRET_BLOCK"])
	if err != nil {
		t.Fatal(err)
	}
	now := srp.FormatTimestamp(time.Now())
	return parameters("USERNAME", "ada", "DEVICE_KEY", g.key, "PASSWORD_CLAIM_SECRET_BLOCK", got["SECRET_BLOCK"], "TIMESTAMP", now,
		"PASSWORD_CLAIM_SIGNATURE", base64.StdEncoding.EncodeToString(srp.Signature(shared, g.group, g.key, block, now)))
}

func (w *world) proveDevice(t *testing.T, responses signin.Parameters) (signin.Step, error) {
	t.Helper()
	return w.answer(t, w.client, "DEVICE_PASSWORD_VERIFIER", responses["PASSWORD_CLAIM_SECRET_BLOCK"], responses)
}

// wantDevice fails unless step ended a sign-in of ada with tokens for a device.
func (w *world) wantDevice(t *testing.T, step signin.Step, err error, key string) {
	t.Helper()
	w.wantTokens(t, step, err, w.ada)
	if step.Tokens == nil {
		t.FailNow()
	}
	if got, _ := claims(t, step.Tokens.Access)["device_key"].(string); got != key {
		t.Errorf("device_key = %q, want %q", got, key)
	}
	access, err := w.Tokens.VerifyAccess(t.Context(), step.Tokens.Access)
	if err != nil || access.Device != key {
		t.Errorf("the access token is for %q, %v; want %q", access.Device, err, key)
	}
	if _, there := claims(t, step.Tokens.ID)["device_key"]; there {
		t.Error("the ID token names the device")
	}
}
