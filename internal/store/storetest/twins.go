package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// twin gives a pool a user and a row of each kind, under names and ids that its
// twins have too.
func twin(ctx context.Context, tx store.Tx, key int64) error {
	alias := pool.Alias{Kind: "email", Folded: "a@x"}
	u, names := person(key, "ada", alias)
	u.SealedPassword = []byte(fmt.Sprint("password of ", key))
	group := pool.Group{PoolKey: key, Name: "staff", Key: 7, Description: fmt.Sprint(key)}
	for _, err := range []error{
		tx.CreateUser(ctx, u, names),
		tx.CreateClient(ctx, &pool.Client{PoolKey: key, ID: clientOf(key), Created: noon}),
		tx.PutCode(ctx, store.Code{PoolKey: key, Sub: u.Sub, Purpose: "sign-up", Attribute: "email", MAC: []byte("m"), Expires: noon}),
		tx.KeepPassword(ctx, &pool.User{PoolKey: key, Sub: u.Sub, SealedPassword: u.SealedPassword}, 1),
		tx.AddConversation(ctx, store.Conversation{PoolKey: key, SignInID: "i", Sub: u.Sub, Sealed: u.SealedPassword}),
		tx.AddDevice(ctx, store.Device{PoolKey: key, Sub: u.Sub, Key: "d", Name: fmt.Sprint(key)}),
		tx.AddRefreshToken(ctx, store.RefreshToken{PoolKey: key, Hash: []byte("h"), Family: "f", Sub: u.Sub, DeviceKey: "d", ClientID: fmt.Sprint(key)}),
		tx.AskSoftwareToken(ctx, key, u.Sub, []byte("seed")),
		tx.VerifySoftwareToken(ctx, key, u.Sub, []byte("seed"), fmt.Sprint(key), 1),
		tx.AskSoftwareToken(ctx, key, u.Sub, []byte("next")),
		addPasskey(ctx, tx, store.Passkey{PoolKey: key, ID: "k", Sub: u.Sub, Body: fmt.Sprint(key)}),
		tx.AddAuthEvent(ctx, store.AuthEvent{PoolKey: key, Sub: u.Sub, ID: "e", Type: "SignIn", Response: "Pass", Context: fmt.Sprint(key)}),
		tx.CreateGroup(ctx, group),
		ignore(tx.AddMember(ctx, key, group.Key, u.Sub)),
		ignore(tx.AddSetting(ctx, store.Setting{PoolKey: key, Kind: "kind", ID: "id", ClientID: clientOf(key), Body: fmt.Sprint(key)}, "name")),
		tx.CreateImport(ctx, &pool.Import{PoolKey: key, ID: "import-1", Status: pool.ImportCreated, ImportDetails: pool.ImportDetails{Name: fmt.Sprint(key)}}),
		tx.AddImportPart(ctx, key, "import-1", "u", store.ImportPart{Line: key, Sealed: []byte("part")}),
		tx.AddSigningKey(ctx, store.SigningKey{PoolKey: key, ID: "kid", Use: fmt.Sprint(key)}),
		tx.SetRate(ctx, store.Rate{PoolKey: key, Category: "UserRead", PerSecond: key}),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// clientOf is the id of a pool's client: no two pools have one of the same.
func clientOf(key int64) string { return fmt.Sprint("client of ", key) }

func ignore[T any](_ T, err error) error { return err }

// everything is what can be read in a pool of the rows that twins have.
func everything(ctx context.Context, s store.Snapshot, key int64) string {
	const sub = "sub-ada"
	page := store.Page{Limit: 9}
	var b strings.Builder
	show := func(what string) func(any, error) {
		return func(v any, err error) {
			switch p := v.(type) { // which would print its address
			case *pool.User:
				v = fmt.Sprintf("%+v", p)
			case *pool.Import:
				v = fmt.Sprintf("%+v", p)
			}
			fmt.Fprintf(&b, "%s: %+v %v\n", what, v, err)
		}
	}
	show("User")(s.User(ctx, key, sub))
	show("UserByName")(s.UserByName(ctx, key, "ada"))
	show("UserByAlias")(s.UserByAlias(ctx, key, "a@x", "email"))
	show("CountUsers")(s.CountUsers(ctx, key))
	for _, f := range []store.UserFilter{
		{}, {By: "sub", Value: sub}, {By: "enabled", Value: "true"}, {By: "username", Value: "ada"}, {By: "email", Prefix: true, Value: "ada@"},
	} {
		users, _, err := s.Users(ctx, key, f, page)
		show("Users by "+f.By)(len(users), err)
	}
	show("FormerPasswords")(s.FormerPasswords(ctx, key, sub, 9))
	show("Code")(s.Code(ctx, key, sub, "sign-up"))
	show("Conversation")(s.Conversation(ctx, key, "i"))
	show("Device")(s.Device(ctx, key, sub, "d"))
	show("Devices")(s.Devices(ctx, key, sub, page))
	show("RefreshToken")(s.RefreshToken(ctx, key, []byte("h")))
	show("TokenFamily")(s.TokenFamily(ctx, key, "f"))
	show("LatestToken")(s.LatestToken(ctx, key, "f"))
	show("TokenFamilies")(s.TokenFamilies(ctx, key, sub, page))
	show("SoftwareToken")(s.SoftwareToken(ctx, key, sub))
	show("Passkey")(s.Passkey(ctx, key, "k"))
	show("Passkeys")(s.Passkeys(ctx, key, sub, page))
	show("AuthEvent")(s.AuthEvent(ctx, key, sub, "e"))
	show("AuthEvents")(s.AuthEvents(ctx, key, sub, page))
	show("Visits")(s.Visits(ctx, key, sub, 9))
	show("Group")(s.Group(ctx, key, "staff"))
	show("Groups")(s.Groups(ctx, key, page))
	show("CountGroups")(s.CountGroups(ctx, key))
	show("GroupsOf")(s.GroupsOf(ctx, key, sub))
	members, err := s.Members(ctx, key, 7, page)
	show("Members")(len(members), err)
	show("Setting")(s.Setting(ctx, key, "kind", "id"))
	show("SettingByName")(s.SettingByName(ctx, key, "kind", "name"))
	show("Settings")(s.Settings(ctx, key, "kind", page))
	show("Import")(s.Import(ctx, key, "import-1"))
	show("RunningImport")(s.RunningImport(ctx, key))
	imports, err := s.Imports(ctx, key, page)
	show("Imports")(len(imports), err)
	show("CountImports")(s.CountImports(ctx, key))
	show("ImportPart")(s.ImportPart(ctx, key, "import-1", "u", 0))
	show("SigningKeys")(s.SigningKeys(ctx, key))
	show("Rates")(s.Rates(ctx, key))
	clients, err := s.Clients(ctx, key, page)
	show("Clients")(len(clients), err)
	show("CountClients")(s.CountClients(ctx, key))
	return b.String()
}

// twinChanges are changes of a pool, each of which can be seen in everything.
var twinChanges = map[string]func(ctx context.Context, tx store.Tx, key int64) error{
	"SpendCode": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.SpendCode(ctx, key, "sub-ada", "sign-up", []byte("m"))
	},
	"VoidCode": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.VoidCode(ctx, key, "sub-ada", "sign-up")
	},
	"VoidCodes": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.VoidCodes(ctx, key, "sub-ada", "email")
	},
	"KeepPassword": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.KeepPassword(ctx, &pool.User{PoolKey: key, Sub: "sub-ada"}, 0)
	},
	"TakeAlias": func(ctx context.Context, tx store.Tx, key int64) error {
		return ignore(tx.TakeAlias(ctx, key, pool.Alias{Kind: "email", Folded: "a@x"}))
	},
	"UpdateUser": func(ctx context.Context, tx store.Tx, key int64) error {
		u, n := person(key, "ada")
		u.Version = 1
		return tx.UpdateUser(ctx, u, n)
	},
	"DeleteUser": func(ctx context.Context, tx store.Tx, key int64) error { return tx.DeleteUser(ctx, key, "sub-ada") },
	"TakeTurn":   func(ctx context.Context, tx store.Tx, key int64) error { return tx.TakeTurn(ctx, key, "i", 0) },
	"SaveConversation": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.SaveConversation(ctx, store.Conversation{PoolKey: key, SignInID: "i", Expires: noon})
	},
	"DeleteConversation": func(ctx context.Context, tx store.Tx, key int64) error { return tx.DeleteConversation(ctx, key, "i") },
	"RememberDevice": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.RememberDevice(ctx, key, "sub-ada", "d", true, noon)
	},
	"SeeDevice": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.SeeDevice(ctx, store.Device{PoolKey: key, Sub: "sub-ada", Key: "d", Authenticated: noon})
	},
	"DeleteDevice": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.DeleteDevice(ctx, key, "sub-ada", "d")
	},
	"DeleteDevices": func(ctx context.Context, tx store.Tx, key int64) error { return tx.DeleteDevices(ctx, key, "sub-ada") },
	"RotateRefreshToken": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.RotateRefreshToken(ctx, key, []byte("h"), noon)
	},
	"SetTokenAgent": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.SetTokenAgent(ctx, key, []byte("h"), "other")
	},
	"RevokeFamily": func(ctx context.Context, tx store.Tx, key int64) error { return tx.RevokeFamily(ctx, key, "f", noon) },
	"RevokeDevice": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.RevokeDevice(ctx, key, "sub-ada", "d", noon)
	},
	"AskSoftwareToken": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.AskSoftwareToken(ctx, key, "sub-ada", []byte("other"))
	},
	"VerifySoftwareToken": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.VerifySoftwareToken(ctx, key, "sub-ada", []byte("next"), "other", 2)
	},
	"UseSoftwareToken": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.UseSoftwareToken(ctx, key, "sub-ada", []byte("seed"), 2)
	},
	"DeleteSoftwareToken": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.DeleteSoftwareToken(ctx, key, "sub-ada")
	},
	"UsePasskey": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.UsePasskey(ctx, store.Passkey{PoolKey: key, ID: "k", Sub: "sub-ada", Counter: 1}, 0)
	},
	"DeletePasskey": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.DeletePasskey(ctx, key, "sub-ada", "k")
	},
	"SaveAuthEvent": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.SaveAuthEvent(ctx, store.AuthEvent{PoolKey: key, Sub: "sub-ada", ID: "e", Response: "Fail"})
	},
	"UpdateGroup": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.UpdateGroup(ctx, pool.Group{PoolKey: key, Name: "staff", Key: 7, Version: 1})
	},
	"RemoveGroup": func(ctx context.Context, tx store.Tx, key int64) error {
		return ignore(tx.RemoveGroup(ctx, key, "staff"))
	},
	"ClearGroup": func(ctx context.Context, tx store.Tx, key int64) error {
		return errors.Join(ignore(tx.RemoveGroup(ctx, key, "staff")), ignore(tx.ClearGroup(ctx, key, 7, 9)))
	},
	"RemoveMember": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.RemoveMember(ctx, key, 7, "sub-ada")
	},
	"UpdateSetting": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.UpdateSetting(ctx, store.Setting{PoolKey: key, Kind: "kind", ID: "id", Version: 1, Body: "other"})
	},
	"DeleteSetting": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.DeleteSetting(ctx, key, "kind", "id")
	},
	"UpdateImport": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.UpdateImport(ctx, &pool.Import{PoolKey: key, ID: "import-1", Version: 1, Status: pool.ImportExpired})
	},
	"StartImport": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.StartImport(ctx, &pool.Import{PoolKey: key, ID: "import-1", Version: 1, Status: pool.ImportPending})
	},
	"DeleteImportPart": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.DeleteImportPart(ctx, key, "import-1", "u", 0)
	},
	"ClearImport": func(ctx context.Context, tx store.Tx, key int64) error {
		return ignore(tx.ClearImport(ctx, key, "import-1", 9))
	},
	"RetireSigningKey": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.RetireSigningKey(ctx, key, "kid", noon)
	},
	"DeleteSigningKeys": func(ctx context.Context, tx store.Tx, key int64) error {
		return errors.Join(tx.RetireSigningKey(ctx, key, "kid", noon), tx.DeleteSigningKeys(ctx, key, noon.Add(time.Second)))
	},
	"SetRate": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.SetRate(ctx, store.Rate{PoolKey: key, Category: "UserRead", PerSecond: 99})
	},
	"DeleteClient": func(ctx context.Context, tx store.Tx, key int64) error {
		return tx.DeleteClient(ctx, key, clientOf(key))
	},
	"RemovePool": func(ctx context.Context, tx store.Tx, key int64) error {
		return errors.Join(tx.RemovePool(ctx, key, noon), ignore(tx.ClearPool(ctx, key, 99)))
	},
}

