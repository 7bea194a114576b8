package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// listed returns the subs of all users that f lets through, read in pages of
// limit, in the order in which they come.
func listed(t *testing.T, s store.Store, key int64, f store.UserFilter, limit int) (subs []string) {
	t.Helper()
	view(t, s, func(ctx context.Context, tx store.Snapshot) error {
		for page := (store.Page{Limit: limit}); ; {
			users, next, err := tx.Users(ctx, key, f, page)
			if err != nil {
				return err
			}
			if len(users) > limit || next != "" && len(users) == 0 {
				t.Fatalf("a page of %d users with the cursor %q, limit %d", len(users), next, limit)
			}
			for _, u := range users {
				subs = append(subs, u.Sub)
			}
			if page.After = next; next == "" {
				return nil
			}
		}
	})
	return subs
}

// named adds a user of a sub, found by search values in pairs.
func named(t *testing.T, s store.Store, key int64, sub string, change func(*pool.User), pairs ...string) {
	t.Helper()
	u := &pool.User{
		PoolKey: key, Sub: sub, Username: "name-" + sub, Status: pool.Confirmed, Enabled: true, Created: noon, Modified: noon,
	}
	if change != nil {
		change(u)
	}
	n := store.Names{Username: u.Username, Search: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		n.Search[pairs[i]] = pairs[i+1]
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateUser(ctx, u, n) })
}

func remove(t *testing.T, s store.Store, key int64, sub string) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, key, sub) })
}

func testUserFilters(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	disabled := func(u *pool.User) { u.Enabled = false }
	named(t, s, key, "a", nil, "email", "ada@x", "phone_number", "+1", "name", "ada", "given_name", "ada", "family_name", "love", "preferred_username", "countess")
	named(t, s, key, "b", disabled, "email", "adam@x", "name", "ada")
	named(t, s, key, "c", func(u *pool.User) { u.Status = pool.Unconfirmed }, "name", "AD", "email", "%", "given_name", "ada\U0010FFFF")
	named(t, s, key, "d", func(u *pool.User) { disabled(u); u.Status = pool.ResetRequired }, "name", "a\uD7FFz", "email", "_d")
	named(t, s, key, "e", nil, "name", "a\uE000", "given_name", "\U0010FFFF\U0010FFFF", "family_name", "lové")
	other := newPool(t, s, "q")
	named(t, s, other, "z", nil, "email", "ada@x", "name", "ada", "given_name", "ada")

	equals := func(by, value string) store.UserFilter { return store.UserFilter{By: by, Value: value} }
	begins := func(by, value string) store.UserFilter { return store.UserFilter{By: by, Prefix: true, Value: value} }
	for _, tt := range []struct {
		name   string
		filter store.UserFilter
		want   string
	}{
		{"everybody", store.UserFilter{}, "a b c d e"},
		{"a sub", equals("sub", "b"), "b"},
		{"a sub of another pool", equals("sub", "z"), ""},
		{"a user name", equals("username", "name-c"), "c"},
		{"the beginning of a user name", equals("username", "name-"), ""},
		{"all user names that begin so", begins("username", "name-"), "a b c d e"},
		{"one user name that begins so", begins("username", "name-d"), "d"},
		{"an address", equals("email", "ada@x"), "a"},
		{"addresses that begin so", begins("email", "ada"), "a b"},
		{"everybody with an address", begins("email", ""), "a b c d"},
		{"nobody has no address", equals("email", ""), ""},
		{"a phone number", equals("phone_number", "+1"), "a"},
		{"a name of two people", equals("name", "ada"), "a b"},
		{"a name in other letters", equals("name", "Ada"), ""},
		{"a percent sign", begins("email", "%"), "c"},
		{"an underscore", begins("email", "_"), "d"},
		{"a given name", equals("given_name", "ada"), "a"},
		{"given names that begin so", begins("given_name", "ada"), "a c"},
		{"the last character before the surrogates", begins("name", "a\uD7FF"), "d"},
		{"the first character after the surrogates", begins("name", "a\uE000"), "e"},
		{"the last character there is", begins("given_name", "\U0010FFFF"), "e"},
		{"a character before the last one there is", begins("given_name", "ada\U0010FFFF"), "c"},
		{"a family name", equals("family_name", "lové"), "e"},
		{"family names that begin so", begins("family_name", "lov"), "a e"},
		{"a preferred user name", begins("preferred_username", "c"), "a"},
		{"a status", equals("status", "CONFIRMED"), "a b e"},
		{"a status of nobody", equals("status", "EXTERNAL_PROVIDER"), ""},
		{"a status that begins so", begins("status", "UN"), "c"},
		{"enabled", equals("enabled", "true"), "a c e"},
		{"disabled", equals("enabled", "false"), "b d"},
	} {
		for _, limit := range []int{1, 2, 100} {
			got := listed(t, s, key, tt.filter, limit)
			slices.Sort(got)
			if strings.Join(got, " ") != tt.want {
				t.Errorf("%s in pages of %d: %q, want %q", tt.name, limit, got, tt.want)
			}
		}
	}
	err := s.View(t.Context(), func(tx store.Snapshot) error {
		_, _, err := tx.Users(t.Context(), key, equals("attributes", "x"), store.Page{Limit: 1})
		return err
	})
	if err == nil {
		t.Error("a filter that does not exist is no error")
	}
}

