package pool

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestCheckChange(t *testing.T) {
	t.Parallel()
	schema := Standard()
	for i := range schema {
		schema[i].Required = schema[i].Required || schema[i].Name == "name"
	}
	schema = append(schema,
		Attribute{Name: "custom:team", Type: "String", Mutable: true, StringBounds: &Bounds{"2", "5"}},
		Attribute{Name: "custom:born", Type: "String"},
		Attribute{Name: "dev:custom:rank", Type: "Number", DeveloperOnly: true, Mutable: true, NumberBounds: &Bounds{"1", "9"}},
	)
	for _, tt := range []struct {
		name, attributes, want, err string
	}{
		{"nothing", "", "", ""},
		{"a value", "email=a@example.com", "email=a@example.com", ""},
		{"a value of one that is required", "name=Ada", "name=Ada", ""},
		{"no value", "email=", "email=", ""},
		{"a flag in capitals", "email_verified=True", "email_verified=true", ""},
		{"an attribute for developers", "dev:custom:rank=7", "dev:custom:rank=7", ""},
		{"no value of a bounded one", "custom:team=", "custom:team=", ""},
		{"no value of one that is required", "name=", "", "user.name: Required attribute cannot be deleted.\n"},
		{"what the schema lacks", "custom:none=x", "", "user.custom:none: Attribute does not exist in the schema.\n"},
		{"what the schema lacks, without a value", "custom:none=", "", "user.custom:none: Attribute does not exist in the schema.\n"},
		{"the sub", "sub=x", "", "user.sub: Attribute cannot be updated.\n"},
		{"no sub", "sub=", "", "user.sub: Attribute cannot be updated.\n"},
		{"what never changes", "custom:born=x", "", "user.custom:born: Attribute cannot be updated.\n"},
		{"what never ends", "custom:born=", "", "user.custom:born: Attribute cannot be updated.\n"},
		{"what is the server's", "cognito:user_status=CONFIRMED", "", "user.cognito:user_status: Attribute does not exist in the schema.\n"},
		{"all that is wrong", "sub=x custom:none=x email=a@example.com", "",
			"user.custom:none: Attribute does not exist in the schema.\nuser.sub: Attribute cannot be updated.\n"},
		{"no address", "email=ada", "", "Invalid email address format."},
		{"no number", "phone_number=1", "", "Invalid phone number format."},
		{"a value that is too short", "custom:team=x", "", "user.custom:team: String attributes cannot have a length of less than 2"},
		{"a value that is too high", "dev:custom:rank=10", "", "user.dev:custom:rank: Number attributes cannot have a value of more than 9"},
		{"a flag that is neither", "email_verified=yes", "", "user.email_verified: Boolean attributes must be true or false"},
		{"a value that is too long", "website=" + strings.Repeat("é", 2049), "",
			"user.website: String attributes cannot have a length of more than 2048"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := schema.CheckChange(attributes(tt.attributes))
			message := ""
			if err != nil {
				message = err.Error()
			}
			if message != tt.err || err == nil && !maps.Equal(got, attributes(tt.want)) {
				t.Errorf("CheckChange(%s) = %v, %q; want %s, %q", tt.attributes, got, message, tt.want, tt.err)
			}
		})
	}
}

// attributes reads pairs such as name=Ada, separated by blanks.
func attributes(pairs string) map[string]string {
	m := map[string]string{}
	for _, pair := range strings.Fields(pairs) {
		name, value, _ := strings.Cut(pair, "=")
		m[name] = value
	}
	return m
}

func TestChange(t *testing.T) {
	t.Parallel()
	const proved = "email=a@x email_verified=true name=Ada"
	for _, tt := range []struct {
		name, before, changes, want string
		moved                       []string
	}{
		{"nothing", proved, "", proved, nil},
		{"another attribute", proved, "name=Grace", "email=a@x email_verified=true name=Grace", nil},
		{"an attribute less", proved, "name=", "email=a@x email_verified=true", nil},
		{"one that is not there less", proved, "gender=", proved, nil},
		{"another address", proved, "email=b@x", "email=b@x email_verified=false name=Ada", []string{"email"}},
		{"another address, said to be unproved", proved, "email=b@x email_verified=false", "email=b@x email_verified=false name=Ada", []string{"email"}},
		{"another address that is proved", proved, "email=b@x email_verified=true", "email=b@x email_verified=true name=Ada", []string{"email"}},
		{"the same address", proved, "email=a@x", proved, nil},
		{"the address in other letters", proved, "email=A@x", "email=A@x email_verified=false name=Ada", []string{"email"}},
		{"no address", proved, "email=", "name=Ada", []string{"email"}},
		{"no address, said to be proved", proved, "email= email_verified=true", "email_verified=true name=Ada", []string{"email"}},
		{"no proof", proved, "email_verified=false", "email=a@x email_verified=false name=Ada", nil},
		{"a first number", proved, "phone_number=+1", proved + " phone_number=+1 phone_number_verified=false", []string{"phone_number"}},
		{"both", "", "phone_number=+1 email=a@x email_verified=true",
			"email=a@x email_verified=true phone_number=+1 phone_number_verified=false", []string{"email", "phone_number"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := &User{Attributes: attributes(tt.before)}
			if moved := u.Change(attributes(tt.changes)); !slices.Equal(moved, tt.moved) {
				t.Errorf("moved = %q, want %q", moved, tt.moved)
			}
			if !reflect.DeepEqual(u.Attributes, attributes(tt.want)) {
				t.Errorf("attributes = %v, want %s", u.Attributes, tt.want)
			}
		})
	}
	bare := new(User)
	if bare.Change(map[string]string{"name": "Ada"}); bare.Attributes["name"] != "Ada" {
		t.Errorf("without attributes before: %v", bare.Attributes)
	}
}
