package api

import (
	"strings"
	"testing"
)

func TestValidate(t *testing.T) {
	t.Parallel()
	const one = "1 validation error detected: "
	long := strings.Repeat("x", 2049)
	for _, tt := range []struct{ name, op, body, want string }{
		{"nothing is wrong", "SignUp", `{"ClientId":"abc","Username":"ada","Password":"tulip 42"}`, ""},
		{"an operation without constraints", "GetCSVHeader", `{"UserPoolId":"us-east-1_abc"}`, ""},
		{"a pattern", "DescribeUserPool", `{"UserPoolId":"abc"}`,
			one + `Value 'abc' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+`},
		{"a required member is absent", "DescribeUserPool", `{}`, one + `Value null at 'userPoolId' failed to satisfy constraint: Member must not be null`},
		{"a required member is null", "DescribeUserPool", `{"UserPoolId":"us-east-1_a","UserPoolId":null}`, one + `Value null at 'userPoolId' failed to satisfy constraint: Member must not be null`},
		{"a required list is absent", "AdminDeleteUserAttributes", `{"UserPoolId":"us-east-1_a","Username":"ada"}`,
			one + `Value null at 'userAttributeNames' failed to satisfy constraint: Member must not be null`},
		{"a required map is absent", "TagResource", `{"ResourceArn":"arn:aws:cognito-idp:us-east-1:1:x"}`, one + `Value null at 'tags' failed to satisfy constraint: Member must not be null`},
		{"a sensitive value is withheld", "SignUp", `{"ClientId":"abc","Username":"ada","Password":" x "}`,
			one + `Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$`},
		{"all violations, in the order of the members", "SignUp", `{"ClientId":"a-b","Username":""}`,
			`3 validation errors detected: Value at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+]+; ` +
				`Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+; ` +
				`Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1`},
		{"a member of a structure in a list", "SignUp", `{"ClientId":"abc","Username":"ada","UserAttributes":[{"Name":"a"},{"Name":""},{}]}`,
			`3 validation errors detected: Value '' at 'userAttributes.2.member.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+; ` +
				`Value '' at 'userAttributes.2.member.name' failed to satisfy constraint: Member must have length greater than or equal to 1; ` +
				`Value null at 'userAttributes.3.member.name' failed to satisfy constraint: Member must not be null`},
		{"a member that is sensitive in a list", "SignUp", `{"ClientId":"abc","Username":"ada","UserAttributes":[{"Name":"a","Value":"` + long + `"}]}`,
			one + `Value at 'userAttributes.1.member.value' failed to satisfy constraint: Member must have length less than or equal to 2048`},
		{"a member of a structure", "CreateUserPool", `{"PoolName":"p","Policies":{"PasswordPolicy":{"MinimumLength":5}}}`,
			one + `Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must have value greater than or equal to 6`},
		{"a number too high", "ListUserPools", `{"MaxResults":61}`, one + `Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60`},
		{"an enum", "InitiateAuth", `{"ClientId":"abc","AuthFlow":"SRP"}`,
			one + `Value 'SRP' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]`},
		{"an item of a list of strings", "CreateUserPoolClient", `{"UserPoolId":"us-east-1_a","ClientName":"c","CallbackURLs":["https://a","h t"]}`,
			one + `Value '[https://a, h t]' at 'callbackURLs' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, ` +
				`Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+]`},
		{"an item of a list of enums", "CreateUserPool", `{"PoolName":"p","UsernameAttributes":["email","name"]}`,
			one + `Value '[email, name]' at 'usernameAttributes' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [phone_number, email]]`},
		{"too many strings", "CreateUserPoolClient", `{"UserPoolId":"us-east-1_a","ClientName":"c","AllowedOAuthFlows":["code","code","code","code"]}`,
			one + `Value '[code, code, code, code]' at 'allowedOAuthFlows' failed to satisfy constraint: Member must have length less than or equal to 3`},
		{"too few structures", "AddCustomAttributes", `{"UserPoolId":"us-east-1_a","CustomAttributes":[]}`,
			one + `Value at 'customAttributes' failed to satisfy constraint: Member must have length greater than or equal to 1`},
		{"a key of a map", "CreateUserPool", `{"PoolName":"p","UserPoolTags":{"":"v","k":"v"}}`,
			one + `Value '{=v, k=v}' at 'userPoolTags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]`},
		{"a value of a sensitive map", "InitiateAuth", `{"ClientId":"abc","AuthFlow":"USER_AUTH","AuthParameters":{"PASSWORD":"` + strings.Repeat("x", 131073) + `"}}`,
			one + `Value at 'authParameters' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 131072, Member must have length greater than or equal to 0]`},
		{"a value far too long is not matched as well", "SignUp", `{"ClientId":"abc","Username":"ada","Password":"` + strings.Repeat(" ", 9000) + `"}`,
			one + `Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 256`},
		{"a member of a structure in a map", "CreateUserPool", `{"PoolName":"p","AcrConfiguration":{"b":{"AcrValue":"x"},"a":{}}}`,
			one + `Value null at 'acrConfiguration.a.member.acrValue' failed to satisfy constraint: Member must not be null`},
		{"a member of a sensitive structure", "SignUp", `{"ClientId":"abc","Username":"ada","UserContextData":{"IpAddress":"` + strings.Repeat("x", 131073) + `"}}`,
			one + `Value at 'userContextData.ipAddress' failed to satisfy constraint: Member must have length less than or equal to 131072`},
		{"a blob", "SetUICustomization", `{"UserPoolId":"us-east-1_a","ImageFile":"` + strings.Repeat("AAAA", 43691) + `"}`,
			one + `Value at 'imageFile' failed to satisfy constraint: Member must have length less than or equal to 131072`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			op, _ := Lookup(tt.op)
			in, err := op.Decode([]byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := in.Validate(); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// The service once asked for six characters here; its message with two
// violations of one member is the best known.
func TestViolationsOfOneMember(t *testing.T) {
	t.Parallel()
	var c checker
	c.secret(nil, "password", "a ", &stringRule{min: 6, max: 256, pattern: &patternPasswordType})
	want := `2 validation errors detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$; ` +
		`Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6`
	if got := c.err().Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestValidateHandMadeInput(t *testing.T) {
	t.Parallel()
	in := &SignUpRequest{ClientId: "abc", Username: "ada"}
	if err := in.Validate(); err != nil {
		t.Errorf("an input not made by decoding: %v", err)
	}
}

func TestLengthCountsUTF16(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		value string
		ok    bool
	}{
		{strings.Repeat("é", 4), true},
		{strings.Repeat("é", 5), false},
		{"😀😀", true},
		{"😀😀x", false},
		{"日", false},
		{"日本", true},
		{"😀", true},
	} {
		if got := (&stringRule{min: 2, max: 4}).allows(tt.value); got != tt.ok {
			t.Errorf("%q between 2 and 4 units: got %v, want %v", tt.value, got, tt.ok)
		}
	}
}

func TestMessageIsBounded(t *testing.T) {
	t.Parallel()
	in, err := decodeAs[SignUpRequest](`{"ClientId":"abc","Username":"ada","UserAttributes":[{}` + strings.Repeat(`,{}`, 99_999) + `]}`)
	if err != nil {
		t.Fatal(err)
	}
	got := in.Validate().Error()
	if !strings.HasPrefix(got, "100000 validation errors detected: ") || len(got) > 200_000 {
		t.Errorf("a message of %d bytes: %.80s", len(got), got)
	}
}
