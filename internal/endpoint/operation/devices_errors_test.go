package operation

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// gadget returns an access token that was issued to a new device, and the key
// of the device.
func (c *town) gadget(t *testing.T, u *pool.User) (access, key string) {
	t.Helper()
	key = c.Devices.NewKey(c.pool)
	set, row, err := c.Tokens.Issue(t.Context(), token.Grant{Pool: c.pool, Client: c.client, User: u, DeviceKey: key})
	if err != nil {
		t.Fatal(err)
	}
	c.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.AddRefreshToken(ctx, row) })
	return set.Access, key
}

// tracks makes the town's pool track devices, and lets administrators see them.
func (c *town) tracks(t *testing.T) {
	t.Helper()
	c.Tx(t, func(ctx context.Context, tx store.Tx) error {
		p, err := tx.PoolByKey(ctx, c.pool.Key)
		if err != nil {
			return err
		}
		p.Device = &pool.DeviceSettings{OnlyOnPrompt: true}
		return tx.UpdatePool(ctx, p)
	})
	c.operations.users = admin.NewUsers(admin.UsersOptions{Store: c.Store, Keyring: c.Keyring, Passwords: c.Passwords, Devices: c.Devices, Now: c.Clock.Now})
}

// body returns a request with some members.
func body(members map[string]any, more ...map[string]any) string {
	all := maps.Clone(members)
	for _, m := range more {
		maps.Copy(all, m)
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func deviceSecret(group, key string) map[string]any {
	made := srp.NewDevice(group, key)
	return map[string]any{"DeviceSecretVerifierConfig": map[string]any{
		"Salt": base64.StdEncoding.EncodeToString(made.Salt), "PasswordVerifier": base64.StdEncoding.EncodeToString(made.Verifier),
	}}
}

const (
	noSuchDevice = "Device does not exist."
	notTracked   = "Device tracking is not enabled for the user pool."
)

// Reasons why an operation on devices gets no such error here.
var deviceCannot = map[string]string{
	"InvalidUserPoolConfigurationException": "a pool that does not track devices is an InvalidParameterException, as clients expect",
	"UserNotConfirmedException":             noWayBack,
}

func TestDeclaredErrorsOfDevices(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t))
	down, lost := lostTown(t)
	_, plain := c.signedIn(t, "plain")
	c.tracks(t)
	adas := c.Person(t, c.pool, "ada", signInPassword, nil)
	access, key := c.gadget(t, adas)
	mustCall(t, c.operations, "ConfirmDevice", body(map[string]any{"AccessToken": access, "DeviceKey": key}, deviceSecret(c.Devices.Group(c.pool, adas.Sub), key)))
	fresh, freshKey := c.gadget(t, adas)
	reset, gone := c.Person(t, c.pool, "reset", signInPassword, nil), c.Person(t, c.pool, "gone", signInPassword, nil)
	forgotten, _ := c.gadget(t, reset)
	orphan, _ := c.gadget(t, gone)
	c.Change(t, c.pool, "reset", func(u *pool.User) { u.Status = pool.ResetRequired })
	c.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, gone.PoolKey, gone.Sub) })
	elsewhere := c.Person(t, c.closedPool, "ada", "", nil)
	untracked := c.SignedIn(t, c.closedPool, c.closed, elsewhere)

	for _, operation := range []string{"ConfirmDevice", "GetDevice", "ListDevices", "UpdateDeviceStatus", "ForgetDevice"} {
		with := func(access, key string) string {
			m := map[string]any{"AccessToken": access}
			if operation != "ListDevices" {
				m["DeviceKey"] = key
			}
			return body(m)
		}
		d := declared{operation, []refusedCall{
			{"what is no token", denied, "Invalid Access Token", with("x", key), nil},
			{"somebody who must reset the password", "PasswordResetRequiredException", "Password reset required for the user", with(forgotten, key), nil},
			{"somebody who is gone", "UserNotFoundException", "User does not exist.", with(orphan, key), nil},
			{"a pool without tracking", invalidArg, notTracked, with(untracked.Access, key), nil},
			{"a database that is gone", internal, "", with(lost.Access, key), down.operations},
		}, cannotPerson(deviceCannot)}
		switch operation {
		case "ConfirmDevice":
			d.reached = append(d.reached,
				refusedCall{"a constraint of the model", invalidArg, violated + "null at 'deviceKey' " + nullMember, body(map[string]any{"AccessToken": fresh}), nil},
				refusedCall{"the key of another device", invalidArg, "Invalid device key given.", with(fresh, key), nil},
				refusedCall{"a token for no device", invalidArg, "Invalid device key given.", with(plain.Access, key), nil},
				refusedCall{"no secret", invalidArg, "Invalid device secret verifier config given.", with(fresh, freshKey), nil},
				refusedCall{"a device that is confirmed", "DeviceKeyExistsException", "Device already exists.",
					body(map[string]any{"AccessToken": access, "DeviceKey": key}, deviceSecret("x", key)), nil})
			maps.Copy(d.cannot, map[string]string{
				notFound:                         goneToken,
				"InvalidPasswordException":       "no password comes with it",
				"InvalidLambdaResponseException": "it calls no function",
				"UsernameExistsException":        "it makes no user",
			})
		case "ListDevices":
			d.reached = append(d.reached, refusedCall{"a page token of nobody's", invalidArg, "Invalid pagination token",
				body(map[string]any{"AccessToken": access, "PaginationToken": "x"}), nil})
			d.cannot[notFound] = goneToken
		default:
			d.reached = append(d.reached,
				refusedCall{"a constraint of the model", invalidArg, violated + "null at 'deviceKey' " + nullMember, body(map[string]any{"AccessToken": access}), nil},
				refusedCall{"a device that was not confirmed", notFound, noSuchDevice, with(fresh, freshKey), nil})
		}
		t.Run(operation, func(t *testing.T) { d.check(t, c.operations) })
	}
}

