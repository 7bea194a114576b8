package signin_test

import (
	"context"
	"encoding/base64"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

func TestASignInOffersANewDevice(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := home(t, e)
		step, err := w.byPassword(t, w.client, "ada", password)
		first := step.NewDevice
		if first == nil || !strings.HasPrefix(first.Key, "us-east-1_") || first.Group != w.Devices.Group(w.pool, w.ada.Sub) {
			t.Fatalf("NewDevice = %+v, %v", first, err)
		}
		w.wantDevice(t, step, err, first.Key)
		step, err = w.bySRP(t, w.pool, w.client, "ada", password)
		if step.NewDevice == nil || step.NewDevice.Key == first.Key {
			t.Errorf("the second sign-in offers %+v, the first one %+v", step.NewDevice, first)
		}
		w.wantDevice(t, step, err, step.NewDevice.Key)

		untracked := home(t, e, func(p *pool.Pool) { p.Device = nil })
		step, err = untracked.from(t, first.Key)
		if step.NewDevice != nil {
			t.Errorf("a pool that tracks no devices offers %+v", step.NewDevice)
		}
		untracked.wantDevice(t, step, err, "")
	})
}

// A refresh token is good for the device that it was issued to, once that is
// confirmed and as long as nobody has forgotten it.
func TestRefreshFromADevice(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := home(t, e)
		step, err := w.byPassword(t, w.client, "ada", password)
		if err != nil {
			t.Fatal(err)
		}
		key := step.NewDevice.Key
		refresh := func(key string) (string, error) {
			set, err := w.service.Refresh(t.Context(), signin.Renewal{ClientID: w.client.ID, Token: step.Tokens.Refresh, DeviceKey: key})
			byFlow, flowErr := w.start(t, w.client, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", step.Tokens.Refresh, "DEVICE_KEY", key)
			if (err == nil) != (flowErr == nil) {
				t.Errorf("GetTokensFromRefreshToken: %v, REFRESH_TOKEN_AUTH: %v", err, flowErr)
			}
			if err != nil {
				return "", err
			}
			if byFlow.NewDevice != nil {
				t.Errorf("a refresh offers the device %+v", byFlow.NewDevice)
			}
			return set.Access, nil
		}
		refused := func(why, key string) {
			t.Helper()
			if _, err := refresh(key); err == nil {
				t.Errorf("%s: refreshed", why)
			} else {
				flowtest.Want(t, err, pool.NotAuthorized, badRefresh)
			}
		}
		refused("not confirmed", key)
		w.confirmed(t, w.ada, key, false)
		access, err := refresh(key)
		if err != nil || claims(t, access)["device_key"] != key {
			t.Errorf("from the device: %v", err)
		}
		refused("without a device", "")
		refused("from another device", w.gadget(t, w.ada, true).key)
		refused("from one that is not there", w.Devices.NewKey(w.pool))
		w.forget(t, w.ada, key)
		refused("forgotten", key)

		w.Tx(t, func(ctx context.Context, tx store.Tx) error {
			p, err := tx.PoolByKey(ctx, w.pool.Key)
			if err != nil {
				return err
			}
			p.Device = nil
			return tx.UpdatePool(ctx, p)
		})
		if _, err := refresh(""); err != nil {
			t.Errorf("once devices are not tracked: %v", err)
		}
	})
}

func TestARememberedDeviceProvesItself(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := home(t, e)
		g := w.gadget(t, w.ada, true)
		w.Clock.Advance(time.Hour)

		step, err := w.service.Start(t.Context(), signin.Request{
			ClientID: w.client.ID, Flow: "USER_PASSWORD_AUTH", Parameters: parameters("USERNAME", "ada", "PASSWORD", password, "DEVICE_KEY", g.key),
		})
		if err != nil {
			t.Fatal(err)
		}
		responses := w.asked(t, g, step)
		step, err = w.proveDevice(t, responses)
		w.wantDevice(t, step, err, g.key)
		if step.NewDevice != nil {
			t.Errorf("a device that is known is offered %+v", step.NewDevice)
		}
		if d := w.stored(t, w.ada, g.key); !d.Authenticated.After(d.Created) || !d.Remembered {
			t.Errorf("after its sign-in the device is %+v", d)
		}
		_, err = w.proveDevice(t, responses)
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)

		x := w.begin(t, w.pool, w.client, "USERNAME", "ada")
		step, err = w.prove(t, w.client, with(x.proof(t, password), "DEVICE_KEY", g.key))
		if err != nil {
			t.Fatal(err)
		}
		step, err = w.proveDevice(t, w.asked(t, g, step))
		w.wantDevice(t, step, err, g.key)
	})
}

