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
		{"all that is wrong", "sub=x custom:none=x custom:team=x email=a@example.com", "",
			"user.custom:none: Attribute does not exist in the schema.\nuser.custom:team: String must be no shorter than 2 characters\n" +
				"user.sub: Attribute cannot be updated.\n"},
		{"no address", "email=ada", "", "Invalid email address format."},
		{"no number", "phone_number=1", "", "Invalid phone number format."},
		{"a value that is too short", "custom:team=x", "", "user.custom:team: String must be no shorter than 2 characters\n"},
		{"a value that is too high", "dev:custom:rank=10", "", "user.dev:custom:rank: Number attributes cannot have a value of more than 9\n"},
		{"a flag that is neither", "email_verified=yes", "", "user.email_verified: Boolean attributes must be true or false\n"},
		{"a value that is too long", "website=" + strings.Repeat("é", 2049), "",
			"user.website: String must be no longer than 2048 characters\n"},
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

func TestPostpone(t *testing.T) {
	t.Parallel()
	email, both := []string{"email"}, []string{"email", "phone_number"}
	for _, tt := range []struct {
		name, before, changes, now string
		beforehand, waiting        []string
	}{
		{"a pool that waits for nothing", "email=a@x", "email=b@x", "email=b@x", nil, nil},
		{"another address", "email=a@x name=Ada", "email=b@x name=Grace", "name=Grace", email, email},
		{"an address of the other kind", "email=a@x", "phone_number=+1", "phone_number=+1", email, nil},
		{"both kinds", "email=a@x", "email=b@x phone_number=+1", "", both, both},
		{"a first address", "", "email=b@x", "", email, email},
		{"one that is vouched for", "email=a@x", "email=b@x email_verified=true", "email=b@x email_verified=true", email, nil},
		{"one that is said to be unproved", "email=a@x email_verified=true", "email=b@x email_verified=false", "", email, email},
		{"the address that is there", "email=a@x", "email=a@x", "email=a@x", email, nil},
		{"no address", "email=a@x", "email=", "email=", email, nil},
		{"a flag alone", "email=a@x", "email_verified=false", "email_verified=false", email, nil},
		{"nothing", "email=a@x", "", "", both, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &Pool{Settings: Settings{VerifyBeforeUpdate: tt.beforehand}}
			u, changes := &User{Attributes: attributes(tt.before)}, attributes(tt.changes)
			now, waiting := p.Postpone(u, changes)
			if !maps.Equal(now, attributes(tt.now)) || !slices.Equal(waiting, tt.waiting) {
				t.Errorf("Postpone = %v, %q; want %s, %q", now, waiting, tt.now, tt.waiting)
			}
			if !maps.Equal(u.Attributes, attributes(tt.before)) || !maps.Equal(changes, attributes(tt.changes)) {
				t.Errorf("the user has %v and the changes are %v, want both as before", u.Attributes, changes)
			}
		})
	}
}

func TestProve(t *testing.T) {
	t.Parallel()
	u := new(User)
	u.Prove("email", "a@x")
	u.Prove("phone_number", "+1")
	u.Prove("email", "b@x")
	if want := attributes("email=b@x email_verified=true phone_number=+1 phone_number_verified=true"); !maps.Equal(u.Attributes, want) {
		t.Errorf("attributes = %v, want %v", u.Attributes, want)
	}
}

func TestDoubt(t *testing.T) {
	t.Parallel()
	u := &User{Attributes: map[string]string{"name": "Ada", "phone_number": "+1"}}
	u.Doubt()
	want := map[string]string{"name": "Ada", "phone_number": "+1", "phone_number_verified": "false"}
	if !reflect.DeepEqual(u.Attributes, want) {
		t.Errorf("attributes = %v, want %v", u.Attributes, want)
	}
	u = &User{Attributes: map[string]string{"email": "a@b", "email_verified": "true"}}
	if u.Doubt(); u.Attributes["email_verified"] != "true" {
		t.Errorf("an address that is vouched for is %v", u.Attributes)
	}
	(&User{}).Doubt()
}