// Many people may have one name, and a page may end anywhere among them.
func testUserFilterPages(t *testing.T, s store.Store) {
	const users = 400
	key := newPool(t, s, "p")
	names := []string{"ada", "adam", "ada lovelace", "bob"}
	want := map[string][]string{}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		clear(want)
		for i := range users {
			u, n := person(key, fmt.Sprintf("%08x", uint32(i)*2654435761)) // scattered
			name := names[i*7%len(names)]
			n.Search = map[string]string{"name": name}
			want[name] = append(want[name], u.Sub)
			if err := tx.CreateUser(ctx, u, n); err != nil {
				return err
			}
		}
		return nil
	})
	for _, limit := range []int{1, 7, 60, users} {
		for name, subs := range want {
			got := listed(t, s, key, store.UserFilter{By: "name", Value: name}, limit)
			slices.Sort(subs)
			if !slices.Equal(got, subs) {
				t.Errorf("%q in pages of %d: %d users, want %d in the order of their subs", name, limit, len(got), len(subs))
			}
		}
		got := listed(t, s, key, store.UserFilter{By: "name", Prefix: true, Value: "ada"}, limit)
		slices.Sort(got)
		all := slices.Sorted(slices.Values(slices.Concat(want["ada"], want["adam"], want["ada lovelace"])))
		if !slices.Equal(got, all) {
			t.Errorf("what begins with ada, in pages of %d: %d users, want %d", limit, len(got), len(all))
		}
		if got := listed(t, s, key, store.UserFilter{By: "status", Value: "CONFIRMED"}, limit); len(got) != users {
			t.Errorf("a status in pages of %d: %d users, want %d", limit, len(got), users)
		}
	}
}

// Who is added or removed between two pages hides nobody else, and whoever
// changes is found by what he is now.
func testUserFilterChanges(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	for _, sub := range []string{"b", "d", "f", "h"} {
		named(t, s, key, sub, nil, "name", "ada "+sub)
	}
	for _, f := range []store.UserFilter{{}, {By: "name", Prefix: true, Value: "ada"}, {By: "status", Value: "CONFIRMED"}, {By: "enabled", Value: "true"}} {
		var got []string
		page := store.Page{Limit: 2}
		read := func() {
			view(t, s, func(ctx context.Context, tx store.Snapshot) error {
				users, next, err := tx.Users(ctx, key, f, page)
				for _, u := range users {
					got = append(got, u.Sub)
				}
				page = store.Page{After: next, Limit: 100}
				return err
			})
		}
		read()
		remove(t, s, key, "d") // who came last
		named(t, s, key, "e", nil, "name", "ada e")
		read()
		if strings.Join(got, " ") != "b d e f h" {
			t.Errorf("by %+v: %q", f, got)
		}
		remove(t, s, key, "e")
		named(t, s, key, "d", nil, "name", "ada d")
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		u, err := tx.User(ctx, key, "b")
		if err != nil {
			return err
		}
		u.Status, u.Enabled = pool.ResetRequired, false
		return tx.UpdateUser(ctx, u, store.Names{Username: u.Username, Search: map[string]string{"name": "bob"}})
	})
	for want, f := range map[string]store.UserFilter{
		"d f h": {By: "name", Prefix: true, Value: "ada"}, "b": {By: "name", Value: "bob"},
		" b": {By: "status", Value: "RESET_REQUIRED"}, "b ": {By: "enabled", Value: "false"},
	} {
		if got := strings.Join(listed(t, s, key, f, 2), " "); got != strings.TrimSpace(want) {
			t.Errorf("by %+v: %s, want %s", f, got, want)
		}
	}
}
