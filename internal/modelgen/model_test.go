package main

import (
	"strings"
	"testing"
)

func TestEnumConst(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ enum, value, want string }{
		{"AuthFlowType", "USER_SRP_AUTH", "AuthFlowTypeUserSrpAuth"},
		{"AliasAttributeType", "phone_number", "AliasAttributeTypePhoneNumber"},
		{"AttributeDataType", "DateTime", "AttributeDataTypeDateTime"},
		{"PreTokenGenerationLambdaVersionType", "V1_0", "PreTokenGenerationLambdaVersionTypeV10"},
	} {
		if got := enumConst(tt.enum, tt.value); got != tt.want {
			t.Errorf("enumConst(%s, %s) = %s, want %s", tt.enum, tt.value, got, tt.want)
		}
	}
}

// A model with one shape beside those that the override table expects, of
// which the first has a pattern of the test's choice.
func withPasswordType(pattern, shape string) string {
	const domain = `"DomainType":{"type":"string","pattern":"^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$"}`
	const name = `"ClientNameType":{"type":"string","pattern":"[\\w\\s+=,.@-]+"}`
	const flows = `"ExplicitAuthFlowsType":{"type":"string","enum":["ADMIN_NO_SRP_AUTH"]}`
	const token = `{"operations":{"GetClientToken":{"signed":true,"input":"In","output":"In"}},`
	return token + `"shapes":{"In":{"type":"structure","members":{}},` + flows + `,"PasswordType":{"type":"string","pattern":"` + pattern + `"},` + domain + `,` + name + `,` + shape + `}}`
}

func TestParseModel(t *testing.T) {
	t.Parallel()
	const live = `[\\S]+`
	for _, tt := range []struct{ name, model, want string }{
		{"a reference to nothing", withPasswordType(live, `"A":{"type":"list","member":"B"}`), `unknown shape "B"`},
		{"a required member that is none", withPasswordType(live, `"A":{"type":"structure","members":{},"required":["X"]}`), `unknown member "X"`},
		{"an override the model has caught up with", withPasswordType(`.*`, `"A":{"type":"string"}`), "no longer fits"},
	} {
		if _, err := parseModel([]byte(tt.model)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want an error with %q", tt.name, err, tt.want)
		}
	}
	m, err := parseModel([]byte(withPasswordType(live, `"A":{"type":"structure","members":{"Z":{"shape":"PasswordType"},"B":{"shape":"PasswordType"}}}`)))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := m.Shapes["PasswordType"].Pattern, `^[\S]+.*[\S]+$`; got != want {
		t.Errorf("the password pattern is %s, want %s", got, want)
	}
	if ms := m.Shapes["A"].Members; len(ms) != 2 || ms[0].Name != "Z" {
		t.Errorf("members %v lost the order of the model", ms)
	}
}
