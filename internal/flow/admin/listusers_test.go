package admin_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// found returns the names of all users of a filter, read in pages of limit.
func found(t *testing.T, s *admin.Users, poolID, filter string, limit int) string {
	t.Helper()
	var names []string
	for l := (admin.UserList{PoolID: poolID, Filter: filter, Limit: limit}); ; {
		users, next, err := s.List(t.Context(), l)
		if err != nil {
			t.Fatalf("%s: %v", filter, err)
		}
		if len(users) > limit {
			t.Errorf("%s: a page of %d users, want %d at most", filter, len(users), limit)
		}
		for _, u := range users {
			names = append(names, u.Username)
		}
		if l.Token = next; next == "" {
			slices.Sort(names)
			return strings.Join(names, " ")
		}
	}
}

func TestListByFilter(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		folds := e.Pool(t, nil)
		counts := e.Pool(t, func(p *pool.Pool) { p.CaseInsensitive = false })
		long := "L" + strings.Repeat("ö", 2047)
		for _, p := range []*pool.Pool{folds, counts} {
			e.Person(t, p, "Ada", "", func(u *pool.User) {
				u.Attributes = map[string]string{"email": "Ada@Example.com", "phone_number": "+15550001234", "name": `Ada "L" \`,
					"given_name": "Ada", "family_name": "Lovelace", "preferred_username": "Countess"}
			})
			e.Person(t, p, "bob", "", func(u *pool.User) {
				u.Attributes = map[string]string{"email": "bob@example.com", "given_name": "ADA", "name": long}
				u.Enabled = false
			})
			e.Person(t, p, "eve", "", func(u *pool.User) { u.Status = pool.ForceChangePassword; u.Attributes["name"] = long + "!" })
		}
		sub := e.User(t, folds, "ada").Sub
		for _, tt := range []struct {
			pool         *pool.Pool
			filter, want string
		}{
			{folds, ``, "ada bob eve"},
			{folds, `username = "ADA"`, "ada"},
			{folds, `username ^= "E"`, "eve"},
			{folds, `username = "nobody"`, ""},
			{folds, `sub = "` + sub + `"`, "ada"},
			{folds, `sub = "ada"`, ""},
			{folds, `email = "ada@example.COM"`, "ada"},
			{folds, `email ^= "B"`, "bob"},
			{folds, `email ^= ""`, "ada bob"},
			{folds, `email = ""`, ""},
			{folds, `phone_number = "+15550001234"`, "ada"},
			{folds, `phone_number ^= "+1555"`, "ada"},
			{folds, `name = "ada \"L\" \\"`, "ada"},
			{folds, `name = "` + long[:100] + `"`, ""},
			{folds, `name ^= "` + long[:301] + `"`, "bob eve"},
			{folds, `given_name = "ada"`, "ada bob"},
			{folds, `family_name ^= "love"`, "ada"},
			{folds, `preferred_username = "countess"`, "ada"},
			{folds, `cognito:user_status = "confirmed"`, "ada bob"},
			{folds, `cognito:user_status ^= "Force"`, "eve"},
			{folds, `cognito:user_status = "CONFIRM"`, ""},
			{folds, `status = "Enabled"`, "ada eve"},
			{folds, `status = "Disabled"`, "bob"},
			{folds, `status = "disabled"`, ""},
			{folds, `status = "Dis"`, ""},
			{folds, `status ^= "Dis"`, "bob"},
			{folds, `status ^= "E"`, "ada eve"},
			{folds, `status ^= ""`, "ada bob eve"},
			{folds, `status = ""`, ""},
			{counts, `username = "Ada"`, "Ada"},
			{counts, `username = "ada"`, ""},
			{counts, `email = "Ada@Example.com"`, "Ada"},
			{counts, `email = "ada@example.com"`, ""},
			{counts, `given_name ^= "AD"`, "bob"},
			{counts, `cognito:user_status = "confirmed"`, "Ada bob"},
		} {
			for _, limit := range []int{1, 60} {
				if got := found(t, s, tt.pool.ID, tt.filter, limit); got != tt.want {
					t.Errorf("%s in pages of %d: %q, want %q", tt.filter, limit, got, tt.want)
				}
			}
		}
	})
}

func TestListRefusals(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, nil)
		crowd(t, e, p, 3)
		_, token, err := s.List(t.Context(), admin.UserList{PoolID: p.ID, Filter: `username ^= "u"`, Limit: 1})
		if err != nil || token == "" {
			t.Fatalf("a first page: %q, %v", token, err)
		}
		for _, tt := range []struct {
			name    string
			list    admin.UserList
			kind    pool.Kind
			message string
		}{
			{"no pool, whatever else", admin.UserList{PoolID: "us-east-1_gone", Filter: "x", Token: "x"}, pool.NotFound, "User pool us-east-1_gone does not exist."},
			{"a filter that is none", admin.UserList{PoolID: p.ID, Filter: `email`}, pool.InvalidParameter, "Error while parsing filter."},
			{"a filter by what is not searched", admin.UserList{PoolID: p.ID, Filter: `gender = "f"`}, pool.InvalidParameter, "Invalid search attribute: gender"},
			{"an attribute that does not exist", admin.UserList{PoolID: p.ID, Attributes: []string{"email", "custom:none"}}, pool.InvalidParameter,
				"One or more requested attributes do not exist."},
			{"the token of another filter", admin.UserList{PoolID: p.ID, Filter: `username ^= "us"`, Token: token}, pool.InvalidParameter, "Invalid pagination token"},
			{"the token without the filter", admin.UserList{PoolID: p.ID, Token: token}, pool.InvalidParameter, "Invalid pagination token"},
		} {
			_, _, err := s.List(t.Context(), tt.list)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, tt.kind, tt.message) })
		}
		users, _, err := s.List(t.Context(), admin.UserList{PoolID: p.ID, Filter: `username ^= "u"`, Token: token, Attributes: []string{"sub", "email"}, Limit: 2})
		if err != nil || len(users) != 2 {
			t.Errorf("the second page: %d users, %v", len(users), err)
		}
	})
}

// BenchmarkListUsers reads 60 users of 100,000 by each filter, with all that
// the operation does.
func BenchmarkListUsers(b *testing.B) {
	e := flowtest.New(b, storetest.Open(b))
	s := users(e)
	p := e.Pool(b, nil)
	const people = 100_000
	for first := 0; first < people; first += 5000 {
		e.Tx(b, func(ctx context.Context, tx store.Tx) error {
			for i := first; i < first+5000; i++ {
				u, err := directory.New(p, fmt.Sprintf("user%06d", i), map[string]string{
					"email": fmt.Sprintf("user%06d@example.com", i), "email_verified": "true", "phone_number": fmt.Sprintf("+1555%07d", i),
					"name": "Ada Lovelace", "custom:team": "analysis", "locale": "en-GB",
				}, e.Clock.Now())
				if err != nil {
					return err
				}
				u.Status, u.SealedPassword = pool.Confirmed, make([]byte, 480)
				if err := directory.Create(ctx, tx, p, u, true, false); err != nil {
					return err
				}
			}
			return nil
		})
	}
	sub := e.User(b, p, "user050000").Sub
	for _, filter := range []string{
		``, `sub = "` + sub + `"`, `username = "user050000"`, `username ^= "user05"`, `email = "user050000@example.com"`,
		`email ^= "user"`, `phone_number = "+15550050000"`, `phone_number ^= "+1555005"`, `name = "Ada Lovelace"`,
		`cognito:user_status = "Confirmed"`, `cognito:user_status = "UNCONFIRMED"`, `status = "Enabled"`, `status = "Disabled"`,
	} {
		b.Run(strings.ReplaceAll(filter, " ", ""), func(b *testing.B) {
			b.ReportAllocs()
			l := admin.UserList{PoolID: p.ID, Filter: filter}
			for b.Loop() {
				_, next, err := s.List(b.Context(), l)
				if err != nil {
					b.Fatal(err)
				}
				l.Token = next
			}
		})
	}
}
