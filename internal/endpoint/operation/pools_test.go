package operation

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/token/testkeys"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/flow/imports"
	"github.com/cenote-auth/cenote/internal/golden"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// desk returns the operations of pools and clients on a fresh store.
func desk(t *testing.T) *Operations {
	t.Helper()
	return deskOn(t, storetest.Open(t))
}

// masterKey is the same for all desks, so that two can stand on one store.
var masterKey = seal.NewKey()

func deskOn(t *testing.T, st store.Store) *Operations {
	t.Helper()
	now := func() time.Time { return time.Date(2030, 1, 2, 3, 4, 5, 678_901_234, time.UTC) }
	keys, err := keyring.Open(t.Context(), st, masterKey, now)
	if err != nil {
		t.Fatal(err)
	}
	o := admin.Options{
		Store: st, Keyring: keys, Secrets: credential.NewSecrets(keys), Now: now, Account: "123456789012", Host: "cenote.test", Keys: new(testkeys.Source),
		Rates:  limit.NewRates(limit.RateOptions{Store: st, Defaults: true}),
		Tokens: token.New(token.Options{Store: st, Keyring: keys, Now: now, Keys: new(testkeys.Source)}),
	}
	return New(Options{Pools: admin.NewPools(o), Clients: admin.NewClients(o), Groups: admin.NewGroups(o), Settings: admin.NewSettings(o),
		Imports: imports.New(imports.Options{Store: st, Keyring: keys, Now: now, Log: slog.New(slog.DiscardHandler), UploadURL: "http://cenote.test/"})})
}

// call runs an operation as it comes from the wire and returns its answer as
// it goes there.
func call(t *testing.T, ctx context.Context, o *Operations, operation, body string) (string, error) {
	t.Helper()
	op, ok := api.Lookup(operation)
	if !ok {
		t.Fatalf("there is no operation %s", operation)
	}
	in, err := op.Decode([]byte(body))
	if err != nil {
		t.Fatalf("%s: decode: %v", operation, err)
	}
	if err := in.Validate(); err != nil {
		t.Fatalf("%s: %v", operation, err)
	}
	out, err := op.Invoke(ctx, o, in)
	if err != nil || out == nil {
		return "", err
	}
	return string(out.AppendJSON(nil)), nil
}

func mustCall(t *testing.T, o *Operations, operation, body string) string {
	t.Helper()
	out, err := call(t, t.Context(), o, operation, body)
	if err != nil {
		t.Fatalf("%s: %v", operation, err)
	}
	return out
}

// member returns the text of a member of an answer, named by its path.
func member(t *testing.T, answer string, path ...string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(answer), &v); err != nil {
		t.Fatal(err)
	}
	for _, name := range path {
		v = v.(map[string]any)[name]
	}
	s, _ := v.(string)
	return s
}

// indented returns JSON as a person reads it, with members in their order.
func indented(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.String() + "\n"
}

const fullPool = `{
	"PoolName": "Everything",
	"Policies": {
		"PasswordPolicy": {"MinimumLength": 12, "RequireLowercase": true, "RequireNumbers": true, "TemporaryPasswordValidityDays": 3},
		"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}
	},
	"DeletionProtection": "ACTIVE",
	"LambdaConfig": {},
	"AutoVerifiedAttributes": ["email", "phone_number"],
	"UsernameAttributes": ["email"],
	"SmsVerificationMessage": "sms {####}",
	"VerificationMessageTemplate": {
		"EmailMessage": "mail {####}", "EmailSubject": "subject", "DefaultEmailOption": "CONFIRM_WITH_CODE",
		"EmailMessageByLink": "{##Click##}", "EmailSubjectByLink": "link"
	},
	"SmsAuthenticationMessage": "mfa {####}",
	"MfaConfiguration": "OFF",
	"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
	"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false},
	"EmailConfiguration": {
		"SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com", "ReplyToEmailAddress": "help@example.com",
		"EmailSendingAccount": "DEVELOPER", "From": "Ada <ada@example.com>", "ConfigurationSet": "set"
	},
	"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "ext", "SnsRegion": "eu-west-1"},
	"UserPoolTags": {"_custom_id_": "eu-west-1_Everything", "env": "test"},
	"AdminCreateUserConfig": {
		"AllowAdminCreateUserOnly": true,
		"InviteMessageTemplate": {"SMSMessage": "{username} {####}", "EmailMessage": "Hi {username}: {####}", "EmailSubject": "Welcome"}
	},
	"Schema": [
		{"Name": "email", "Required": true, "Mutable": false},
		{"Name": "team", "AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "20"}},
		{"Name": "age", "AttributeDataType": "Number", "Mutable": false, "NumberAttributeConstraints": {"MinValue": "18"}},
		{"Name": "rank", "AttributeDataType": "Boolean", "DeveloperOnlyAttribute": true}
	],
	"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT", "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "ENFORCED"}},
	"UsernameConfiguration": {"CaseSensitive": false},
	"AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}, {"Priority": 2, "Name": "verified_phone_number"}]},
	"UserPoolTier": "PLUS"
}`

