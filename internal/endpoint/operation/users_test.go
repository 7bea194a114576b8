package operation

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// usersOn returns the operations of users, besides those of pools, on st.
func usersOn(t *testing.T, st store.Store) *Operations {
	t.Helper()
	o := deskOn(t, st)
	now := func() time.Time { return time.Date(2030, 1, 2, 3, 4, 5, 678_901_234, time.UTC) }
	keys, err := keyring.Open(t.Context(), st, masterKey, now)
	if err != nil {
		t.Fatal(err)
	}
	functions := httptest.NewServer(http.HandlerFunc(brokenFunctions))
	t.Cleanup(functions.Close)
	o.users = admin.NewUsers(admin.UsersOptions{
		Store: st, Keyring: keys, Passwords: credential.NewPasswords(keys), Codes: code.New(code.Options{Keyring: keys, Now: now}),
		Messages: message.New(message.Options{Keyring: keys, Now: now, Held: true}), Limits: limit.New(now),
		Triggers: trigger.New(trigger.Options{Endpoint: functions.URL}), Now: now,
	})
	return o
}

// brokenFunctions answers for functions that fail, for those that say nothing
// of use, and for those that are not there.
func brokenFunctions(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.Contains(r.URL.Path, ":fails"):
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		fmt.Fprint(w, `{"errorMessage": "full"}`)
	case strings.Contains(r.URL.Path, ":babbles"):
		fmt.Fprint(w, `good morning`)
	default:
		http.NotFound(w, r)
	}
}

