package directory_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// randomText returns n characters of four bytes each.
func randomText(n int) string {
	text := make([]rune, n)
	for i := range text {
		text[i] = rune(0x10000 + rand.IntN(0xF0000))
	}
	return string(text)
}

// A value may be as long as any attribute, in whatever letters: what the
// store searches by has a limit of its own.
func TestLongValuesAreStoredAndFound(t *testing.T) {
	each(t, aliases, func(t *testing.T, h hall) {
		long, other := randomText(2048), randomText(2048)
		u := h.add(t, "ada", "name", long, "given_name", long, "family_name", long, "website", long)
		if err := h.change(t, u, false, func(u *pool.User) { u.Attributes["name"] = other }); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			filter pool.Filter
			found  int
		}{
			{pool.Filter{Attribute: "given_name", Prefix: true, Value: long[:800]}, 1},
			{pool.Filter{Attribute: "given_name", Value: long[:800]}, 0},
			{pool.Filter{Attribute: "name", Prefix: true, Value: other[:800]}, 1},
			{pool.Filter{Attribute: "name", Prefix: true, Value: long[:800]}, 0},
		} {
			var users []*pool.User
			err := h.store.View(t.Context(), func(s store.Snapshot) (err error) {
				users, _, err = directory.List(t.Context(), s, h.pool, tt.filter, store.Page{Limit: 60})
				return err
			})
			if err != nil || len(users) != tt.found {
				t.Errorf("by %s, prefix %v: %d users, %v; want %d", tt.filter.Attribute, tt.filter.Prefix, len(users), err, tt.found)
			}
		}
	})
}

// What people sign in with is a key, and as a whole.
func TestLongAliasesAreRefused(t *testing.T) {
	each(t, aliases, func(t *testing.T, h hall) {
		const message = "user.preferred_username: String attributes cannot have a length of more than 256"
		ada := h.add(t, "ada", "preferred_username", randomText(256))
		wantError(t, h.create(t, h.make(t, "bob", "preferred_username", randomText(257)), false), pool.InvalidParameter, message)
		h.leadsTo(t, "bob", nil)
		wantError(t, h.change(t, ada, false, func(u *pool.User) { u.Attributes["preferred_username"] = randomText(257) }), pool.InvalidParameter, message)
		eve := h.make(t, "eve", "preferred_username", randomText(257))
		eve.Status = pool.Unconfirmed // it would be an alias later
		wantError(t, h.create(t, eve, false), pool.InvalidParameter, message)
	})
	plain := &pool.Pool{}
	if err := plain.CheckAliases(&pool.User{Attributes: map[string]string{"email": randomText(2048)}}); err != nil {
		t.Errorf("where it is no alias: %v", err)
	}
}

// Whether an account is enabled is asked for as it is written, by a prefix too.
func TestListByWhetherAccountsAreEnabled(t *testing.T) {
	each(t, nil, func(t *testing.T, h hall) {
		h.add(t, "ada")
		bob := h.make(t, "bob")
		bob.Enabled = false
		if err := h.create(t, bob, false); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			filter pool.Filter
			want   string
		}{
			{pool.Filter{Attribute: "status", Value: "Enabled"}, "ada"},
			{pool.Filter{Attribute: "status", Value: "Disabled"}, "bob"},
			{pool.Filter{Attribute: "status", Value: "enabled"}, ""},
			{pool.Filter{Attribute: "status", Value: "Enab"}, ""},
			{pool.Filter{Attribute: "status", Prefix: true, Value: "Enab"}, "ada"},
			{pool.Filter{Attribute: "status", Prefix: true, Value: "D"}, "bob"},
			{pool.Filter{Attribute: "status", Prefix: true, Value: ""}, "ada bob"},
			{pool.Filter{Attribute: "status", Prefix: true, Value: "x"}, ""},
		} {
			err := h.store.View(t.Context(), func(s store.Snapshot) error {
				users, _, err := directory.List(t.Context(), s, h.pool, tt.filter, store.Page{Limit: 9})
				var names []string
				for _, u := range users {
					names = append(names, u.Username)
				}
				slices.Sort(names)
				if got := strings.Join(names, " "); got != tt.want {
					t.Errorf("%+v: %q, want %q", tt.filter, got, tt.want)
				}
				return err
			})
			if err != nil {
				t.Errorf("%+v: %v", tt.filter, err)
			}
		}
	})
}