func TestPoolIsDescribedAsItWasMade(t *testing.T) {
	t.Parallel()
	o := desk(t)
	for _, tt := range []struct{ golden, request string }{
		{"pool_default.json", `{"PoolName": "Default", "UserPoolTags": {"_custom_id_": "us-east-1_Default"}}`},
		{"pool_full.json", fullPool},
	} {
		t.Run(tt.golden, func(t *testing.T) {
			made := mustCall(t, o, "CreateUserPool", tt.request)
			golden.Equal(t, tt.golden, indented(t, made))
			id := member(t, made, "UserPool", "Id")
			if got := mustCall(t, o, "DescribeUserPool", `{"UserPoolId": "`+id+`"}`); got != made {
				t.Errorf("described as %s\nmade as %s", got, made)
			}
		})
	}
	golden.Equal(t, "pools.json", indented(t, mustCall(t, o, "ListUserPools", `{"MaxResults": 60}`)))
}

const fullClient = `{
	"UserPoolId": "eu-west-1_Everything", "ClientName": "Everything", "GenerateSecret": true,
	"RefreshTokenValidity": 12, "AccessTokenValidity": 10, "IdTokenValidity": 600,
	"TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "seconds", "RefreshToken": "hours"},
	"ReadAttributes": ["email", "custom:team"], "WriteAttributes": ["email", "custom:team"],
	"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
	"SupportedIdentityProviders": ["COGNITO"],
	"CallbackURLs": ["https://a.example/cb", "http://localhost:3000/"], "LogoutURLs": ["https://a.example/bye"],
	"DefaultRedirectURI": "https://a.example/cb",
	"AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "email"], "AllowedOAuthFlowsUserPoolClient": true,
	"AnalyticsConfiguration": {"ApplicationId": "abc123", "RoleArn": "arn:aws:iam::123456789012:role/pinpoint", "ExternalId": "ext", "UserDataShared": true},
	"PreventUserExistenceErrors": "ENABLED", "EnableTokenRevocation": false, "EnablePropagateAdditionalUserContextData": true,
	"AuthSessionValidity": 15, "RefreshTokenRotation": {"Feature": "DISABLED", "RetryGracePeriodSeconds": 10}
}`

func TestClientIDInTheName(t *testing.T) {
	t.Parallel()
	o := desk(t)
	mustCall(t, o, "CreateUserPool", fullPool)
	create := func(name string) string {
		return `{"UserPoolId": "eu-west-1_Everything", "ClientName": "` + name + `"}`
	}
	made := mustCall(t, o, "CreateUserPoolClient", create("_custom_id_:my4app"))
	if id, name := member(t, made, "UserPoolClient", "ClientId"), member(t, made, "UserPoolClient", "ClientName"); id != "my4app" || name != "_custom_id_:my4app" {
		t.Errorf("made the client %s, called %s", id, name)
	}
	op, _ := api.Lookup("CreateUserPoolClient")
	for _, name := range []string{"custom:my4app", "_custom_id_:", "_custom_id_:my-app"} { // the last could not be asked for
		want := "1 validation error detected: Value '" + name +
			`' at 'clientName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w\s+=,.@-]+`
		if _, got := answer(t, o, op, create(name)); got != want {
			t.Errorf("%s: %s\nwant %s", name, got, want)
		}
	}
}

// Terraform stops where 0 seconds come back as none, or none as 0.
func TestTheGraceOfRotationComesBackAsItWasSent(t *testing.T) {
	t.Parallel()
	o := desk(t)
	mustCall(t, o, "CreateUserPool", fullPool)
	for _, sent := range []string{`{"Feature":"ENABLED"}`, `{"Feature":"ENABLED","RetryGracePeriodSeconds":0}`, `{"Feature":"DISABLED","RetryGracePeriodSeconds":9}`} {
		made := mustCall(t, o, "CreateUserPoolClient", `{"UserPoolId": "eu-west-1_Everything", "ClientName": "c", "RefreshTokenRotation": `+sent+`}`)
		if want := `"RefreshTokenRotation":` + sent; !strings.Contains(made, want) {
			t.Errorf("CreateUserPoolClient = %s, want %s in it", made, want)
		}
	}
}

