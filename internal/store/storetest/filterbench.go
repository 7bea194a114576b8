package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// filterUsers is how many users the pool of benchFilters has.
const filterUsers = 100_000

// benchFilters measures a page of 60 users, and the search in vain for one, by
// each filter in a pool of 100,000. All are confirmed and enabled but one in
// 20,000, and one in two has the same name.
func benchFilters(b *testing.B, s store.Store) {
	key := benchPool(b, s, 0)
	for first := 0; first < filterUsers; first += 5000 {
		err := s.Update(b.Context(), func(tx store.Tx) error { return addFilterUsers(b.Context(), tx, key, first, 5000) })
		if err != nil {
			b.Fatal(err)
		}
	}
	half, _ := wide(key, filterUsers/2)
	for _, tt := range []struct {
		name   string
		filter store.UserFilter
		found  int
	}{
		{"Everybody", store.UserFilter{}, 60},
		{"Sub", store.UserFilter{By: "sub", Value: half.Sub}, 1},
		{"Username", store.UserFilter{By: "username", Value: half.Username}, 1},
		{"UsernamePrefix", store.UserFilter{By: "username", Prefix: true, Value: "user5"}, 60},
		{"Email", store.UserFilter{By: "email", Value: half.Username}, 1},
		{"EmailPrefix", store.UserFilter{By: "email", Prefix: true, Value: "user5"}, 60},
		{"EmailPrefixOfAll", store.UserFilter{By: "email", Prefix: true}, 60},
		{"Phone", store.UserFilter{By: "phone_number", Value: "+15550050000"}, 1},
		{"PhonePrefix", store.UserFilter{By: "phone_number", Prefix: true, Value: "+1555"}, 60},
		{"PhonePrefixOfNobody", store.UserFilter{By: "phone_number", Prefix: true, Value: "+44"}, 0},
		{"NameOfHalf", store.UserFilter{By: "name", Value: "ada lovelace"}, 60},
		{"StatusOfMost", store.UserFilter{By: "status", Value: string(pool.Confirmed)}, 60},
		{"StatusOfFew", store.UserFilter{By: "status", Value: string(pool.ResetRequired)}, 5},
		{"StatusOfNobody", store.UserFilter{By: "status", Value: string(pool.ExternalProvider)}, 0},
		{"Enabled", store.UserFilter{By: "enabled", Value: "true"}, 60},
		{"Disabled", store.UserFilter{By: "enabled", Value: "false"}, 5},
	} {
		b.Run(tt.name, func(b *testing.B) { benchFilter(b, s, key, tt.filter, tt.found) })
	}
}

// benchFilter reads the first five pages in turn: one must cost what another
// does.
func benchFilter(b *testing.B, s store.Store, key int64, f store.UserFilter, found int) {
	b.ReportAllocs()
	var after string
	for i := 0; b.Loop(); i++ {
		if i%5 == 0 {
			after = ""
		}
		benchView(b, s, func(ctx context.Context, tx store.Snapshot) error {
			users, next, err := tx.Users(ctx, key, f, store.Page{After: after, Limit: 60})
			if err == nil && len(users) != found {
				err = fmt.Errorf("%d users, want %d", len(users), found)
			}
			after = next
			return err
		})
	}
}

func addFilterUsers(ctx context.Context, tx store.Tx, key int64, first, n int) error {
	for i := first; i < first+n; i++ {
		u, names := wide(key, i)
		if i%20_000 == 0 {
			u.Status, u.Enabled = pool.ResetRequired, false
		}
		names.Search["phone_number"] = fmt.Sprintf("+1555%07d", i)
		names.Search["name"] = "ada lovelace"
		if i%2 == 0 {
			names.Search["name"] = fmt.Sprint("ada ", i)
		}
		if err := tx.CreateUser(ctx, u, names); err != nil {
			return err
		}
	}
	return nil
}
