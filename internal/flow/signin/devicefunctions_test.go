package signin_test

import (
	"context"
	"slices"
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

// withPassword begins a conversation in which the password is proved first,
// from a device, and returns what follows the proof.
func (w *talking) withPassword(t *testing.T, key string) (signin.Step, error) {
	t.Helper()
	client := srp.NewClient()
	step, err := w.start(t, w.client, "CUSTOM_AUTH", "USERNAME", "ada", "CHALLENGE_NAME", "SRP_A", "SRP_A", client.A())
	if err != nil || step.Challenge != "PASSWORD_VERIFIER" {
		t.Fatalf("step = %+v, %v; want PASSWORD_VERIFIER", step, err)
	}
	proof := exchange{w.pool, client, step.Parameters}.proof(t, password)
	return w.prove(t, w.client, with(proof, "DEVICE_KEY", key))
}

// In CUSTOM_AUTH a device proves itself where the function asks for it, and
// else it is taken at its word.
func TestDevicesInConversations(t *testing.T) {
	eachTalking(t, tracks(pool.DeviceSettings{ChallengeOnNewDevice: true}), func(t *testing.T, w *talking) {
		g := w.gadget(t, w.ada, true)
		w.define = script("", "PASSWORD_VERIFIER", "CUSTOM_CHALLENGE", "DEVICE_SRP_AUTH")
		step, err := w.withPassword(t, g.key)
		if err != nil {
			t.Fatal(err)
		}
		step, err = w.say(t, w.client, step, "5")
		if err != nil {
			t.Fatal(err)
		}
		responses := w.asked(t, g, step)
		step, err = w.proveDevice(t, responses)
		w.wantDevice(t, step, err, g.key)
		if step.NewDevice != nil {
			t.Errorf("offered %+v", step.NewDevice)
		}
		_, err = w.proveDevice(t, responses)
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)

		w.define = script("", "PASSWORD_VERIFIER")
		step, err = w.withPassword(t, g.key)
		w.wantDevice(t, step, err, g.key)
		if step.NewDevice != nil {
			t.Errorf("a device that is known is offered %+v", step.NewDevice)
		}

		step, err = w.withPassword(t, w.Devices.NewKey(w.pool)) // not one of ada's
		if step.NewDevice == nil {
			t.Fatalf("step = %+v, %v", step, err)
		}
		w.wantDevice(t, step, err, step.NewDevice.Key)
	})
}

// Who answers nothing but custom challenges is offered no device.
func TestAConversationOffersNoDevice(t *testing.T) {
	eachTalking(t, tracks(pool.DeviceSettings{}), func(t *testing.T, w *talking) {
		step, err := w.say(t, w.client, w.open(t, w.client, "ada"), "5")
		w.wantDevice(t, step, err, "")
		if step.NewDevice != nil {
			t.Errorf("offered %+v", step.NewDevice)
		}
	})
}

// The functions are told whether a device is new, and when a device has proved
// itself.
func TestFunctionsAreToldOfDevices(t *testing.T) {
	eachHooked(t, func(t *testing.T, h *hooked) {
		h.pool = h.Pool(t, func(p *pool.Pool) {
			flowtest.Calls("PostAuthentication", "PreTokenGeneration")(p)
			tracks(pool.DeviceSettings{})(p)
		})
		h.client = h.Client(t, h.pool, nil)
		h.ada = h.Person(t, h.pool, "ada", password, nil)
		told := func(newDevice bool, occasion string) {
			t.Helper()
			events := h.lambda.Events()
			if got := flowtest.Sources(events); !slices.Equal(got, []string{after, occasion}) {
				t.Fatalf("called for %v, want %s last", got, occasion)
			}
			if got := events[0].Request.NewDeviceUsed; got != newDevice {
				t.Errorf("newDeviceUsed = %v, want %v", got, newDevice)
			}
		}
		if _, err := h.byPassword(t, h.client, "ada", password); err != nil {
			t.Fatal(err)
		}
		told(true, "TokenGeneration_Authentication")
		g := h.gadget(t, h.ada, true)
		step, err := h.from(t, g.key)
		if err != nil {
			t.Fatal(err)
		}
		step, err = h.proveDevice(t, h.asked(t, g, step))
		h.wantDevice(t, step, err, g.key)
		told(false, "TokenGeneration_AuthenticateDevice")
	})
}

// A refresh token that takes another's place is for the same device.
func TestRotationFromADevice(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := home(t, e)
		c := w.Client(t, w.pool, rotating(0))
		step, err := w.byPassword(t, c, "ada", password)
		if err != nil {
			t.Fatal(err)
		}
		key, text := step.NewDevice.Key, step.Tokens.Refresh
		w.confirmed(t, w.ada, key, true)
		for range 2 {
			_, err = w.refresh(t, c, text)
			flowtest.Want(t, err, pool.NotAuthorized, badRefresh)
			set, err := w.service.Refresh(t.Context(), signin.Renewal{ClientID: c.ID, Token: text, DeviceKey: key})
			if err != nil || set.Refresh == text || claims(t, set.Access)["device_key"] != key {
				t.Fatalf("refresh = %+v, %v", set, err)
			}
			text = set.Refresh
		}
	})
}

// A device that is forgotten, or no longer trusted, while a sign-in ends, gets
// no tokens.
func TestADeviceThatEndsMeanwhile(t *testing.T) {
	eachHooked(t, func(t *testing.T, h *hooked) {
		h.pool = h.Pool(t, func(p *pool.Pool) {
			flowtest.Calls("PostAuthentication")(p)
			tracks(pool.DeviceSettings{})(p)
		})
		h.client = h.Client(t, h.pool, nil)
		h.ada = h.Person(t, h.pool, "ada", password, nil)
		for name, end := range map[string]func(context.Context, store.Tx, string) error{
			"forgotten": func(ctx context.Context, tx store.Tx, key string) error {
				return tx.DeleteDevice(ctx, h.pool.Key, h.ada.Sub, key)
			},
			"not remembered": func(ctx context.Context, tx store.Tx, key string) error {
				return tx.RememberDevice(ctx, h.pool.Key, h.ada.Sub, key, false, h.Clock.Now())
			},
		} {
			t.Run(name, func(t *testing.T) {
				g := h.gadget(t, h.ada, true)
				step, err := h.from(t, g.key)
				if err != nil {
					t.Fatal(err)
				}
				responses := h.asked(t, g, step)
				h.answer = func(flowtest.Event) error {
					return h.Store.Update(t.Context(), func(tx store.Tx) error { return end(t.Context(), tx, g.key) })
				}
				_, err = h.proveDevice(t, responses)
				flowtest.Want(t, err, pool.NotFound, noDevice)
				h.answer = func(flowtest.Event) error { return nil }
			})
		}
	})
}
