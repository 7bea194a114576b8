package operation

import (
	"context"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// packed is a store with as many pools, and clients in each, as there may be.
type packed struct{ store.Store }

func (s packed) Update(ctx context.Context, fn func(store.Tx) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error { return fn(packedTx{tx}) })
}

type packedTx struct{ store.Tx }

func (packedTx) CountPools(context.Context) (int64, error)          { return 1000, nil }
func (packedTx) CountClients(context.Context, int64) (int64, error) { return 1000, nil }

func TestDeclaredErrorsOfPools(t *testing.T) {
	t.Parallel()
	st, dead := storetest.Open(t), storetest.Open(t)
	usual, full, down := deskOn(t, st), deskOn(t, packed{st}), deskOn(t, dead)
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	mustCall(t, usual, "CreateUserPool", `{"PoolName": "p", "UserPoolTags": {"_custom_id_": "us-east-1_Staff"}}`)
	mustCall(t, usual, "CreateUserPool", `{"PoolName": "p", "DeletionProtection": "ACTIVE", "UserPoolTags": {"_custom_id_": "us-east-1_Safe"}}`)
	mustCall(t, usual, "CreateUserPool", `{"PoolName": "p", "UserPoolTags": {"_custom_id_": "us-east-1_Busy"}}`)
	importing(t, st, "us-east-1_Busy")
	const (
		gone  = `{"UserPoolId": "us-east-1_Gone"}`
		staff = `{"UserPoolId": "us-east-1_Staff"}`
		badID = violated + `'Staff' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+`
		asked = `"PoolName": "another"`
	)
	for _, d := range []declared{
		{"CreateUserPool", []refusedCall{
			{"a constraint of the model", invalidArg, violated + "null at 'poolName' " + nullMember, `{}`, nil},
			{"an id that is taken", invalidArg, "User pool us-east-1_Staff already exists.", `{"PoolName": "p", "UserPoolTags": {"_custom_id_": "us-east-1_Staff"}}`, nil},
			{"an account that is full", "LimitExceededException", "The maximum number of user pools has been reached.", `{` + asked + `}`, full},
			{"a reserved tag", "UserPoolTaggingException", "aws: prefixed tag key names are not allowed for external use.", `{` + asked + `, "UserPoolTags": {"aws:a": "b"}}`, nil},
			{"a feature of another tier", "FeatureUnavailableInTierException",
				"The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection",
				`{` + asked + `, "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}`, nil},
			{"a database that is gone", internal, "", `{` + asked + `}`, down},
			{"what cannot be obeyed yet", NotImplemented, "DcrConfiguration is not supported yet: this member is newer than what this server knows.",
				`{` + asked + `, "DcrConfiguration": {}}`, nil},
		}, cannot(map[string]string{
			"InvalidSmsRoleAccessPolicyException":      noRole,
			"InvalidSmsRoleTrustRelationshipException": noRole,
			"InvalidEmailRoleAccessPolicyException":    noRole,
			"TierChangeNotAllowedException":            "a new pool changes no tier",
		})},
		{"DescribeUserPool", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone, nil},
			{"a constraint of the model", invalidArg, badID, `{"UserPoolId": "Staff"}`, nil},
			{"a database that is gone", internal, "", staff, down},
		}, cannot(map[string]string{"UserPoolTaggingException": "tags are read with their pool, and need nothing more"})},
		{"ListUserPools", []refusedCall{
			{"a constraint of the model", invalidArg, violated + "'61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60",
				`{"MaxResults": 61}`, nil},
			{"a token of nobody's", invalidArg, "Invalid pagination token", `{"MaxResults": 1, "NextToken": "made-up"}`, nil},
			{"a database that is gone", internal, "", `{"MaxResults": 1}`, down},
		}, cannot(nil)},
		{"DeleteUserPool", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone, nil},
			{"a constraint of the model", invalidArg, badID, `{"UserPoolId": "Staff"}`, nil},
			{"a pool that is protected", invalidArg,
				"The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
				`{"UserPoolId": "us-east-1_Safe"}`, nil},
			{"an import that runs", "UserImportInProgressException", importInProgress, `{"UserPoolId": "us-east-1_Busy"}`, nil},
			{"a database that is gone", internal, "", staff, down},
		}, cannot()},
	} {
		t.Run(d.operation, func(t *testing.T) { d.check(t, usual) })
	}
}