// What is read and changed in a pool is its own, whatever another pool has
// under the same names and ids.
func testPoolsShareNoRows(t *testing.T, s store.Store) {
	p, q, empty := newPool(t, s, "p"), newPool(t, s, "q"), newPool(t, s, "empty")
	nothing := read(t, s, func(ctx context.Context, snap store.Snapshot) (string, error) {
		return everything(ctx, snap, empty), nil
	})
	for _, key := range []int64{p, q} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return twin(ctx, tx, key) })
	}
	look := func(key int64) string {
		return read(t, s, func(ctx context.Context, snap store.Snapshot) (string, error) { return everything(ctx, snap, key), nil })
	}
	equal(t, "an empty pool", look(empty), nothing)
	mine, theirs := look(p), look(q)
	for name, change := range twinChanges {
		undone := errors.New("only tried")
		refused(t, s, undone, func(ctx context.Context, tx store.Tx) error {
			if err := change(ctx, tx, p); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if everything(ctx, tx, p) == mine {
				t.Errorf("%s changes nothing", name)
			}
			equal(t, "another pool after "+name, everything(ctx, tx, q), theirs)
			return undone
		})
	}
}

// A user or a client of another pool is nobody's here, and what another pool
// has is not counted.
func testPoolsShareNoOwners(t *testing.T, s store.Store) {
	p, q, empty := newPool(t, s, "p"), newPool(t, s, "q"), newPool(t, s, "empty")
	for _, key := range []int64{p, q} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return twin(ctx, tx, key) })
	}
	for _, add := range []func(context.Context, store.Tx) error{
		func(ctx context.Context, tx store.Tx) error {
			return addPasskey(ctx, tx, store.Passkey{PoolKey: empty, ID: "k", Sub: "sub-ada"})
		},
		func(ctx context.Context, tx store.Tx) error {
			return tx.AddDevice(ctx, store.Device{PoolKey: empty, Key: "d", Sub: "sub-ada"})
		},
		func(ctx context.Context, tx store.Tx) error {
			return tx.AskSoftwareToken(ctx, empty, "sub-ada", []byte("seed"))
		},
		func(ctx context.Context, tx store.Tx) error { return ignore(tx.AddMember(ctx, empty, 7, "sub-ada")) },
		func(ctx context.Context, tx store.Tx) error {
			return ignore(tx.AddSetting(ctx, store.Setting{PoolKey: p, Kind: "kind", ID: "other", ClientID: clientOf(q)}))
		},
	} {
		refused(t, s, store.ErrNotFound, add)
	}
	for what, count := range map[string]func(context.Context, store.Tx) (int64, error){
		"passkeys": func(ctx context.Context, tx store.Tx) (int64, error) {
			return tx.AddPasskey(ctx, store.Passkey{PoolKey: p, ID: "another", Sub: "sub-ada"})
		},
		"groups": func(ctx context.Context, tx store.Tx) (int64, error) {
			if err := tx.CreateGroup(ctx, pool.Group{PoolKey: p, Name: "another", Key: 8}); err != nil {
				return 0, err
			}
			return tx.AddMember(ctx, p, 8, "sub-ada")
		},
		"settings": func(ctx context.Context, tx store.Tx) (int64, error) {
			return tx.AddSetting(ctx, store.Setting{PoolKey: p, Kind: "kind", ID: "another"})
		},
	} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			n, err := count(ctx, tx)
			if n != 2 {
				t.Errorf("%d %s, want 2", n, what)
			}
			return err
		})
	}
}