func TestDeclaredErrorsOfDevicesForAdministrators(t *testing.T) {
	t.Parallel()
	c, down := newTown(t, storetest.Open(t)), newTown(t, storetest.Open(t))
	c.tracks(t)
	down.tracks(t)
	c.Person(t, c.pool, "ada", "", nil)
	if err := down.Store.Close(); err != nil {
		t.Fatal(err)
	}
	const key = "us-east-1_0f8c2d9e-6a1b-4c3d-8e5f-112233445566"
	for _, operation := range []string{"AdminGetDevice", "AdminListDevices", "AdminUpdateDeviceStatus", "AdminForgetDevice"} {
		noUser := "UserNotFoundException"
		with := func(poolID, name string, more ...map[string]any) string {
			m := map[string]any{"UserPoolId": poolID, "Username": name}
			if operation != "AdminListDevices" {
				m["DeviceKey"] = key
			}
			return body(m, more...)
		}
		if operation == "AdminGetDevice" || operation == "AdminListDevices" {
			noUser = notFound
		}
		d := declared{operation, []refusedCall{
			{"a pool that is not there", notFound, noPool, with("us-east-1_Gone", "ada"), nil},
			{"a user who is not there", noUser, "User does not exist.", with(c.pool.ID, "eve"), nil},
			{"a pool without tracking", invalidArg, notTracked, with(c.closedPool.ID, c.Person(t, c.closedPool, operation, "", nil).Username), nil},
			{"a name with a space", invalidArg, violated + `at 'username' failed to satisfy constraint: ` +
				`Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`, with(c.pool.ID, "a b"), nil},
			{"a database that is gone", internal, "", with(down.pool.ID, "ada"), down.operations},
		}, cannot(map[string]string{"InvalidUserPoolConfigurationException": deviceCannot["InvalidUserPoolConfigurationException"]})}
		if operation == "AdminListDevices" {
			d.reached = append(d.reached, refusedCall{"a page token of nobody's", invalidArg, "Invalid pagination token",
				with(c.pool.ID, "ada", map[string]any{"PaginationToken": "x"}), nil})
		} else {
			d.reached = append(d.reached, refusedCall{"a device that is not there", notFound, noSuchDevice, with(c.pool.ID, "ada"), nil})
		}
		t.Run(operation, func(t *testing.T) { d.check(t, c.operations) })
	}
}
