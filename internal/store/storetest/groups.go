package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// groupKeys are the keys of the groups that newGroup makes: a name has another
// in each of its lives.
var groupKeys = map[string]int64{"staff": 1<<63 - 1, "staff again": 7, "admins": 8, "Staff": 9}

// newGroup makes a group. life tells groups of one name apart.
func newGroup(t *testing.T, s store.Store, poolKey int64, name, life string) (groupKey int64) {
	t.Helper()
	g := pool.Group{PoolKey: poolKey, Name: name, Key: groupKeys[name+life], Created: noon, Modified: noon}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateGroup(ctx, g) })
	return g.Key
}

func join(t *testing.T, s store.Store, poolKey, groupKey int64, sub string) (groups int64) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx store.Tx) (err error) {
		groups, err = tx.AddMember(ctx, poolKey, groupKey, sub)
		return err
	})
	return groups
}

func groupsOf(t *testing.T, s store.Store, poolKey int64, sub string) []string {
	t.Helper()
	return read(t, s, func(ctx context.Context, tx store.Snapshot) (pool.Groups, error) {
		return tx.GroupsOf(ctx, poolKey, sub)
	}).Names()
}

func members(t *testing.T, s store.Store, poolKey, groupKey int64) (subs []string) {
	t.Helper()
	for _, u := range read(t, s, func(ctx context.Context, tx store.Snapshot) ([]*pool.User, error) {
		return tx.Members(ctx, poolKey, groupKey, store.Page{Limit: 100})
	}) {
		subs = append(subs, u.Sub)
	}
	return subs
}

// wantGroup compares what a precedence points to.
func wantGroup(t *testing.T, what string, got, want pool.Group) {
	t.Helper()
	text := func(g pool.Group) string {
		p := "none"
		if g.Precedence != nil {
			p = fmt.Sprint(*g.Precedence)
		}
		g.Precedence = nil
		return fmt.Sprintf("%+v, precedence %s", g, p)
	}
	equal(t, what, text(got), text(want))
}

func testGroup(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	sub := newUser(t, s, key, "ada")
	for _, want := range []pool.Group{
		{PoolKey: key, Name: "bare", Key: 1, Version: 1},
		{PoolKey: key, Name: "zero", Key: 2, Version: 1, Created: noon, Modified: noon, Precedence: new(int32(0))},
		{PoolKey: key, Name: "Größe·“£", Key: 1<<63 - 1, Version: 1, Created: noon, Modified: noon.Add(time.Microsecond),
			Description: "all\nthat\x01 is \"told\"", RoleARN: "arn:aws:iam::123456789012:role/staff", Precedence: new(int32(1<<31 - 1))},
	} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			if err := tx.CreateGroup(ctx, want); err != nil {
				return err
			}
			_, err := tx.AddMember(ctx, key, want.Key, sub)
			return err
		})
		view(t, s, func(ctx context.Context, tx store.Snapshot) error {
			g, err := tx.Group(ctx, key, want.Name)
			if err != nil {
				return err
			}
			wantGroup(t, "Group", g, want)
			page, err := tx.Groups(ctx, key, store.Page{Limit: 9})
			if err != nil {
				return err
			}
			of, err := tx.GroupsOf(ctx, key, sub)
			for _, list := range [][]pool.Group{page, of} {
				at := slices.IndexFunc(list, func(g pool.Group) bool { return g.Name == want.Name })
				if at < 0 {
					t.Fatalf("%q is not in the list %+v", want.Name, list)
				}
				wantGroup(t, "listed", list[at], want)
			}
			return err
		})
	}
	absent(t, s, "Group", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.Group(ctx, key, "nothing")
		return err
	})
}

func testCreateGroupTwice(t *testing.T, s store.Store) {
	key, other := newPool(t, s, "p"), newPool(t, s, "other")
	newGroup(t, s, key, "staff", "")
	taken(t, s, "group", func(ctx context.Context, tx store.Tx) error {
		return tx.CreateGroup(ctx, pool.Group{PoolKey: key, Name: "staff", Key: 3})
	})
	newGroup(t, s, key, "Staff", "")
	newGroup(t, s, other, "staff", "")
	for _, want := range []struct{ key, n int64 }{{key, 2}, {other, 1}} {
		n := read(t, s, func(ctx context.Context, tx store.Snapshot) (int64, error) { return tx.CountGroups(ctx, want.key) })
		if n != want.n {
			t.Errorf("CountGroups = %d, want %d", n, want.n)
		}
	}
}

