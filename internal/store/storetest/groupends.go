package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// removeGroup removes a group and returns its key.
func removeGroup(t *testing.T, s store.Store, poolKey int64, name string) (groupKey int64) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx store.Tx) (err error) {
		groupKey, err = tx.RemoveGroup(ctx, poolKey, name)
		return err
	})
	return groupKey
}

func clearGroup(t *testing.T, s store.Store, poolKey, groupKey int64, limit int) (n int) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx store.Tx) (err error) {
		n, err = tx.ClearGroup(ctx, poolKey, groupKey, limit)
		return err
	})
	return n
}

func testRemoveGroup(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	ada := newUser(t, s, key, "ada")
	first, admins := newGroup(t, s, key, "staff", ""), newGroup(t, s, key, "admins", "")
	join(t, s, key, first, ada)
	join(t, s, key, admins, ada)

	if got := removeGroup(t, s, key, "staff"); got != first {
		t.Errorf("RemoveGroup = key %d, want %d", got, first)
	}
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.RemoveGroup(ctx, key, "staff")
		return err
	})
	absent(t, s, "Group", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.Group(ctx, key, "staff")
		return err
	})
	equal(t, "groups of ada", groupsOf(t, s, key, ada), []string{"admins"})

	again := newGroup(t, s, key, "staff", " again")
	equal(t, "groups of ada", groupsOf(t, s, key, ada), []string{"admins"})
	equal(t, "members of the group made again", members(t, s, key, again), []string{})
	if got := join(t, s, key, again, ada); got != 2 {
		t.Errorf("AddMember = %d groups, want 2: that of the removed group does not count", got)
	}
	if n := clearGroup(t, s, key, first, 100); n != 1 {
		t.Errorf("ClearGroup deleted %d rows, want 1", n)
	}
	equal(t, "members of the group made again", members(t, s, key, again), []string{ada})
	readUser(t, s, key, ada)
}

func testClearGroup(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	staff, admins := newGroup(t, s, key, "staff", ""), newGroup(t, s, key, "admins", "")
	for i := range 7 {
		sub := newUser(t, s, key, fmt.Sprint("user", i))
		join(t, s, key, staff, sub)
		join(t, s, key, admins, sub)
	}
	if err := s.Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.ClearGroup(t.Context(), key, staff, 1)
		return err
	}); err == nil {
		t.Error("ClearGroup cleared a group that was not removed")
	}
	removeGroup(t, s, key, "staff")
	for _, want := range []int{3, 3, 1, 0} {
		if n := clearGroup(t, s, key, staff, 3); n != want {
			t.Errorf("ClearGroup deleted %d rows, want %d", n, want)
		}
	}
	if n := len(members(t, s, key, admins)); n != 7 {
		t.Errorf("the other group has %d members, want 7", n)
	}
}

func testDeleteMember(t *testing.T, s store.Store) {
	key, other := newPool(t, s, "p"), newPool(t, s, "other")
	ada, bob, namesake := newUser(t, s, key, "ada"), newUser(t, s, key, "bob"), newUser(t, s, other, "ada")
	staff := newGroup(t, s, key, "staff", "")
	newGroup(t, s, other, "staff", "")
	for _, m := range []struct {
		pool int64
		sub  string
	}{{key, ada}, {key, bob}, {other, namesake}} {
		join(t, s, m.pool, staff, m.sub)
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, key, ada) })
	equal(t, "members", members(t, s, key, staff), []string{bob})
	equal(t, "members in the other pool", members(t, s, other, staff), []string{namesake})
	newUser(t, s, key, "ada") // with the sub of before
	equal(t, "groups of the user made again", groupsOf(t, s, key, ada), []string{})
}

func testClearPoolGroups(t *testing.T, s store.Store) {
	key, other := newPool(t, s, "gone"), newPool(t, s, "stays")
	for _, k := range []int64{key, other} {
		staff, admins := newGroup(t, s, k, "staff", ""), newGroup(t, s, k, "admins", "")
		for i := range 3 {
			sub := newUser(t, s, k, fmt.Sprint("user", i))
			join(t, s, k, staff, sub)
			join(t, s, k, admins, sub)
		}
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RemovePool(ctx, key, noon) })
	total := 0
	for n := -1; n != 0; total += n {
		update(t, s, func(ctx context.Context, tx store.Tx) (err error) { n, err = tx.ClearPool(ctx, key, 4); return err })
		if n > 4 {
			t.Fatalf("ClearPool deleted %d rows, limit 4", n)
		}
	}
	if want := 3 + 2 + 6; total != want { // users, groups, memberships
		t.Errorf("ClearPool deleted %d rows, want %d", total, want)
	}
	equal(t, "groups of the other pool", groupsOf(t, s, other, "sub-user1"), []string{"admins", "staff"})

	update(t, s, func(ctx context.Context, tx store.Tx) error { // left by a transaction that was open
		return tx.CreateGroup(ctx, pool.Group{PoolKey: key, Name: "late", Key: 1})
	})
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		n, err := tx.Sweep(ctx, noon.Add(time.Minute), 100)
		if n != 1 {
			t.Errorf("Sweep deleted %d rows, want the late group", n)
		}
		return err
	})
}

func testOneMakesGroup(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	won := race(t, 24, func(i int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			return tx.CreateGroup(t.Context(), pool.Group{PoolKey: key, Name: "staff", Key: int64(i)})
		})
	}, store.ErrExists)
	if won != 1 {
		t.Errorf("%d callers made the group, want 1", won)
	}
}

// Callers who add one user to different groups at the same time are each told
// another number, so that a bound on it holds.
func testCountGroupsOfUser(t *testing.T, s store.Store) {
	const callers = 12
	key := newPool(t, s, "p")
	ada := newUser(t, s, key, "ada")
	for i := range int64(callers) {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.CreateGroup(ctx, pool.Group{PoolKey: key, Name: fmt.Sprint("group", i), Key: i})
		})
	}
	var counts [callers]int64
	race(t, callers, func(i int) error {
		return s.Update(t.Context(), func(tx store.Tx) (err error) {
			counts[i], err = tx.AddMember(t.Context(), key, int64(i), ada)
			return err
		})
	})
	seen := map[int64]bool{}
	for _, n := range counts {
		seen[n] = true
	}
	if len(seen) != callers || !seen[1] || !seen[callers] {
		t.Errorf("AddMember returned %v, want each number up to %d once", counts, callers)
	}
}

// A user may be deleted while it is being added to groups.
func testMemberOutlives(t *testing.T, s store.Store) {
	const groups = 3
	key := newPool(t, s, "p")
	for i := range int64(groups) {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.CreateGroup(ctx, pool.Group{PoolKey: key, Name: fmt.Sprint("group", i), Key: i})
		})
	}
	for round := range 6 {
		sub := newUser(t, s, key, fmt.Sprint("ada", round))
		race(t, groups+1, func(i int) error {
			return s.Update(t.Context(), func(tx store.Tx) error {
				if i == groups {
					return tx.DeleteUser(t.Context(), key, sub)
				}
				_, err := tx.AddMember(t.Context(), key, int64(i), sub)
				return err
			})
		}, store.ErrNotFound)
	}
	for i := range int64(groups) {
		removeGroup(t, s, key, fmt.Sprint("group", i))
		if n := clearGroup(t, s, key, i, 100); n != 0 {
			t.Errorf("%d memberships of group%d outlived their users", n, i)
		}
	}
}
