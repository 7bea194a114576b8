package admin_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/job"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// office is a pool with ada and bob in it, and who looks after its groups.
type office struct {
	*flowtest.Env
	*admin.Groups
	pool     *pool.Pool
	ada, bob *pool.User
}

// inOffices runs test in a new office on every backend.
func inOffices(t *testing.T, test func(*testing.T, *office)) {
	t.Helper()
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		o := &office{Env: e, Groups: admin.NewGroups(admin.Options{Store: e.Store, Keyring: e.Keyring, Now: e.Clock.Now})}
		o.pool = e.Pool(t, func(p *pool.Pool) { p.AliasAttributes = []string{"email"} })
		o.ada = e.Person(t, o.pool, "ada", "", func(u *pool.User) {
			u.Attributes["email"], u.Attributes["email_verified"] = "ada@example.com", "true"
		})
		o.bob = e.Person(t, o.pool, "bob", "", nil)
		test(t, o)
	})
}

func (o *office) group(t *testing.T, name string) pool.Group {
	t.Helper()
	g, err := o.Create(t.Context(), admin.NewGroup{PoolID: o.pool.ID, Name: name})
	if err != nil {
		t.Fatalf("group %s: %v", name, err)
	}
	return g
}

func (o *office) add(t *testing.T, username, group string) {
	t.Helper()
	if err := o.Add(t.Context(), admin.Membership{PoolID: o.pool.ID, Username: username, Group: group}); err != nil {
		t.Errorf("add %s to %s: %v", username, group, err)
	}
}

// members returns the names of the users of a group.
func (o *office) members(t *testing.T, group string) (names []string) {
	t.Helper()
	users, _, err := o.Members(t.Context(), o.pool.ID, group, "", 0)
	if err != nil {
		t.Errorf("members of %s: %v", group, err)
	}
	for _, u := range users {
		names = append(names, u.Username)
	}
	slices.Sort(names)
	return names
}

// of returns the names of the groups of a user.
func (o *office) of(t *testing.T, username string) []string {
	t.Helper()
	groups, _, err := o.Of(t.Context(), o.pool.ID, username, "", 0)
	if err != nil {
		t.Errorf("groups of %s: %v", username, err)
	}
	return pool.Groups(groups).Names()
}

func want(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s = %q, want %q", what, got, want)
	}
}

func TestUpdateGroupChangesWhatIsSent(t *testing.T) {
	inOffices(t, func(t *testing.T, o *office) {
		made, err := o.Create(t.Context(), admin.NewGroup{
			PoolID: o.pool.ID, Name: "staff", Description: "all", RoleARN: "arn:1", Precedence: new(int32(5)),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name   string
			update admin.GroupUpdate
			want   string
		}{
			{"nothing", admin.GroupUpdate{}, `"all" "arn:1" 5`},
			{"the description", admin.GroupUpdate{Description: new("new")}, `"new" "arn:1" 5`},
			{"the description to nothing", admin.GroupUpdate{Description: new("")}, `"" "arn:1" 5`},
			{"the role", admin.GroupUpdate{RoleARN: new("arn:2")}, `"" "arn:2" 5`},
			{"the precedence to zero", admin.GroupUpdate{Precedence: new(int32(0))}, `"" "arn:2" 0`},
		} {
			o.Clock.Advance(time.Minute)
			tt.update.PoolID, tt.update.Name = o.pool.ID, "staff"
			told, err := o.Update(t.Context(), tt.update)
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			read, err := o.Get(t.Context(), o.pool.ID, "staff")
			if err != nil {
				t.Fatal(err)
			}
			for what, g := range map[string]pool.Group{"told": told, "read": read} {
				if got := fmt.Sprintf("%q %q %d", g.Description, g.RoleARN, *g.Precedence); got != tt.want {
					t.Errorf("%s: %s %s, want %s", tt.name, what, got, tt.want)
				}
				if !g.Created.Equal(made.Created) || !g.Modified.After(made.Modified) || !g.Modified.Equal(told.Modified) {
					t.Errorf("%s: %s created %v, modified %v", tt.name, what, g.Created, g.Modified)
				}
			}
		}
	})
}

func TestMembershipsByAnyName(t *testing.T) {
	inOffices(t, func(t *testing.T, o *office) {
		o.group(t, "staff")
		o.group(t, "Staff")
		o.add(t, "ADA", "staff")
		o.add(t, "ada@example.com", "Staff")
		o.add(t, o.bob.Sub, "staff")
		want(t, "staff", o.members(t, "staff"), []string{"ada", "bob"})
		want(t, "Staff", o.members(t, "Staff"), []string{"ada"})
		want(t, "groups of ada", o.of(t, "ada"), []string{"Staff", "staff"})
		for range 2 {
			err := o.Remove(t.Context(), admin.Membership{PoolID: o.pool.ID, Username: "ada@example.com", Group: "staff"})
			if err != nil {
				t.Error(err)
			}
		}
		want(t, "groups of ada", o.of(t, "ada"), []string{"Staff"})
	})
}

func TestDeletedGroupLeavesNothing(t *testing.T) {
	inOffices(t, func(t *testing.T, o *office) {
		o.group(t, "staff")
		o.add(t, "ada", "staff")
		o.add(t, "bob", "staff")
		if err := o.Delete(t.Context(), o.pool.ID, "staff"); err != nil {
			t.Fatal(err)
		}
		want(t, "groups of ada", o.of(t, "ada"), nil)
		o.group(t, "staff")
		want(t, "groups of ada", o.of(t, "ada"), nil)
		want(t, "staff made again", o.members(t, "staff"), nil)
		o.add(t, "bob", "staff")

		jobs := job.New(job.Options{Store: o.Store, Now: o.Clock.Now})
		jobs.Handle(job.KindClearGroup, job.ClearGroup(o.Store))
		o.Clock.Advance(2 * time.Minute)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); jobs.Run(ctx) }()
		for deadline := time.Now().Add(10 * time.Second); len(jobIDs(t, o.Env)) > 0 && time.Now().Before(deadline); {
			time.Sleep(10 * time.Millisecond)
		}
		stop()
		<-done
		want(t, "jobs", jobIDs(t, o.Env), nil)
		want(t, "staff", o.members(t, "staff"), []string{"bob"})
	})
}