// newPerson adds a user to a pool, past all rules.
func newPerson(t *testing.T, st store.Store, poolID, name string, status pool.Status, attributes map[string]string) {
	t.Helper()
	made := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	err := st.Update(t.Context(), func(tx store.Tx) error {
		p, err := tx.Pool(t.Context(), poolID)
		if err != nil {
			return err
		}
		u := &pool.User{
			PoolKey: p.Key, Sub: "sub-" + name, Username: name, Status: status, Enabled: true, Created: made, Modified: made, Attributes: attributes,
		}
		return tx.CreateUser(t.Context(), u, store.Names{Username: name, Aliases: p.Aliases(u), Search: attributes})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestListUsersOnTheWire(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	o := usersOn(t, st)
	mustCall(t, o, "CreateUserPool", `{"PoolName": "p", "UserPoolTags": {"_custom_id_": "us-east-1_Staff"}}`)
	newPerson(t, st, "us-east-1_Staff", "ada", pool.Confirmed, map[string]string{"name": "Ada", "email": "ada@example.com", "email_verified": "true"})
	newPerson(t, st, "us-east-1_Staff", "bob", pool.Confirmed, map[string]string{"name": "Bob"})
	user := func(name, attributes string) string {
		return `{"Username":"` + name + `","Attributes":[` + attributes +
			`],"UserCreateDate":1893553445,"UserLastModifiedDate":1893553445,"Enabled":true,"UserStatus":"CONFIRMED"}`
	}
	const adaAll = `{"Name":"sub","Value":"sub-ada"},{"Name":"email","Value":"ada@example.com"},{"Name":"email_verified","Value":"true"},{"Name":"name","Value":"Ada"}`
	const bobAll = `{"Name":"sub","Value":"sub-bob"},{"Name":"name","Value":"Bob"}`
	for _, tt := range []struct{ members, want string }{
		{``, user("ada", adaAll) + "," + user("bob", bobAll)},
		{`, "AttributesToGet": []`, user("ada", adaAll) + "," + user("bob", bobAll)},
		{`, "AttributesToGet": ["email"]`, user("ada", `{"Name":"email","Value":"ada@example.com"}`) + "," + user("bob", "")},
		{`, "AttributesToGet": ["name", "sub"], "Filter": "username = \"bob\""`, user("bob", bobAll)},
		{`, "Filter": "name ^= \"A\"", "Limit": 0`, user("ada", adaAll)},
		{`, "Filter": "name = \"Eve\""`, ""},
	} {
		if got := mustCall(t, o, "ListUsers", staffPool+tt.members+"}"); got != `{"Users":[`+tt.want+`]}` {
			t.Errorf("ListUsers {%s\n got %s\nwant %s", tt.members, got, tt.want)
		}
	}
	page := mustCall(t, o, "ListUsers", staffPool+`, "Limit": 1, "Filter": "status = \"Enabled\""}`)
	token := member(t, page, "PaginationToken")
	if token == "" || !strings.HasPrefix(page, `{"Users":[`+user("ada", adaAll)+`],`) {
		t.Fatalf("the first page: %s", page)
	}
	page = mustCall(t, o, "ListUsers", staffPool+`, "Limit": 1, "Filter": "status = \"Enabled\"", "PaginationToken": "`+token+`"}`)
	if page != `{"Users":[`+user("bob", bobAll)+`]}` {
		t.Errorf("the second page: %s", page)
	}
}

func TestChangesOfUsersOnTheWire(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	o := usersOn(t, st)
	mustCall(t, o, "CreateUserPool", `{"PoolName": "p", "UserPoolTags": {"_custom_id_": "us-east-1_Staff"}}`)
	newPerson(t, st, "us-east-1_Staff", "ada", pool.Confirmed, map[string]string{"email": "ada@example.com", "email_verified": "true"})
	for _, step := range []struct{ operation, members, enabled, status, attributes string }{
		{"AdminDisableUser", ``, "false", "CONFIRMED", "email email_verified"},
		{"AdminEnableUser", ``, "true", "CONFIRMED", "email email_verified"},
		{"AdminUserGlobalSignOut", ``, "true", "CONFIRMED", "email email_verified"},
		{"AdminUpdateUserAttributes", `, "UserAttributes": [{"Name": "name", "Value": "x"}, {"Name": "name", "Value": "Ada"}, {"Name": "email_verified", "Value": ""}]`,
			"true", "CONFIRMED", "email name"},
		{"AdminDeleteUserAttributes", `, "UserAttributeNames": ["name", "gender"]`, "true", "CONFIRMED", "email"},
		{"AdminUpdateUserAttributes", `, "UserAttributes": [{"Name": "email_verified", "Value": "True"}]`, "true", "CONFIRMED", "email email_verified"},
		{"AdminResetUserPassword", `, "ClientMetadata": {"a": "b"}`, "true", "RESET_REQUIRED", "email email_verified"},
		{"AdminSetUserPassword", `, "Password": "Tulip-42-x"`, "true", "FORCE_CHANGE_PASSWORD", "email email_verified"},
		{"AdminSetUserPassword", `, "Password": "Tulip-42-x", "Permanent": true`, "true", "CONFIRMED", "email email_verified"},
	} {
		who := staffPool + `, "Username": "ada"`
		if got := mustCall(t, o, step.operation, who+step.members+"}"); got != "{}" {
			t.Errorf("%s = %s", step.operation, got)
		}
		var got struct {
			Enabled        bool
			UserStatus     string
			UserAttributes []struct{ Name string }
		}
		if err := json.Unmarshal([]byte(mustCall(t, o, "AdminGetUser", who+"}")), &got); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, a := range got.UserAttributes[1:] {
			names = append(names, a.Name)
		}
		if fmt.Sprint(got.Enabled) != step.enabled || got.UserStatus != step.status || strings.Join(names, " ") != step.attributes {
			t.Errorf("after %s {%s: %+v", step.operation, step.members, got)
		}
	}
}

// Who asks for no invitation causes none.
func TestAnInvitationThatIsSuppressed(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	staffed(t, st)
	o := usersOn(t, st)
	for i, tt := range []struct {
		action string
		want   int
	}{{``, 1}, {`,"MessageAction":"SUPPRESS"`, 0}} {
		address := fmt.Sprintf("grace%d@example.com", i)
		mustCall(t, o, "AdminCreateUser", in(`,"Username":"grace`+fmt.Sprint(i)+`","TemporaryPassword":"Orchid-Meadow-7","DesiredDeliveryMediums":["EMAIL"],
			"UserAttributes":[{"Name":"email","Value":"`+address+`"}]`+tt.action))
		err := st.View(t.Context(), func(snap store.Snapshot) error {
			sent, err := snap.Messages(t.Context(), address, 9)
			if len(sent) != tt.want {
				t.Errorf("%d messages with %q, want %d", len(sent), tt.action, tt.want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