func testUpdateGroup(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	newGroup(t, s, key, "staff", "")
	group := func(ctx context.Context, tx store.Snapshot) (pool.Group, error) { return tx.Group(ctx, key, "staff") }
	want := read(t, s, group)
	want.Description, want.RoleARN, want.Precedence, want.Modified = "d", "r", new(int32(3)), noon.Add(time.Hour)
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.UpdateGroup(ctx, want) })
	refused(t, s, store.ErrConflict, func(ctx context.Context, tx store.Tx) error { return tx.UpdateGroup(ctx, want) })
	want.Version++
	wantGroup(t, "Group", read(t, s, group), want)

	const callers = 4
	race(t, callers, func(i int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			g, err := tx.Group(t.Context(), key, "staff")
			if err != nil {
				return err
			}
			g.Description += fmt.Sprint(i)
			return tx.UpdateGroup(t.Context(), g)
		})
	})
	if got := read(t, s, group).Description; len(got) != 1+callers {
		t.Errorf("Description = %q, want d and the %d changes", got, callers)
	}

	namesake := read(t, s, group) // of a group that was made again since
	namesake.Key++
	refused(t, s, store.ErrConflict, func(ctx context.Context, tx store.Tx) error { return tx.UpdateGroup(ctx, namesake) })
}

func testGroupPages(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	want := []string{"A", "Z", "a", "b", "z", "ä", "ü", "\U0001F511"}
	for i, at := range []int{3, 1, 7, 0, 5, 2, 6, 4} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.CreateGroup(ctx, pool.Group{PoolKey: key, Name: want[at], Key: int64(i)})
		})
	}
	var got pool.Groups
	for after := ""; ; {
		page := read(t, s, func(ctx context.Context, tx store.Snapshot) ([]pool.Group, error) {
			return tx.Groups(ctx, key, store.Page{After: after, Limit: 3})
		})
		if len(page) == 0 {
			break
		}
		got = append(got, page...)
		after = page[len(page)-1].Name
	}
	equal(t, "groups", got.Names(), want)
}

func testMembers(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	ada, bob := newUser(t, s, key, "ada"), newUser(t, s, key, "bob")
	staff, admins := newGroup(t, s, key, "staff", ""), newGroup(t, s, key, "admins", "")
	before := readUser(t, s, key, ada)
	for _, tt := range []struct {
		group int64
		sub   string
		want  int64
	}{{staff, ada, 1}, {staff, bob, 1}, {admins, ada, 2}, {admins, ada, 2}} {
		if got := join(t, s, key, tt.group, tt.sub); got != tt.want {
			t.Errorf("AddMember(%d, %s) = %d groups, want %d", tt.group, tt.sub, got, tt.want)
		}
	}
	equal(t, "the user", *readUser(t, s, key, ada), *before)
	equal(t, "groups of ada", groupsOf(t, s, key, ada), []string{"admins", "staff"})
	equal(t, "groups of bob", groupsOf(t, s, key, bob), []string{"staff"})
	equal(t, "groups in another pool", groupsOf(t, s, key+1, ada), []string{})
	equal(t, "staff", members(t, s, key, staff), []string{ada, bob})
	equal(t, "admins", members(t, s, key, admins), []string{ada})

	for range 2 { // the second time there is nothing to do
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RemoveMember(ctx, key, staff, ada) })
	}
	equal(t, "groups of ada", groupsOf(t, s, key, ada), []string{"admins"})
	equal(t, "staff", members(t, s, key, staff), []string{bob})
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.AddMember(ctx, key, staff, "sub-nobody")
		return err
	})
}

func testMemberPages(t *testing.T, s store.Store) {
	const users = 300
	key := newPool(t, s, "p")
	staff := newGroup(t, s, key, "staff", "")
	var want []string
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		want = nil
		for i := range users {
			u, n := person(key, fmt.Sprintf("%08x", uint32(i)*2654435761))
			if err := tx.CreateUser(ctx, u, n); err != nil {
				return err
			}
			if i%3 == 0 {
				continue // not a member
			}
			if _, err := tx.AddMember(ctx, key, staff, u.Sub); err != nil {
				return err
			}
			want = append(want, u.Sub)
		}
		return nil
	})
	slices.Sort(want)
	var got []string
	view(t, s, func(ctx context.Context, tx store.Snapshot) error {
		for page := (store.Page{Limit: 33}); ; {
			list, err := tx.Members(ctx, key, staff, page)
			if err != nil || len(list) == 0 {
				return err
			}
			for _, u := range list {
				if got = append(got, u.Sub); u.Attributes["email"] == "" || u.PoolKey != key {
					t.Errorf("member %+v is not the whole user", u)
				}
			}
			page.After = list[len(list)-1].Sub
		}
	})
	equal(t, "members", got, want)
}