func jobIDs(t *testing.T, e *flowtest.Env) (ids []string) {
	t.Helper()
	err := e.Store.View(t.Context(), func(s store.Snapshot) error {
		jobs, err := s.Jobs(t.Context(), 10)
		for _, j := range jobs {
			ids = append(ids, j.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestGroupListsInPages(t *testing.T) {
	inOffices(t, func(t *testing.T, o *office) {
		var groups, users []string
		o.Tx(t, func(ctx context.Context, tx store.Tx) error {
			groups, users = nil, nil
			for i := range int64(65) {
				g := pool.Group{PoolKey: o.pool.Key, Name: fmt.Sprintf("group%02d", i), Key: i}
				name := fmt.Sprintf("user%02d", i)
				u := &pool.User{PoolKey: o.pool.Key, Sub: "sub of " + name, Username: name}
				if err := errors.Join(tx.CreateGroup(ctx, g), tx.CreateUser(ctx, u, store.Names{Username: name})); err != nil {
					return err
				}
				_, err := tx.AddMember(ctx, g.PoolKey, g.Key, o.ada.Sub)
				if err != nil {
					return err
				}
				if _, err = tx.AddMember(ctx, g.PoolKey, 0, u.Sub); err != nil {
					return err
				}
				groups, users = append(groups, g.Name), append(users, name)
			}
			return nil
		})
		users = append([]string{"ada"}, users...)
		type page func(token string, limit int) (names []string, next string, err error)
		lists := map[string]struct {
			page page
			want []string
		}{
			"groups of the pool": {func(token string, limit int) ([]string, string, error) {
				list, next, err := o.List(t.Context(), o.pool.ID, token, limit)
				return pool.Groups(list).Names(), next, err
			}, groups},
			"groups of a user": {func(token string, limit int) ([]string, string, error) {
				list, next, err := o.Of(t.Context(), o.pool.ID, "ada", token, limit)
				return pool.Groups(list).Names(), next, err
			}, groups},
			"users of a group": {func(token string, limit int) (names []string, next string, err error) {
				list, next, err := o.Members(t.Context(), o.pool.ID, "group00", token, limit)
				for _, u := range list {
					names = append(names, u.Username)
				}
				return names, next, err
			}, users},
		}
		tokens := map[string]string{}
		for what, list := range lists {
			for _, limit := range []int{0, 1, 13, 60} {
				var got []string
				for token, more := "", true; more; more = token != "" {
					names, next, err := list.page(token, limit)
					if err != nil {
						t.Fatalf("%s: %v", what, err)
					}
					if most := map[int]int{0: 60}[limit] + limit; len(names) > most || next != "" && len(names) != most {
						t.Errorf("%s: a page of %d, limit %d", what, len(names), limit)
					}
					if next != "" {
						tokens[what] = next
					}
					got, token = append(got, names...), next
				}
				slices.Sort(got)
				want(t, what, got, list.want)
			}
		}
		for what, list := range lists {
			for of, token := range tokens {
				if of != what {
					_, _, err := list.page(token, 0)
					wantError(t, what+" by a token of "+of, err, pool.InvalidParameter, "Invalid pagination token")
				}
			}
		}
	})
}
