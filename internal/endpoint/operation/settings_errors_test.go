package operation

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// beaten is a store in which somebody else is faster at every change.
type beaten struct{ store.Store }

func (s beaten) Update(ctx context.Context, fn func(store.Tx) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error { return fn(beatenTx{tx}) })
}

type beatenTx struct{ store.Tx }

func (beatenTx) UpdatePool(context.Context, *pool.Pool) error     { return store.ErrConflict }
func (beatenTx) UpdateClient(context.Context, *pool.Client) error { return store.ErrConflict }

// Reasons why an operator's call gets no such error here.
var operatorCannot = map[string]string{
	"NotAuthorizedException": "who may call what is decided at the door, which answers AccessDeniedException",
}

func cannot(more ...map[string]string) map[string]string {
	all := maps.Clone(operatorCannot)
	for _, reasons := range more {
		maps.Copy(all, reasons)
	}
	return all
}

func TestDeclaredErrorsOfSettings(t *testing.T) {
	t.Parallel()
	st, dead := storetest.Open(t), storetest.Open(t)
	usual, late, down := deskOn(t, st), deskOn(t, beaten{st}), deskOn(t, dead)
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	made := mustCall(t, usual, "CreateUserPool", `{"PoolName": "p", "UserPoolTags": {"_custom_id_": "us-east-1_Staff"}}`)
	arn := member(t, made, "UserPool", "Arn")
	mustCall(t, usual, "CreateUserPool", `{"PoolName": "p", "UserPoolTags": {"_custom_id_": "us-east-1_Busy"}}`)
	importing(t, st, "us-east-1_Busy")
	made = mustCall(t, usual, "CreateUserPoolClient", `{"UserPoolId": "us-east-1_Staff", "ClientName": "web"}`)
	clientID := member(t, made, "UserPoolClient", "ClientId")

	// A body begins with what names the thing.
	staff := func(members string) string { return `{"UserPoolId": "us-east-1_Staff"` + members + `}` }
	web := func(members string) string { return staff(`, "ClientId": "` + clientID + `"` + members) }
	tagged := func(members string) string { return `{"ResourceArn": "` + arn + `"` + members + `}` }
	gone := func(body string) string { return strings.Replace(body, "us-east-1_Staff", "us-east-1_Gone", 1) }
	goneARN := func(body string) string { return strings.Replace(body, "/us-east-1_Staff", "/us-east-1_Gone", 1) }
	const (
		invalid  = "InvalidParameterException"
		changing = "ConcurrentModificationException"
		tooLate  = "Other requests are modifying the same resource. Please try again."
		nullARN  = "1 validation error detected: Value null at 'resourceArn' failed to satisfy constraint: Member must not be null"
	)

	for _, d := range []declared{
		{"UpdateUserPool", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(staff("")), nil},
			{"a constraint of the model", invalid,
				"1 validation error detected: Value 'MAYBE' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value set: [OFF, ON, OPTIONAL]",
				staff(`, "MfaConfiguration": "MAYBE"`), nil},
			{"settings that contradict each other", invalid, "Source ARN is required to use DEVELOPER email sending owner",
				staff(`, "EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}`), nil},
			{"a reserved tag", "UserPoolTaggingException", "aws: prefixed tag key names are not allowed for external use.",
				staff(`, "UserPoolTags": {"aws:a": "b"}`), nil},
			{"a feature of another tier", "FeatureUnavailableInTierException",
				"The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection",
				staff(`, "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}`), nil},
			{"others who are always faster", changing, tooLate, staff(""), late},
			{"an import that runs", "UserImportInProgressException", importInProgress, `{"UserPoolId": "us-east-1_Busy"}`, nil},
			{"a database that is gone", internal, "", staff(""), down},
			{"what cannot be obeyed yet", NotImplemented, "DcrConfiguration is not supported yet: this member is newer than what this server knows.",
				staff(`, "DcrConfiguration": {}`), nil},
		}, cannot(map[string]string{
			"InvalidSmsRoleAccessPolicyException":      "no role is assumed: what sends text messages does not ask AWS",
			"InvalidSmsRoleTrustRelationshipException": "no role is assumed: what sends text messages does not ask AWS",
			"InvalidEmailRoleAccessPolicyException":    "no role is assumed: what sends mail does not ask AWS",
			"TierChangeNotAllowedException":            "tiers cost nothing, so every change is allowed",
		})},
		{"UpdateUserPoolClient", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(web("")), nil},
			{"a client that is not there", notFound, "User pool client none does not exist.", staff(`, "ClientId": "none"`), nil},
			{"a constraint of the model", invalid,
				"1 validation error detected: Value '181' at 'authSessionValidity' failed to satisfy constraint: Member must have value less than or equal to 15",
				web(`, "AuthSessionValidity": 181`), nil},
			{"attributes that the pool lacks", invalid, "Invalid read attributes specified while updating a client", web(`, "ReadAttributes": ["custom:a"]`), nil},
			{"a scope that is not there", "ScopeDoesNotExistException", "Invalid scope requested: a/b", web(`, "AllowedOAuthScopes": ["a/b"]`), nil},
			{"flows without an address to go back to", "InvalidOAuthFlowException", "CallbackUrls can not be empty when code flow or implicit flow is selected",
				web(`, "AllowedOAuthFlows": ["code"]`), nil},
			{"others who are always faster", changing, tooLate, web(""), late},
			{"a database that is gone", internal, "", web(""), down},
		}, cannot(map[string]string{
			"FeatureUnavailableInTierException": "no setting of a client that can be obeyed depends on the tier",
		})},
		{"AddCustomAttributes", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(staff(`, "CustomAttributes": [{"Name": "a", "AttributeDataType": "String"}]`)), nil},
			{"no attribute", invalid,
				"1 validation error detected: Value at 'customAttributes' failed to satisfy constraint: Member must have length greater than or equal to 1",
				staff(`, "CustomAttributes": []`), nil},
			{"one twice", invalid, "custom:a: Existing attribute already has name custom:a.",
				staff(`, "CustomAttributes": [{"Name": "a", "AttributeDataType": "String"}, {"Name": "a", "AttributeDataType": "Number"}]`), nil},
			{"an import that runs", "UserImportInProgressException", importInProgress,
				`{"UserPoolId": "us-east-1_Busy", "CustomAttributes": [{"Name": "a", "AttributeDataType": "String"}]}`, nil},
			{"a database that is gone", internal, "", staff(`, "CustomAttributes": [{"Name": "a", "AttributeDataType": "String"}]`), down},
		}, cannot()},
		{"TagResource", []refusedCall{
			{"a pool that is not there", notFound, noPool, goneARN(tagged(`, "Tags": {"a": "b"}`)), nil},
			{"nothing to tag", invalid, nullARN, `{"Tags": {"a": "b"}}`, nil},
			{"another kind of resource", invalid, "Invalid ARN of a user pool: arn:aws:s3::123456789012:bucket",
				`{"ResourceArn": "arn:aws:s3::123456789012:bucket", "Tags": {"a": "b"}}`, nil},
			{"a reserved tag", invalid, "aws: prefixed tag key names are not allowed for external use.", tagged(`, "Tags": {"aws:a": "b"}`), nil},
			{"a database that is gone", internal, "", tagged(`, "Tags": {"a": "b"}`), down},
		}, cannot(nil)},
		{"UntagResource", []refusedCall{
			{"a pool that is not there", notFound, noPool, goneARN(tagged(`, "TagKeys": ["a"]`)), nil},
			{"nothing to untag", invalid, nullARN, `{"TagKeys": ["a"]}`, nil},
			{"a database that is gone", internal, "", tagged(`, "TagKeys": ["a"]`), down},
		}, cannot(nil)},
		{"ListTagsForResource", []refusedCall{
			{"a pool that is not there", notFound, noPool, goneARN(tagged("")), nil},
			{"no name at all", invalid, nullARN, `{}`, nil},
			{"a database that is gone", internal, "", tagged(""), down},
		}, cannot(nil)},
	} {
		t.Run(d.operation, func(t *testing.T) { d.check(t, usual) })
	}
}