func TestClientIsDescribedAsItWasMade(t *testing.T) {
	t.Parallel()
	o := desk(t)
	mustCall(t, o, "CreateUserPool", fullPool)
	for _, tt := range []struct{ golden, request string }{
		{"client_default.json", `{"UserPoolId": "eu-west-1_Everything", "ClientName": "Default"}`},
		{"client_full.json", fullClient},
	} {
		t.Run(tt.golden, func(t *testing.T) {
			made := mustCall(t, o, "CreateUserPoolClient", tt.request)
			id, secret := member(t, made, "UserPoolClient", "ClientId"), member(t, made, "UserPoolClient", "ClientSecret")
			same := strings.Replace(made, id, "an-id", 1)
			if secret != "" {
				same = strings.Replace(same, secret, "a-secret", 1)
			}
			golden.Equal(t, tt.golden, indented(t, same))
			ask := `{"UserPoolId": "eu-west-1_Everything", "ClientId": "` + id + `"}`
			if got := mustCall(t, o, "DescribeUserPoolClient", ask); got != made {
				t.Errorf("described as %s\nmade as %s", got, made)
			}
			want := `{"UserPoolClients":[{"ClientId":"` + id + `","UserPoolId":"eu-west-1_Everything","ClientName":"` + member(t, made, "UserPoolClient", "ClientName") + `"}]}`
			if got := mustCall(t, o, "ListUserPoolClients", `{"UserPoolId": "eu-west-1_Everything"}`); got != want {
				t.Errorf("listed as %s\nwant %s", got, want)
			}
			mustCall(t, o, "DeleteUserPoolClient", ask)
			_, err := call(t, t.Context(), o, "DescribeUserPoolClient", ask)
			wantException(t, err, "ResourceNotFoundException", "User pool client "+id+" does not exist.")
		})
	}
}

func TestPoolIsInTheRegionOfTheSignature(t *testing.T) {
	t.Parallel()
	o := desk(t)
	ctx := awsjson.WithCaller(t.Context(), awsjson.Caller{AccessKey: "local", Region: "ap-south-1"})
	made, err := call(t, ctx, o, "CreateUserPool", `{"PoolName": "Staff"}`)
	if err != nil {
		t.Fatal(err)
	}
	if id := member(t, made, "UserPool", "Id"); !strings.HasPrefix(id, "ap-south-1_") {
		t.Errorf("id is %s, want it in ap-south-1", id)
	}
}

func TestPoolRefusalsOnTheWire(t *testing.T) {
	t.Parallel()
	o := desk(t)
	mustCall(t, o, "CreateUserPool", fullPool)
	const newer = " is not supported yet: this member is newer than what this server knows."
	for _, tt := range []struct{ operation, body, exception, message string }{
		{"CreateUserPool", `{"PoolName": "p", "MfaConfiguration": "ON"}`, "InvalidParameterException",
			"SMS configuration and Auto verification for phone_number are required when MFA is required/optional"},
		{"CreateUserPool", `{"PoolName": "p", "LambdaConfig": {"PreTokenGeneration": "arn:aws:lambda:us-east-1:123456789012:function:other", "PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:f"}}}`,
			"InvalidParameterException", "PreTokenGeneration and PreTokenGenerationConfig must name the same Lambda function."},
		{"CreateUserPool", `{"PoolName": "p", "DcrConfiguration": {}}`, "NotImplementedException", "DcrConfiguration" + newer},
		{"CreateUserPool", `{"PoolName": "p", "KeyConfiguration": {}}`, "NotImplementedException", "KeyConfiguration" + newer},
		{"CreateUserPool", `{"PoolName": "p", "IssuerConfiguration": {}}`, "NotImplementedException", "IssuerConfiguration" + newer},
		{"CreateUserPool", `{"PoolName": "p", "AcrConfiguration": {}}`, "NotImplementedException", "AcrConfiguration" + newer},
		{"CreateUserPool", `{"PoolName": "p", "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "EumsSms": {"CallerArn": "a"}}}`,
			"NotImplementedException", "SmsConfiguration.EumsSms" + newer},
		{"DeleteUserPool", `{"UserPoolId": "eu-west-1_Everything"}`, "InvalidParameterException",
			"The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first."},
		{"DescribeUserPool", `{"UserPoolId": "eu-west-1_Nothing"}`, "ResourceNotFoundException", "User pool eu-west-1_Nothing does not exist."},
		{"ListUserPools", `{"MaxResults": 1, "NextToken": "abc"}`, "InvalidParameterException", "Invalid pagination token"},
		{"CreateUserPoolClient", `{"UserPoolId": "eu-west-1_Everything", "ClientName": "c", "AllowedOAuthScopes": ["books/read"]}`,
			"ScopeDoesNotExistException", "Invalid scope requested: books/read"},
		{"ListUserPoolClients", `{"UserPoolId": "eu-west-1_Everything", "ClientType": "` + string(api.ClientTypeTypeDcr) + `"}`,
			"NotImplementedException", "ClientType" + newer},
	} {
		t.Run(tt.operation+" "+tt.message, func(t *testing.T) {
			_, err := call(t, t.Context(), o, tt.operation, tt.body)
			wantException(t, err, tt.exception, tt.message)
		})
	}
}

func wantException(t *testing.T, err error, name, message string) {
	t.Helper()
	gotName, gotMessage, _ := Exception(err)
	if gotName != name || gotMessage != message {
		t.Errorf("got %s %q (%v), want %s %q", gotName, gotMessage, err, name, message)
	}
}
