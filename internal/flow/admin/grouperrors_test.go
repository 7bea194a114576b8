package admin_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func wantError(t *testing.T, what string, err error, kind pool.Kind, message string) {
	t.Helper()
	e, ok := errors.AsType[*pool.Error](err)
	if !ok || e.Kind != kind || e.Message != message {
		t.Errorf("%s: error %v, want kind %d: %s", what, err, kind, message)
	}
}

func TestGroupLimits(t *testing.T) {
	inOffices(t, func(t *testing.T, o *office) {
		o.Tx(t, func(ctx context.Context, tx store.Tx) error {
			for i := range int64(150) {
				g := pool.Group{PoolKey: o.pool.Key, Name: fmt.Sprintf("group%03d", i), Key: i}
				if err := tx.CreateGroup(ctx, g); err != nil {
					return err
				}
				if i >= pool.MaxGroupsOfUser-1 {
					continue
				}
				if _, err := tx.AddMember(ctx, o.pool.Key, i, o.ada.Sub); err != nil {
					return err
				}
			}
			return nil
		})
		// There is room for one.
		o.Groups = admin.NewGroups(admin.Options{
			Store: larger{o.Store, pool.MaxGroups - 151}, Keyring: o.Keyring, Now: o.Clock.Now,
		})
		o.group(t, "last")
		_, err := o.Create(t.Context(), admin.NewGroup{PoolID: o.pool.ID, Name: "one more"})
		wantError(t, "one group more", err, pool.LimitExceeded, "The maximum number of groups of this user pool has been reached.")
		_, err = o.Create(t.Context(), admin.NewGroup{PoolID: o.pool.ID, Name: "last"})
		wantError(t, "a name that is taken", err, pool.GroupExists, "A group with the name already exists.")
		_, err = o.Get(t.Context(), o.pool.ID, "one more")
		wantError(t, "the group that was refused", err, pool.NotFound, "Group not found.")

		o.add(t, "ada", "last")
		o.add(t, "ada", "last") // is in it
		err = o.Add(t.Context(), admin.Membership{PoolID: o.pool.ID, Username: "ada", Group: "group140"})
		wantError(t, "one membership more", err, pool.LimitExceeded, "The maximum number of groups of this user has been reached.")
		want(t, "the group of the refused membership", o.members(t, "group140"), nil)
		o.add(t, "bob", "group140")

		if err := o.Delete(t.Context(), o.pool.ID, "group000"); err != nil { // makes room in both
			t.Fatal(err)
		}
		o.add(t, "ada", "group140")
		o.group(t, "one more")
	})
}

// larger is a store whose pools have more groups than it keeps.
type larger struct {
	store.Store
	more int64
}

func (l larger) Update(ctx context.Context, fn func(store.Tx) error) error {
	return l.Store.Update(ctx, func(tx store.Tx) error { return fn(largerTx{tx, l.more}) })
}

type largerTx struct {
	store.Tx
	more int64
}

func (l largerTx) CountGroups(ctx context.Context, poolKey int64) (int64, error) {
	n, err := l.Tx.CountGroups(ctx, poolKey)
	return n + l.more, err
}

// A user may be deleted between being found and being added.
func TestAddUserWhoIsGone(t *testing.T) {
	inOffices(t, func(t *testing.T, o *office) {
		o.group(t, "staff")
		groups := admin.NewGroups(admin.Options{Store: deleting{o.Store, o.ada}, Keyring: o.Keyring, Now: o.Clock.Now})
		err := groups.Add(t.Context(), admin.Membership{PoolID: o.pool.ID, Username: "ada", Group: "staff"})
		wantError(t, "Add", err, pool.UserNotFound, "User does not exist.")
	})
}

// deleting deletes a user right before it is added to a group.
type deleting struct {
	store.Store
	user *pool.User
}

func (d deleting) Update(ctx context.Context, fn func(store.Tx) error) error {
	return d.Store.Update(ctx, func(tx store.Tx) error { return fn(deletingTx{tx, d.user}) })
}

type deletingTx struct {
	store.Tx
	user *pool.User
}

func (d deletingTx) AddMember(ctx context.Context, poolKey, groupKey int64, sub string) (int64, error) {
	if err := d.DeleteUser(ctx, poolKey, d.user.Sub); err != nil {
		return 0, err
	}
	return d.Tx.AddMember(ctx, poolKey, groupKey, sub)
}
