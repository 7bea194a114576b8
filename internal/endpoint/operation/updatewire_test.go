package operation

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/golden"
)

// An update carries over every member that the creation has too: one that the
// model gains later is not forgotten.
func TestAnUpdateIsReadAsACreation(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		update, creation any
		beyond           string // what names the thing that is updated
	}{
		{filled[api.UpdateUserPoolRequest](), asNewPool(filled[api.UpdateUserPoolRequest]()), "UserPoolId"},
		{filled[api.UpdateUserPoolClientRequest](), asNewClient(filled[api.UpdateUserPoolClientRequest]()), "ClientId"},
	} {
		from, to := reflect.ValueOf(tt.update).Elem(), reflect.ValueOf(tt.creation).Elem()
		for i := range from.NumField() {
			f := from.Type().Field(i)
			if !f.IsExported() || f.Name == tt.beyond {
				continue
			}
			got, want := to.FieldByName(f.Name), from.Field(i)
			if !got.IsValid() {
				t.Errorf("%s.%s: the creation has no such member", from.Type(), f.Name)
				continue
			}
			if got.Kind() == reflect.String {
				want = reflect.Indirect(want)
			}
			if got.IsZero() || !reflect.DeepEqual(got.Interface(), want.Interface()) {
				t.Errorf("%s.%s is carried over as %v, want %v", from.Type(), f.Name, got, want)
			}
		}
	}
}

// filled returns a structure none of whose members is absent.
func filled[T any]() *T {
	v := new(T)
	for _, f := range reflect.ValueOf(v).Elem().Fields() {
		if !f.CanSet() {
			continue
		}
		switch f.Kind() {
		case reflect.String:
			f.SetString("text")
		case reflect.Pointer:
			f.Set(reflect.New(f.Type().Elem()))
			if e := f.Elem(); e.Kind() == reflect.String {
				e.SetString("text")
			}
		case reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		case reflect.Map:
			f.Set(reflect.MakeMap(f.Type()))
		default:
			panic(fmt.Sprint("no value for a ", f.Type()))
		}
	}
	return v
}

// without returns an object of JSON without some of its members.
func without(t *testing.T, object string, members ...string) string {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(object), &all); err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		delete(all, m)
	}
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestUpdatedPoolIsDescribed(t *testing.T) {
	t.Parallel()
	o := desk(t)
	const id, ask = "us-east-1_Default", `{"UserPoolId": "us-east-1_Default"}`
	mustCall(t, o, "CreateUserPool", `{"PoolName": "Default", "UserPoolTags": {"_custom_id_": "`+id+`"}}`)
	asMade := mustCall(t, o, "DescribeUserPool", ask)

	full := without(t, fullPool, "UsernameAttributes", "Schema", "UsernameConfiguration")
	update := strings.Replace(full, "{", `{"UserPoolId": "`+id+`",`, 1)
	if got := mustCall(t, o, "UpdateUserPool", update); got != "{}" {
		t.Errorf("UpdateUserPool answers %s, want {}", got)
	}
	got := mustCall(t, o, "AddCustomAttributes", `{"UserPoolId": "`+id+`", "CustomAttributes": [
		{"Name": "team", "AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "20"}},
		{"Name": "rank", "AttributeDataType": "Number", "Mutable": false, "DeveloperOnlyAttribute": true}
	]}`)
	if got != "{}" {
		t.Errorf("AddCustomAttributes answers %s, want {}", got)
	}
	golden.Equal(t, "pool_updated.json", indented(t, mustCall(t, o, "DescribeUserPool", ask)))

	mustCall(t, o, "UpdateUserPool", `{"UserPoolId": "`+id+`", "PoolName": "Default", "UserPoolTags": {"_custom_id_": "`+id+`"}}`)
	settings := func(answer string) string {
		return without(t, strings.TrimSuffix(strings.TrimPrefix(answer, `{"UserPool":`), "}"), "SchemaAttributes")
	}
	if got, want := settings(mustCall(t, o, "DescribeUserPool", ask)), settings(asMade); got != want {
		t.Errorf("with everything left out the pool is %s\nwant it as it was made: %s", got, want)
	}
}

func TestUpdatedClientIsDescribed(t *testing.T) {
	t.Parallel()
	o := desk(t)
	mustCall(t, o, "CreateUserPool", fullPool)
	made := mustCall(t, o, "CreateUserPoolClient", fullClient)
	id := member(t, made, "UserPoolClient", "ClientId")
	ask := `{"UserPoolId": "eu-west-1_Everything", "ClientId": "` + id + `"}`

	update := strings.Replace(strings.Replace(fullClient, `"GenerateSecret": true`, `"ClientId": "`+id+`"`, 1), `"ClientName": "Everything", `, "", 1)
	if got := mustCall(t, o, "UpdateUserPoolClient", update); got != made {
		t.Errorf("updated with what it was made of it is %s\nmade as %s", got, made)
	}
	reset := mustCall(t, o, "UpdateUserPoolClient", ask)
	if got := mustCall(t, o, "DescribeUserPoolClient", ask); got != reset {
		t.Errorf("described as %s\nupdated to %s", got, reset)
	}
	secret := member(t, reset, "UserPoolClient", "ClientSecret")
	if secret == "" || secret != member(t, made, "UserPoolClient", "ClientSecret") {
		t.Error("the secret did not survive")
	}
	golden.Equal(t, "client_reset.json", indented(t, strings.NewReplacer(id, "an-id", secret, "a-secret").Replace(reset)))
}

func TestTagsOnTheWire(t *testing.T) {
	t.Parallel()
	o := desk(t)
	made := mustCall(t, o, "CreateUserPool", `{"PoolName": "p"}`)
	arn := member(t, made, "UserPool", "Arn")
	for _, tt := range []struct{ operation, body, want string }{
		{"ListTagsForResource", `{"ResourceArn": "` + arn + `"}`, `{"Tags":{}}`},
		{"TagResource", `{"ResourceArn": "` + arn + `", "Tags": {"env": "test", "team": ""}}`, `{}`},
		{"ListTagsForResource", `{"ResourceArn": "` + arn + `"}`, `{"Tags":{"env":"test","team":""}}`},
		{"UntagResource", `{"ResourceArn": "` + arn + `", "TagKeys": ["env"]}`, `{}`},
		{"ListTagsForResource", `{"ResourceArn": "` + arn + `"}`, `{"Tags":{"team":""}}`},
	} {
		if got := mustCall(t, o, tt.operation, tt.body); got != tt.want {
			t.Errorf("%s answers %s, want %s", tt.operation, got, tt.want)
		}
	}
}