// A device that was confirmed and not remembered has nothing to prove.
func TestADeviceThatIsNotRemembered(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := home(t, e, tracks(pool.DeviceSettings{OnlyOnPrompt: true, ChallengeOnNewDevice: true}))
		g := w.gadget(t, w.ada, false)
		step, err := w.from(t, g.key)
		w.wantDevice(t, step, err, g.key)
		if step.NewDevice != nil {
			t.Errorf("a device that is known is offered %+v", step.NewDevice)
		}
	})
}

// What is no device of the user's is told once the password was right, and to
// nobody else; the client then takes the same step without it.
func TestADeviceThatDoesNotExist(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := home(t, e)
		eve := w.Person(t, w.pool, "eve", password, nil)
		forgotten := w.gadget(t, w.ada, true).key
		w.forget(t, w.ada, forgotten)
		for name, key := range map[string]string{
			"forgotten": forgotten, "never confirmed": w.Devices.NewKey(w.pool), "of somebody else": w.gadget(t, eve, true).key,
			"no key at all": "x", "a very long one": strings.Repeat("x", 5000),
		} {
			t.Run(name, func(t *testing.T) {
				_, err := w.from(t, key)
				flowtest.Want(t, err, pool.NotFound, noDevice)
				_, err = w.start(t, w.client, "USER_PASSWORD_AUTH", "USERNAME", "ada", "PASSWORD", "wrong horse", "DEVICE_KEY", key)
				flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
				_, err = w.start(t, w.hiding, "USER_PASSWORD_AUTH", "USERNAME", "nobody", "PASSWORD", password, "DEVICE_KEY", key)
				flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)

				x := w.begin(t, w.pool, w.client, "USERNAME", "ada", "DEVICE_KEY", key)
				proof := x.proof(t, password)
				for range 7 { // it is no attempt at the password
					_, err = w.prove(t, w.client, with(proof, "DEVICE_KEY", key))
					flowtest.Want(t, err, pool.NotFound, noDevice)
				}
				step, err := w.prove(t, w.client, proof)
				w.wantTokens(t, step, err, w.ada)
				if step.NewDevice == nil || step.NewDevice.Key == key {
					t.Errorf("without its device the client is offered %+v", step.NewDevice)
				}
			})
		}
	})
}

