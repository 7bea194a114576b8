package operation

import (
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// A step is a call in the pool us-east-1_Staff and its answer: the text, or
// the name and the words of an exception.
type step struct{ operation, members, want string }

// walk makes calls one after the other.
func walk(t *testing.T, o *Operations, steps []step) {
	t.Helper()
	for _, s := range steps {
		body := staffPool + s.members + "}"
		got, err := call(t, t.Context(), o, s.operation, body)
		if err != nil {
			name, message, _ := Exception(err)
			got = name + ": " + message
			if name == "" {
				got = err.Error()
			}
		}
		if got != s.want {
			t.Errorf("%s {%s\n got %s\nwant %s", s.operation, s.members, got, s.want)
		}
	}
}

// onEach runs test with the operations of a pool on every backend.
func onEach(t *testing.T, test func(*testing.T, *Operations, store.Store)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st store.Store) {
		o, _ := staffed(t, st)
		test(t, o, st)
	})
}

func TestResourceServersOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, _ store.Store) {
		const (
			bare    = `{"ResourceServer":{"UserPoolId":"us-east-1_Staff","Identifier":"bare","Name":"A"}}`
			photos  = `"UserPoolId":"us-east-1_Staff","Identifier":"https://photos.example.com/v1","Name":"Photos"`
			full    = `{"ResourceServer":{` + photos + `,"Scopes":[{"ScopeName":"read","ScopeDescription":"see \"them\""},{"ScopeName":"write","ScopeDescription":"add"}]}}`
			id      = `, "Identifier": "https://photos.example.com/v1"`
			client  = `, "ClientName": "robot", "GenerateSecret": true, "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthFlowsUserPoolClient": true`
			unknown = "ScopeDoesNotExistException: Invalid scope requested: "
		)
		walk(t, o, []step{
			{"CreateResourceServer", `, "Identifier": "bare", "Name": "A"`, bare},
			{"CreateResourceServer", `, "Identifier": "bare", "Name": "B"`, "InvalidParameterException: bare already exists in user pool us-east-1_Staff."},
			{"CreateResourceServer", id + `, "Name": "Photos", "Scopes": [{"ScopeName": "read", "ScopeDescription": "see \"them\""}, {"ScopeName": "write", "ScopeDescription": "add"}]`, full},
			{"DescribeResourceServer", id, full},
		})
		page := mustCall(t, o, "ListResourceServers", staffPool+`, "MaxResults": 1}`)
		if !strings.HasPrefix(page, `{"ResourceServers":[`+bare[len(`{"ResourceServer":`):len(bare)-1]+`],"NextToken":`) {
			t.Errorf("first page: %s", page)
		}
		token := `, "MaxResults": 1, "NextToken": "` + member(t, page, "NextToken") + `"`
		walk(t, o, []step{
			{"ListResourceServers", token, `{"ResourceServers":[` + full[len(`{"ResourceServer":`):len(full)-1] + `]}`},
			{"CreateUserPoolClient", client + `, "AllowedOAuthScopes": ["https://photos.example.com/v1/delete"]`, unknown + "https://photos.example.com/v1/delete"},
			{"CreateUserPoolClient", client + `, "AllowedOAuthScopes": ["https://photos.example.com/v1"]`, unknown + "https://photos.example.com/v1"},
			{"CreateUserPoolClient", client + `, "AllowedOAuthScopes": ["bare/read"]`, unknown + "bare/read"},
		})
		made := mustCall(t, o, "CreateUserPoolClient", staffPool+client+`, "AllowedOAuthScopes": ["https://photos.example.com/v1/read"]}`)
		if !strings.Contains(made, `"AllowedOAuthScopes":["https://photos.example.com/v1/read"]`) {
			t.Errorf("the client with a scope of the resource server: %s", made)
		}
		walk(t, o, []step{
			{"UpdateResourceServer", id + `, "Name": "Pictures"`, `{"ResourceServer":{` + strings.Replace(photos, "Photos", "Pictures", 1) + `}}`},
			{"CreateUserPoolClient", client + `, "AllowedOAuthScopes": ["https://photos.example.com/v1/read"]`, unknown + "https://photos.example.com/v1/read"},
			{"DeleteResourceServer", id, ""},
			{"DescribeResourceServer", id, "ResourceNotFoundException: Resource server https://photos.example.com/v1 does not exist."},
			{"ListResourceServers", "", `{"ResourceServers":[` + bare[len(`{"ResourceServer":`):len(bare)-1] + `]}`},
		})
	})
}
