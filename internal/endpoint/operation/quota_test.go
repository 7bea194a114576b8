package operation

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/api"
)

// Quotas that are the lengths of lists and texts: the model carries them.
func TestQuotasOfTheModel(t *testing.T) {
	t.Parallel()
	list := func(n int, item string) string { // %d is the number of the item
		items := make([]string, n)
		for i := range items {
			items[i] = strings.ReplaceAll(item, "%d", strconv.Itoa(i))
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	text := func(n int) string { return `"` + strings.Repeat("x", n) + `"` }
	urls := func(n int) string { return list(n, `"https://example.com/%d"`) }
	client := func(member, value string) string { return in(`, "ClientName": "web", "` + member + `": ` + value) }
	for _, tt := range []struct {
		what      string
		operation string
		most      int
		body      func(n int) string
	}{
		{"callback addresses of a client", "CreateUserPoolClient", 100, func(n int) string { return client("CallbackURLs", urls(n)) }},
		{"logout addresses of a client", "CreateUserPoolClient", 100, func(n int) string { return client("LogoutURLs", urls(n)) }},
		{"scopes of a client", "CreateUserPoolClient", 50, func(n int) string { return client("AllowedOAuthScopes", list(n, `"a/%d"`)) }},
		{"scopes of a resource server", "CreateResourceServer", 100, func(n int) string {
			return in(`, "Identifier": "a", "Name": "b", "Scopes": ` + list(n, `{"ScopeName": "s%d", "ScopeDescription": "d"}`))
		}},
		{"identifiers of an identity provider", "CreateIdentityProvider", 50, func(n int) string {
			return in(`, "ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": {}, "IdpIdentifiers": ` + list(n, `"i%d"`))
		}},
		{"letters of an identity provider's name", "CreateIdentityProvider", 32, func(n int) string {
			return in(`, "ProviderType": "Google", "ProviderDetails": {}, "ProviderName": ` + text(n))
		}},
		{"letters of a group's name", "CreateGroup", 128, func(n int) string { return in(`, "GroupName": ` + text(n)) }},
		{"letters of a custom attribute's name", "AddCustomAttributes", 20, func(n int) string {
			return in(`, "CustomAttributes": [{"AttributeDataType": "String", "Name": ` + text(n) + `}]`)
		}},
		{"letters of an attribute", "AdminUpdateUserAttributes", 2048, func(n int) string {
			return in(`, "Username": "ada", "UserAttributes": [{"Name": "name", "Value": ` + text(n) + `}]`)
		}},
		{"letters of a password", "AdminSetUserPassword", 256, func(n int) string { return in(`, "Username": "ada", "Password": ` + text(n)) }},
		{"letters that a password must have", "CreateUserPool", 99, func(n int) string {
			return fmt.Sprintf(`{"PoolName": "p", "Policies": {"PasswordPolicy": {"MinimumLength": %d}}}`, n)
		}},
		{"pools of a page", "ListUserPools", 60, func(n int) string { return fmt.Sprintf(`{"MaxResults": %d}`, n) }},
		{"users of a page", "ListUsers", 60, func(n int) string { return in(fmt.Sprintf(`, "Limit": %d`, n)) }},
		{"users of a group on a page", "ListUsersInGroup", 60, func(n int) string { return in(fmt.Sprintf(`, "GroupName": "g", "Limit": %d`, n)) }},
		{"groups of a page", "ListGroups", 60, func(n int) string { return in(fmt.Sprintf(`, "Limit": %d`, n)) }},
		{"clients of a page", "ListUserPoolClients", 60, func(n int) string { return in(fmt.Sprintf(`, "MaxResults": %d`, n)) }},
		{"resource servers of a page", "ListResourceServers", 50, func(n int) string { return in(fmt.Sprintf(`, "MaxResults": %d`, n)) }},
		{"identity providers of a page", "ListIdentityProviders", 60, func(n int) string { return in(fmt.Sprintf(`, "MaxResults": %d`, n)) }},
		{"import jobs of a page", "ListUserImportJobs", 60, func(n int) string { return in(fmt.Sprintf(`, "MaxResults": %d`, n)) }},
		{"passkeys of a page", "ListWebAuthnCredentials", 20, func(n int) string { return fmt.Sprintf(`{"AccessToken": "a", "MaxResults": %d}`, n) }},
	} {
		t.Run(tt.what, func(t *testing.T) {
			op, _ := api.Lookup(tt.operation)
			for n, fits := range map[int]bool{tt.most: true, tt.most + 1: false} {
				body, err := op.Decode([]byte(tt.body(n)))
				if err != nil {
					t.Fatal(err)
				}
				err = body.Validate()
				if fits && err != nil || !fits && (err == nil || !strings.Contains(err.Error(), "less than or equal to "+strconv.Itoa(tt.most))) {
					t.Errorf("%d: got %v, want it allowed: %v", n, err, fits)
				}
			}
		})
	}
}
