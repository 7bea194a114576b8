package operation

import (
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// Reasons why an operation on users gets no such error here.
const (
	noRole      = "no role is assumed: what sends messages does not ask AWS"
	waits       = "a message that cannot be delivered waits and is sent later"
	noAttempt   = "it is no attempt at a code"
	nothingElse = "nothing has to be set up before"
)

func TestDeclaredErrorsOfUsers(t *testing.T) {
	t.Parallel()
	st, dead := storetest.Open(t), storetest.Open(t)
	usual, down := usersOn(t, st), usersOn(t, dead)
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	people(t, st, usual)

	// A body begins with what names the user.
	in := func(poolID string) func(members string) string {
		return func(members string) string { return `{"UserPoolId": "us-east-1_` + poolID + `"` + members + `}` }
	}
	staff, gone := in("Staff"), in("Gone")
	ada := func(members string) string { return staff(`, "Username": "ada"` + members) }
	const (
		invalid  = "InvalidParameterException"
		noUser   = "UserNotFoundException"
		exists   = "UsernameExistsException"
		denied   = "NotAuthorizedException"
		badWords = "InvalidPasswordException"
		rejected = "UserLambdaValidationException"
		uncalled = "UnexpectedLambdaException"
		babble   = "InvalidLambdaResponseException"
		notJSON  = "Invalid lambda function output : Invalid JSON"
		nobody   = "User does not exist."
		noName   = "1 validation error detected: Value null at 'username' failed to satisfy constraint: Member must not be null"
		badName  = `1 validation error detected: Value at 'username' failed to satisfy constraint: ` +
			`Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`
		noState = "User password cannot be reset in the current state."
	)
	// Every operation on a user has these.
	usualRefusals := func(members string) []refusedCall {
		return []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(`, "Username": "ada"` + members), nil},
			{"a user who is not there", noUser, nobody, staff(`, "Username": "eve"` + members), nil},
			{"a name with a space", invalid, badName, staff(`, "Username": "a b"` + members), nil},
			{"no name", invalid, noName, staff(members), nil},
			{"a database that is gone", internal, "", ada(members), down},
		}
	}
	update := func(name, value string) string {
		return `, "UserAttributes": [{"Name": "` + name + `", "Value": "` + value + `"}]`
	}
	roles := map[string]string{
		"InvalidSmsRoleAccessPolicyException": noRole, "InvalidSmsRoleTrustRelationshipException": noRole,
		"InvalidEmailRoleAccessPolicyException": noRole,
	}
	// Every operation that sends a code has these.
	unlucky := func(members string) []refusedCall {
		return []refusedCall{
			{"a function that fails", rejected, "CustomMessage failed with error full.", in("Fails")(`, "Username": "proved"` + members), nil},
			{"a function that babbles", babble, notJSON, in("Babbles")(`, "Username": "proved"` + members), nil},
			{"a function that is not there", uncalled, "CustomMessage invocation failed due to error ResourceNotFoundException.",
				in("Misses")(`, "Username": "proved"` + members), nil},
		}
	}

	for _, d := range []declared{
		{"ListUsers", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(""), nil},
			{"a filter that is none", invalid, "Error while parsing filter.", staff(`, "Filter": "email"`), nil},
			{"a filter by what is not searched", invalid, "Invalid search attribute: gender", staff(`, "Filter": "gender = \"f\""`), nil},
			{"a filter by a custom attribute", invalid, "Input fails to satisfy the constraints.", staff(`, "Filter": "custom:a = \"f\""`), nil},
			{"an attribute that does not exist", invalid, "One or more requested attributes do not exist.", staff(`, "AttributesToGet": ["custom:a"]`), nil},
			{"a token of nobody's", invalid, "Invalid pagination token", staff(`, "PaginationToken": "made-up"`), nil},
			{"too many at once", invalid, "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: " +
				"Member must have value less than or equal to 60", staff(`, "Limit": 61`), nil},
			{"a database that is gone", internal, "", staff(""), down},
		}, cannot(nil)},
		{"AdminUpdateUserAttributes", append(append(usualRefusals(update("name", "x")), unlucky(update("email", "moved@example.com"))...),
			refusedCall{"an unknown attribute", invalid, "user.custom:a: Attribute does not exist in the schema.\n", ada(update("custom:a", "x")), nil},
			refusedCall{"an attribute without a value", invalid, "Attribute value for name must not be null", ada(`, "UserAttributes": [{"Name": "name"}]`), nil},
			refusedCall{"one that never changes", invalid, "user.sub: Attribute cannot be updated.\n", ada(update("sub", "x")), nil},
			refusedCall{"a value that is too long", invalid, "1 validation error detected: Value at 'userAttributes.1.member.value' " +
				"failed to satisfy constraint: Member must have length less than or equal to 2048", ada(update("name", strings.Repeat("x", 2049))), nil},
			refusedCall{"an address of somebody else", "AliasExistsException", "An account with the given email already exists.",
				in("Emails")(`, "Username": "one@example.com"` + update("email", "Two@example.com")), nil},
		), cannot(roles)},
		{"AdminDeleteUserAttributes", append(usualRefusals(`, "UserAttributeNames": ["name"]`),
			refusedCall{"an unknown attribute", invalid, "user.custom:a: Attribute does not exist in the schema.\n", ada(`, "UserAttributeNames": ["custom:a"]`), nil},
			refusedCall{"one that is required", invalid, "user.name: Required attribute cannot be deleted.\n",
				in("Careful")(`, "Username": "ada", "UserAttributeNames": ["name"]`), nil},
		), cannot(nil)},
		{"AdminEnableUser", usualRefusals(""), cannot(nil)},
		{"AdminDisableUser", usualRefusals(""), cannot(nil)},
		{"AdminUserGlobalSignOut", usualRefusals(""), cannot(nil)},
		{"AdminGetUser", usualRefusals(""), cannot(nil)},
		{"AdminDeleteUser", usualRefusals(""), cannot(nil)},
		{"AdminResetUserPassword", append(append(usualRefusals(""), unlucky("")...),
			refusedCall{"somebody who is disabled", denied, "User is disabled.", staff(`, "Username": "disabled"`), nil},
			refusedCall{"somebody who never signed in", denied, noState, staff(`, "Username": "invited"`), nil},
			refusedCall{"somebody without a proved address", invalid,
				"Cannot reset password for the user as there is no registered/verified email or phone_number", ada(""), nil},
			refusedCall{"somebody who got too many codes", "LimitExceededException", "Attempt limit exceeded, please try after some time.",
				staff(`, "Username": "busy"`), nil},
		), onlyWhere(cannot(roles), denied)},
		{"AdminSetUserPassword", append(usualRefusals(`, "Password": "Tulip-42-x"`),
			refusedCall{"a password that is too short", badWords, "Password did not conform with policy: Password not long enough", ada(`, "Password": "Tu-42"`), nil},
			refusedCall{"a password that ends with a space", invalid,
				`1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$`,
				ada(`, "Password": "Tulip-42-x "`), nil},
			refusedCall{"the password of before", "PasswordHistoryPolicyViolationException", "Password has previously been used",
				in("Remembers")(`, "Username": "ada", "Password": "Tulip-42-x", "Permanent": true`), nil},
		), cannot(nil)},
		{"AdminSetUserSettings", append(usualRefusals(`, "MFAOptions": []`),
			refusedCall{"text messages to nowhere", invalid, "User does not have delivery config set to turn on SMS_MFA",
				ada(`, "MFAOptions": [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]`), nil},
			refusedCall{"codes by mail", invalid, "Only SMS to the phone_number is a valid MFA option.",
				ada(`, "MFAOptions": [{"DeliveryMedium": "EMAIL", "AttributeName": "email"}]`), nil},
		), cannot(nil)},
		{"AdminSetUserMFAPreference", append(usualRefusals(""),
			refusedCall{"a token that was not verified", invalid, "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
				ada(`, "SoftwareTokenMfaSettings": {"Enabled": true}`), nil},
			refusedCall{"text messages to nowhere", invalid, "User does not have delivery config set to turn on SMS_MFA",
				ada(`, "SMSMfaSettings": {"Enabled": true, "PreferredMfa": true}`), nil},
			refusedCall{"one that is preferred and off", invalid, "A factor that is not enabled cannot be the preferred MFA.",
				ada(`, "SMSMfaSettings": {"Enabled": false, "PreferredMfa": true}`), nil},
			refusedCall{"a passkey as both factors where it is one", invalid, "User does not have delivery config set to turn on WEB_AUTHN",
				ada(`, "WebAuthnMfaSettings": {"Enabled": true}`), nil},
		), cannot(map[string]string{
			"PasswordResetRequiredException": "administrators may do this to anybody",
			"UserNotConfirmedException":      "administrators may do this to anybody",
		})},
		{"AdminDeleteSoftwareToken", usualRefusals(""), cannot(map[string]string{
			"OperationNotEnabledException": "every pool lets administrators do this",
			"UserNotConfirmedException":    "administrators may do this to anybody",
		})},
		{"AdminGetUserAuthFactors", usualRefusals(""), cannot(map[string]string{
			"OperationNotEnabledException": "every pool lets administrators do this",
		})},
		{"AdminConfirmSignUp", append(usualRefusals(""),
			refusedCall{"somebody who is confirmed", denied, "User cannot be confirmed. Current status is CONFIRMED", ada(""), nil},
			refusedCall{"a function that fails", rejected, "PostConfirmation failed with error full.", in("Fails")(`, "Username": "new"`), nil},
			refusedCall{"a function that babbles", babble, notJSON, in("Babbles")(`, "Username": "new"`), nil},
			refusedCall{"a function that is not there", uncalled, "PostConfirmation invocation failed due to error ResourceNotFoundException.",
				in("Misses")(`, "Username": "new"`), nil},
		), onlyWhere(cannot(map[string]string{"TooManyFailedAttemptsException": noAttempt, "LimitExceededException": noAttempt}), denied)},
		{"AdminCreateUser", []refusedCall{
			{"a pool that is not there", notFound, noPool, gone(`, "Username": "ada"`), nil},
			{"a name that is taken", exists, "User account already exists", staff(`, "Username": "ADA"`), nil},
			{"an address that is taken", exists, "An account with the given email already exists.", in("Emails")(`, "Username": "TWO@example.com"`), nil},
			{"a name where an address belongs", invalid, "Username should be an email.", in("Emails")(`, "Username": "eve"`), nil},
			{"an unknown attribute", invalid, "Attributes did not conform to the schema: custom:a: Attribute does not exist in the schema.\n",
				staff(`, "Username": "eve"` + update("custom:a", "x")), nil},
			{"an attribute without a value", invalid, "Attribute value for name must not be null",
				staff(`, "Username": "eve", "UserAttributes": [{"Name": "name", "Value": null}]`), nil},
			{"another address than the name", invalid, "User email should be empty or same as username, since username attribute is email.",
				in("Emails")(`, "Username": "eve@example.com"` + update("email", "bob@example.com")), nil},
			{"a name with a space", invalid, badName, staff(`, "Username": "a b"`), nil},
			{"a password that is too simple", badWords, "Password did not conform with password policy: Password must have numeric characters",
				staff(`, "Username": "eve", "TemporaryPassword": "Tulip-forty"`), nil},
			{"somebody again who was never there", noUser, nobody, staff(`, "Username": "eve", "MessageAction": "RESEND"`), nil},
			{"somebody again who has signed in", "UnsupportedUserStateException", "Resend not possible. ada status is not FORCE_CHANGE_PASSWORD",
				ada(`, "MessageAction": "RESEND"`), nil},
			{"a function that fails", rejected, "PreSignUp failed with error full.", in("Fails")(`, "Username": "eve"`), nil},
			{"a function that babbles", babble, notJSON, in("Babbles")(`, "Username": "eve"`), nil},
			{"a function that is not there", uncalled, "PreSignUp invocation failed due to error ResourceNotFoundException.", in("Misses")(`, "Username": "eve"`), nil},
			{"a database that is gone", internal, "", ada(""), down},
		}, cannot(map[string]string{
			"CodeDeliveryFailureException": waits, "PreconditionNotMetException": nothingElse,
			"InvalidSmsRoleAccessPolicyException": noRole, "InvalidSmsRoleTrustRelationshipException": noRole,
		})},
	} {
		t.Run(d.operation, func(t *testing.T) { d.check(t, usual) })
	}
}