func TestDeclaredErrorsOfClients(t *testing.T) {
	t.Parallel()
	st, dead := storetest.Open(t), storetest.Open(t)
	usual, full, down := deskOn(t, st), deskOn(t, packed{st}), deskOn(t, dead)
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	mustCall(t, usual, "CreateUserPool", `{"PoolName": "p", "UserPoolTags": {"_custom_id_": "us-east-1_Staff"}}`)
	mustCall(t, usual, "CreateUserPool", `{"PoolName": "p", "UserPoolTags": {"_custom_id_": "us-east-1_Other"}}`)
	made := mustCall(t, usual, "CreateUserPoolClient", `{"UserPoolId": "us-east-1_Other", "ClientName": "web"}`)
	elsewhere := member(t, made, "UserPoolClient", "ClientId")
	in := func(members string) string { return `{"UserPoolId": "us-east-1_Staff"` + members + `}` }
	gone := func(body string) string { return strings.Replace(body, "us-east-1_Staff", "us-east-1_Gone", 1) }
	const (
		name  = `, "ClientName": "web"`
		none  = `, "ClientId": "none"`
		badID = violated + `at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+]+`
	)
	// Every operation on a client that is there has these.
	missing := []refusedCall{
		{"a pool that is not there", notFound, noPool, gone(in(none)), nil},
		{"a client that is not there", notFound, noClient, in(none), nil},
		{"a client of another pool", notFound, "User pool client " + elsewhere + " does not exist.", in(`, "ClientId": "` + elsewhere + `"`), nil},
		{"a constraint of the model", invalidArg, badID, in(`, "ClientId": "a b"`), nil},
		{"a database that is gone", internal, "", in(none), down},
	}
	for _, d := range []declared{
		{"CreateUserPoolClient", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(in(name)), nil},
			{"a constraint of the model", invalidArg, violated + "null at 'clientName' " + nullMember, in(""), nil},
			{"attributes that the pool lacks", invalidArg, "Invalid read attributes specified while creating a client", in(name + `, "ReadAttributes": ["custom:a"]`), nil},
			{"a pool that is full", "LimitExceededException", "The maximum number of clients of this user pool has been reached.", in(name), full},
			{"a scope that is not there", "ScopeDoesNotExistException", "Invalid scope requested: a/b", in(name + `, "AllowedOAuthScopes": ["a/b"]`), nil},
			{"flows without an address to go back to", "InvalidOAuthFlowException", "CallbackUrls can not be empty when code flow or implicit flow is selected",
				in(name + `, "AllowedOAuthFlows": ["code"]`), nil},
			{"a database that is gone", internal, "", in(name), down},
		}, cannot(map[string]string{
			"FeatureUnavailableInTierException": "no setting of a client that can be obeyed depends on the tier",
		})},
		{"DescribeUserPoolClient", missing, cannot(nil)},
		{"DeleteUserPoolClient", missing, cannot(map[string]string{
			"ConcurrentModificationException": "a client is taken away whatever others make of it at the same time",
		})},
		{"ListUserPoolClients", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(in("")), nil},
			{"a constraint of the model", invalidArg, violated + "'61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60",
				in(`, "MaxResults": 61`), nil},
			{"a token of nobody's", invalidArg, "Invalid pagination token", in(`, "NextToken": "made-up"`), nil},
			{"a database that is gone", internal, "", in(""), down},
		}, cannot(nil)},
	} {
		t.Run(d.operation, func(t *testing.T) { d.check(t, usual) })
	}
}