// Of the two steps of a device none can be taken for another device, without
// the first one, or once the device is forgotten.
func TestStepsOfADeviceThatAreRefused(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := home(t, e)
		g, other := w.gadget(t, w.ada, true), w.gadget(t, w.ada, true)
		begin := func() signin.Step {
			step, err := w.from(t, g.key)
			if err != nil {
				t.Fatal(err)
			}
			return step
		}
		a := parameters("USERNAME", "ada", "DEVICE_KEY", g.key, "SRP_A", srp.NewClient().A())
		step := begin()
		responses := w.asked(t, g, step)
		for _, tt := range []struct {
			name, challenge, session string
			responses                signin.Parameters
			kind                     pool.Kind
			message                  string
		}{
			{"another device begins", "DEVICE_SRP_AUTH", step.Session, with(a, "DEVICE_KEY", other.key), pool.NotAuthorized, sessionInvalid},
			{"one that is not there begins", "DEVICE_SRP_AUTH", step.Session, with(a, "DEVICE_KEY", "x"), pool.NotFound, noDevice},
			{"no device begins", "DEVICE_SRP_AUTH", step.Session, without(a, "DEVICE_KEY"), pool.InvalidParameter, "Missing required parameter DEVICE_KEY"},
			{"no A", "DEVICE_SRP_AUTH", step.Session, without(a, "SRP_A"), pool.InvalidParameter, "Missing required parameter SRP_A"},
			{"an A of 0", "DEVICE_SRP_AUTH", step.Session, with(a, "SRP_A", "0"), pool.InvalidParameter, "Invalid SRP_A parameter."},
			{"no session", "DEVICE_SRP_AUTH", "", a, pool.InvalidParameter, "Missing required parameter Session"},
			{"the session of the second step", "DEVICE_SRP_AUTH", responses["PASSWORD_CLAIM_SECRET_BLOCK"], a, pool.NotAuthorized, sessionInvalid},
			{"another device ends", "DEVICE_PASSWORD_VERIFIER", "", with(responses, "DEVICE_KEY", other.key), pool.NotAuthorized, sessionInvalid},
			{"a block of nothing", "DEVICE_PASSWORD_VERIFIER", "", with(responses, "PASSWORD_CLAIM_SECRET_BLOCK", step.Session), pool.NotAuthorized, sessionInvalid},
			{"a clock that is wrong", "DEVICE_PASSWORD_VERIFIER", "", with(responses, "TIMESTAMP", "Sat Nov 7 07:05:09 UTC 2020"), pool.NotAuthorized, wrongPassword},
			{"a block of another step", "PASSWORD_VERIFIER", "", responses, pool.NotAuthorized, sessionInvalid},
		} {
			_, err := w.answer(t, w.client, tt.challenge, tt.session, tt.responses)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, tt.kind, tt.message) })
		}
		w.Tx(t, func(ctx context.Context, tx store.Tx) error {
			return tx.RememberDevice(ctx, w.pool.Key, w.ada.Sub, g.key, false, w.Clock.Now())
		})
		_, err := w.proveDevice(t, responses)
		flowtest.Want(t, err, pool.NotFound, noDevice)
		w.forget(t, w.ada, g.key)
		_, err = w.proveDevice(t, responses)
		flowtest.Want(t, err, pool.NotFound, noDevice)
		_, err = w.answer(t, w.client, "DEVICE_SRP_AUTH", step.Session, a)
		flowtest.Want(t, err, pool.NotFound, noDevice)
	})
}

// Wrong proofs are counted before they are compared, as passwords are, and
// apart from them.
func TestWrongProofsOfADeviceAreCounted(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := home(t, e)
		g := w.gadget(t, w.ada, true)
		step, err := w.from(t, g.key)
		if err != nil {
			t.Fatal(err)
		}
		right := w.asked(t, g, step)
		wrong := with(right, "PASSWORD_CLAIM_SIGNATURE", base64.StdEncoding.EncodeToString(make([]byte, 32)))
		var compared sync.Map
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				_, err := w.answer(t, w.client, "DEVICE_PASSWORD_VERIFIER", "", wrong)
				if e, ok := err.(*pool.Error); ok && e.Message == wrongPassword {
					compared.Store(i, true)
				} else {
					flowtest.Want(t, err, pool.NotAuthorized, lockedOut)
				}
			})
		}
		all.Wait()
		count := 0
		compared.Range(func(any, any) bool { count++; return true })
		if count != 5 {
			t.Errorf("%d of 20 proofs at once were compared, want 5", count)
		}
		_, err = w.proveDevice(t, right)
		flowtest.Want(t, err, pool.NotAuthorized, lockedOut)
		if _, err := w.from(t, g.key); err != nil { // the password is not locked
			t.Errorf("the password: %v", err)
		}
		w.Clock.Advance(2 * time.Second)
		step, err = w.proveDevice(t, right)
		w.wantDevice(t, step, err, g.key)
	})
}

// mustMail makes a pool demand a code by mail of everybody.
func mustMail(p *pool.Pool) { p.MFA, p.Second.Email = "ON", true }

// Which devices stand in for a second factor, and which prove themselves after
// it.
func TestDevicesAndTheSecondFactor(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for _, tt := range []struct {
			name              string
			passes, remembers bool
			want              []string
		}{
			{"trusted and remembered", true, true, []string{"DEVICE_SRP_AUTH"}},
			{"trusted and not remembered", true, false, []string{"EMAIL_OTP"}},
			{"remembered alone", false, true, []string{"EMAIL_OTP", "DEVICE_SRP_AUTH"}},
			{"neither", false, false, []string{"EMAIL_OTP"}},
		} {
			t.Run(tt.name, func(t *testing.T) {
				w := home(t, e, tracks(pool.DeviceSettings{ChallengeOnNewDevice: tt.passes}), mustMail)
				g := w.gadget(t, w.ada, tt.remembers)
				step, err := w.from(t, g.key)
				var met []string
				for err == nil && step.Tokens == nil {
					met = append(met, step.Challenge)
					switch step.Challenge {
					case "EMAIL_OTP":
						step, err = w.answer(t, w.client, "EMAIL_OTP", step.Session,
							parameters("USERNAME", "ada", "EMAIL_OTP_CODE", w.Code(t, "ada@example.com")))
					case "DEVICE_SRP_AUTH":
						step, err = w.proveDevice(t, w.asked(t, g, step))
					default:
						t.Fatalf("step = %+v", step)
					}
				}
				w.wantDevice(t, step, err, g.key)
				if strings.Join(met, " ") != strings.Join(tt.want, " ") {
					t.Errorf("met %v, want %v", met, tt.want)
				}
			})
		}
	})
}