// onlyWhere returns reasons without those of errors that do occur.
func onlyWhere(reasons map[string]string, occurs ...string) map[string]string {
	for _, name := range occurs {
		delete(reasons, name)
	}
	return reasons
}

// people makes the pools and users of the test.
func people(t *testing.T, st store.Store, o *Operations) {
	t.Helper()
	newPool := func(name, members string) {
		mustCall(t, o, "CreateUserPool", `{"PoolName": "p", "UserPoolTags": {"_custom_id_": "us-east-1_`+name+`"}`+members+`}`)
	}
	const anyCase = `, "UsernameConfiguration": {"CaseSensitive": false}`
	newPool("Staff", anyCase)
	newPool("Emails", anyCase+`, "UsernameAttributes": ["email"]`)
	newPool("Remembers", `, "Policies": {"PasswordPolicy": {"PasswordHistorySize": 1}}`)
	newPerson(t, st, "us-east-1_Remembers", "ada", pool.Confirmed, nil)
	mustCall(t, o, "AdminSetUserPassword", `{"UserPoolId": "us-east-1_Remembers", "Username": "ada", "Password": "Tulip-42-x"}`)
	newPool("Careful", `, "AutoVerifiedAttributes": ["email"], "Schema": [{"Name": "name", "Required": true}],
		"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}`)
	newPerson(t, st, "us-east-1_Staff", "ada", pool.Confirmed, map[string]string{"email": "ada@example.com"})
	newPerson(t, st, "us-east-1_Staff", "invited", pool.ForceChangePassword, nil)
	proved := map[string]string{"email": "ada@example.com", "email_verified": "true"}
	newPerson(t, st, "us-east-1_Staff", "disabled", pool.Confirmed, proved)
	newPerson(t, st, "us-east-1_Staff", "busy", pool.Confirmed, proved)
	newPerson(t, st, "us-east-1_Emails", "sub-one", pool.Confirmed, map[string]string{"email": "one@example.com"})
	newPerson(t, st, "us-east-1_Emails", "sub-two", pool.Confirmed, map[string]string{"email": "two@example.com"})
	newPerson(t, st, "us-east-1_Careful", "ada", pool.Confirmed, map[string]string{"email": "ada@example.com", "name": "Ada"})
	mustCall(t, o, "AdminDisableUser", staffPool+`, "Username": "disabled"}`)
	for range limit.ResetPassword.PerHour {
		mustCall(t, o, "AdminResetUserPassword", staffPool+`, "Username": "busy"}`)
	}
	for _, name := range []string{"Fails", "Babbles", "Misses"} {
		arn := `"arn:aws:lambda:us-east-1:123456789012:function:` + strings.ToLower(name) + `"`
		newPool(name, `, "AutoVerifiedAttributes": ["email"], "LambdaConfig": {"PreSignUp": `+arn+`, "PostConfirmation": `+arn+`, "CustomMessage": `+arn+`}`)
		newPerson(t, st, "us-east-1_"+name, "new", pool.Unconfirmed, nil)
		newPerson(t, st, "us-east-1_"+name, "proved", pool.Confirmed, proved)
	}
}
