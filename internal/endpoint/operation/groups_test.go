package operation

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

const staffPool = `{"UserPoolId": "us-east-1_Staff"`

// staffed returns operations on a store with the pool us-east-1_Staff, the
// users ada and bob in it, and its key.
func staffed(t *testing.T, st store.Store) (o *Operations, poolKey int64) {
	t.Helper()
	o = deskOn(t, st)
	mustCall(t, o, "CreateUserPool", `{"PoolName": "p", "UserPoolTags": {"_custom_id_": "us-east-1_Staff"}}`)
	made := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	err := st.Update(t.Context(), func(tx store.Tx) error {
		p, err := tx.Pool(t.Context(), "us-east-1_Staff")
		if err != nil {
			return err
		}
		poolKey = p.Key
		for _, name := range []string{"ada", "bob"} {
			u := &pool.User{
				PoolKey: p.Key, Sub: "sub-" + name, Username: name, Status: pool.Confirmed, Enabled: true, Created: made, Modified: made,
				Attributes: map[string]string{"email": name + "@example.com"},
			}
			if err := tx.CreateUser(t.Context(), u, store.Names{Username: name}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return o, poolKey
}

func TestGroupsOnTheWire(t *testing.T) {
	t.Parallel()
	o, _ := staffed(t, storetest.Open(t))
	const made = `"LastModifiedDate":1893553445.678,"CreationDate":1893553445.678`
	const role = "arn:aws:iam::123456789012:role/staff"
	for _, step := range []struct{ operation, members, want string }{
		{"CreateGroup", `, "GroupName": "bare"`, `{"Group":{"GroupName":"bare","UserPoolId":"us-east-1_Staff",` + made + `}}`},
		{"CreateGroup", `, "GroupName": "full", "Description": "all", "RoleArn": "` + role + `", "Precedence": 0`,
			`{"Group":{"GroupName":"full","UserPoolId":"us-east-1_Staff","Description":"all","RoleArn":"` + role + `","Precedence":0,` + made + `}}`},
		{"UpdateGroup", `, "GroupName": "full", "Description": "", "Precedence": 2147483647`,
			`{"Group":{"GroupName":"full","UserPoolId":"us-east-1_Staff","RoleArn":"` + role + `","Precedence":2147483647,` + made + `}}`},
		{"GetGroup", `, "GroupName": "full"`,
			`{"Group":{"GroupName":"full","UserPoolId":"us-east-1_Staff","RoleArn":"` + role + `","Precedence":2147483647,` + made + `}}`},
		{"AdminAddUserToGroup", `, "GroupName": "bare", "Username": "ada"`, ``},
		{"AdminListGroupsForUser", `, "Username": "ada"`,
			`{"Groups":[{"GroupName":"bare","UserPoolId":"us-east-1_Staff",` + made + `}]}`},
		{"ListUsersInGroup", `, "GroupName": "bare"`,
			`{"Users":[{"Username":"ada","Attributes":[{"Name":"sub","Value":"sub-ada"},{"Name":"email","Value":"ada@example.com"}],` +
				`"UserCreateDate":1893553445,"UserLastModifiedDate":1893553445,"Enabled":true,"UserStatus":"CONFIRMED"}]}`},
		{"AdminRemoveUserFromGroup", `, "GroupName": "bare", "Username": "ada"`, ``},
		{"AdminListGroupsForUser", `, "Username": "ada"`, `{"Groups":[]}`},
		{"ListUsersInGroup", `, "GroupName": "bare"`, `{"Users":[]}`},
		{"DeleteGroup", `, "GroupName": "full"`, ``},
		{"ListGroups", ``, `{"Groups":[{"GroupName":"bare","UserPoolId":"us-east-1_Staff",` + made + `}]}`},
	} {
		if got := mustCall(t, o, step.operation, staffPool+step.members+"}"); got != step.want {
			t.Errorf("%s {%s\n got %s\nwant %s", step.operation, step.members, got, step.want)
		}
	}
}

func TestGroupsOnTheWireInPages(t *testing.T) {
	t.Parallel()
	o, _ := staffed(t, storetest.Open(t))
	for i := range 3 {
		mustCall(t, o, "CreateGroup", fmt.Sprintf(`%s, "GroupName": "g%d"}`, staffPool, i))
		mustCall(t, o, "AdminAddUserToGroup", fmt.Sprintf(`%s, "GroupName": "g%d", "Username": "ada"}`, staffPool, i))
	}
	mustCall(t, o, "AdminAddUserToGroup", staffPool+`, "GroupName": "g0", "Username": "bob"}`)
	for _, tt := range []struct {
		operation, members string
		first, second      []string
	}{
		{"ListGroups", `, "Limit": 2`, []string{"g0", "g1"}, []string{"g2"}},
		{"AdminListGroupsForUser", `, "Limit": 2, "Username": "ada"`, []string{"g0", "g1"}, []string{"g2"}},
		{"ListUsersInGroup", `, "Limit": 1, "GroupName": "g0"`, []string{"ada"}, []string{"bob"}},
	} {
		var page struct {
			Groups    []struct{ GroupName string }
			Users     []struct{ Username string }
			NextToken string
		}
		token := ""
		for _, want := range [][]string{tt.first, tt.second} {
			page.Groups, page.Users, page.NextToken = nil, nil, ""
			text := mustCall(t, o, tt.operation, staffPool+tt.members+token+"}")
			if err := json.Unmarshal([]byte(text), &page); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, g := range page.Groups {
				got = append(got, g.GroupName)
			}
			for _, u := range page.Users {
				got = append(got, u.Username)
			}
			if strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("%s: a page of %q, want %q", tt.operation, got, want)
			}
			token = `, "NextToken": "` + page.NextToken + `"`
		}
		if page.NextToken != "" {
			t.Errorf("%s: the last page has a NextToken", tt.operation)
		}
	}
}

func TestDeclaredErrorsOfGroups(t *testing.T) {
	t.Parallel()
	st, dead := storetest.Open(t), storetest.Open(t)
	usual, _ := staffed(t, st)
	mustCall(t, usual, "CreateGroup", staffPool+`, "GroupName": "writers"}`)
	full, down := deskOn(t, crowded{st}), deskOn(t, dead)
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}

	in := func(members string) string { return staffPool + members + `}` }
	gone := func(body string) string { return strings.Replace(body, "us-east-1_Staff", "us-east-1_Gone", 1) }
	const (
		invalid  = "InvalidParameterException"
		noUser   = "UserNotFoundException"
		noGroup  = "Group not found."
		nobody   = "User does not exist."
		badToken = "Invalid pagination token"

		writers  = `, "GroupName": "writers"`
		none     = `, "GroupName": "none"`
		ada      = `, "Username": "ada"`
		noToken  = `, "NextToken": "made-up"`
		tooMany  = `, "Limit": 61`
		spaced   = `, "GroupName": "a b"`
		violated = "1 validation error detected: Value "
		badName  = violated + `'a b' at 'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`
		badLimit = violated + "'61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60"
		badRank  = violated + "'-1' at 'precedence' failed to satisfy constraint: Member must have value greater than or equal to 0"
	)
	const otherCase = `, "GroupName": "Writers"`
	// Every operation on a group that is there has these.
	missing := func(members string) []refusedCall {
		return []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(in(writers + members)), nil},
			{"a group that is not there", notFound, noGroup, in(none + members), nil},
			{"a group in other letters", notFound, noGroup, in(otherCase + members), nil},
			{"a name with a space", invalid, badName, in(spaced + members), nil},
			{"a database that is gone", internal, "", in(writers + members), down},
		}
	}
	for _, d := range []declared{
		{"CreateGroup", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(in(writers)), nil},
			{"a name that is taken", "GroupExistsException", "A group with the name already exists.", in(writers), nil},
			{"a name that is taken in a full pool", "GroupExistsException", "A group with the name already exists.", in(writers), full},
			{"a full pool", "LimitExceededException", "The maximum number of groups of this user pool has been reached.", in(none), full},
			{"a name with a space", invalid, badName, in(spaced), nil},
			{"a precedence below zero", invalid, badRank, in(none + `, "Precedence": -1`), nil},
			{"a role that is none", invalid,
				violated + `'role/of/some-group-here' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: ` +
					`arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?`,
				in(none + `, "RoleArn": "role/of/some-group-here"`), nil},
			{"a database that is gone", internal, "", in(none), down},
		}, cannot(nil)},
		{"GetGroup", missing(""), cannot(nil)},
		{"UpdateGroup", append(missing(`, "Description": "new"`),
			refusedCall{"a precedence below zero", invalid, badRank, in(writers + `, "Precedence": -1`), nil}), cannot(nil)},
		{"DeleteGroup", missing(""), cannot(nil)},
		{"ListGroups", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(in("")), nil},
			{"a token of nobody's", invalid, badToken, in(noToken), nil},
			{"too many at once", invalid, badLimit, in(tooMany), nil},
			{"a database that is gone", internal, "", in(""), down},
		}, cannot(nil)},
		{"ListUsersInGroup", append(missing(""),
			refusedCall{"a token of nobody's", invalid, badToken, in(writers + noToken), nil},
			refusedCall{"too many at once", invalid, badLimit, in(writers + tooMany), nil}), cannot(nil)},
		{"AdminListGroupsForUser", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(in(ada)), nil},
			{"a user who is not there", noUser, nobody, in(`, "Username": "eve"`), nil},
			{"a token of nobody's", invalid, badToken, in(ada + noToken), nil},
			{"too many at once", invalid, badLimit, in(ada + tooMany), nil},
			{"a database that is gone", internal, "", in(ada), down},
		}, cannot(nil)},
		{"AdminAddUserToGroup", append(missing(ada),
			refusedCall{"a user who is not there", noUser, nobody, in(writers + `, "Username": "eve"`), nil}), cannot(nil)},
		{"AdminRemoveUserFromGroup", append(missing(ada),
			refusedCall{"a user who is not there", noUser, nobody, in(writers + `, "Username": "eve"`), nil}), cannot(nil)},
	} {
		t.Run(d.operation, func(t *testing.T) { d.check(t, usual) })
	}
}

// crowded is a store whose pools have as many groups as a pool may have.
type crowded struct{ store.Store }

func (s crowded) Update(ctx context.Context, fn func(store.Tx) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error { return fn(crowdedTx{tx}) })
}

type crowdedTx struct{ store.Tx }

func (crowdedTx) CountGroups(context.Context, int64) (int64, error) { return pool.MaxGroups, nil }