// A device that was asked for its proof is no second factor once one is asked for
// that it does not stand in for.
func TestASecondFactorThatIsAskedForMeanwhile(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		trusted := tracks(pool.DeviceSettings{ChallengeOnNewDevice: true})
		for _, tt := range []struct {
			name       string
			pool, then func(*pool.Pool)
			user       func(*pool.User)
		}{
			{"by the pool", tracks(pool.DeviceSettings{}), mustMail, nil},
			{"of a device that is not trusted any more", func(p *pool.Pool) { trusted(p); mustMail(p) }, tracks(pool.DeviceSettings{}), nil},
			{"by the user", func(p *pool.Pool) { p.MFA, p.Second.Email = "OPTIONAL", true }, nil, func(u *pool.User) { u.Factors.Email = true }},
		} {
			t.Run(tt.name, func(t *testing.T) {
				w := home(t, e, tt.pool)
				g := w.gadget(t, w.ada, true)
				step, err := w.from(t, g.key)
				if err != nil {
					t.Fatal(err)
				}
				proof := w.asked(t, g, step)
				if tt.then != nil {
					w.setPool(t, tt.then)
				}
				if tt.user != nil {
					w.Change(t, w.pool, "ada", tt.user)
				}
				_, err = w.answer(t, w.client, "DEVICE_SRP_AUTH", step.Session,
					parameters("USERNAME", "ada", "DEVICE_KEY", g.key, "SRP_A", srp.NewClient().A()))
				flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
				_, err = w.proveDevice(t, proof)
				flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
			})
		}
	})
}

// A stale device that is named with a second factor is told of before the code
// is used up.
func TestADeviceThatDoesNotExistAtTheSecondFactor(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := home(t, e, mustMail)
		step, err := w.byPassword(t, w.client, "ada", password)
		if err != nil || step.Challenge != "EMAIL_OTP" {
			t.Fatalf("step = %+v, %v", step, err)
		}
		code := parameters("USERNAME", "ada", "EMAIL_OTP_CODE", w.Code(t, "ada@example.com"))
		_, err = w.answer(t, w.client, "EMAIL_OTP", step.Session, with(code, "DEVICE_KEY", w.Devices.NewKey(w.pool)))
		flowtest.Want(t, err, pool.NotFound, noDevice)
		step, err = w.answer(t, w.client, "EMAIL_OTP", step.Session, code)
		if step.NewDevice == nil {
			t.Fatalf("step = %+v, %v", step, err)
		}
		w.wantDevice(t, step, err, step.NewDevice.Key)
	})
}

// With a temporary password the device is asked for once there is a new one,
// which stays whatever becomes of the device.
func TestADeviceAfterANewPassword(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := home(t, e, tracks(pool.DeviceSettings{ChallengeOnNewDevice: true}), mustMail)
		g := w.gadget(t, w.ada, true)
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Status = pool.ForceChangePassword })
		step, err := w.from(t, g.key)
		if err != nil || step.Challenge != "NEW_PASSWORD_REQUIRED" {
			t.Fatalf("step = %+v, %v", step, err)
		}
		step, err = w.answer(t, w.client, step.Challenge, step.Session, parameters("USERNAME", "ada", "NEW_PASSWORD", "third horse"))
		if err != nil {
			t.Fatal(err)
		}
		responses := w.asked(t, g, step)
		if got := w.User(t, w.pool, "ada").Status; got != pool.Confirmed {
			t.Errorf("status = %s before the device, want CONFIRMED", got)
		}
		step, err = w.proveDevice(t, responses)
		w.wantDevice(t, step, err, g.key)
	})
}
