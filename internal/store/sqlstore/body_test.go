package sqlstore

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/cenote-auth/cenote/internal/golden"
	"github.com/cenote-auth/cenote/internal/pool"
)

// The members of these files are on people's disks. A difference that is not
// an addition needs a migration, or a tag with the old name.
func TestStoredForms(t *testing.T) {
	var p pool.Pool
	fill(reflect.ValueOf(&p.Settings).Elem())
	fill(reflect.ValueOf(&p.Schema).Elem())
	fill(reflect.ValueOf(&p.UsernameAttributes).Elem())
	fill(reflect.ValueOf(&p.AliasAttributes).Elem())
	fill(reflect.ValueOf(&p.Second).Elem())
	fill(reflect.ValueOf(&p.Sessions).Elem())
	p.CaseInsensitive, p.CaseGiven = true, true
	p.WebAuthn = &pool.WebAuthn{RelyingParty: "text", UserVerification: "text", Factors: "text"}
	body, err := encodePool(&p)
	if err != nil {
		t.Fatal(err)
	}
	golden.Equal(t, "pool.json", json.RawMessage(body))
	var back pool.Pool
	if err := decodePool(&back, body); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, p) {
		t.Errorf("a pool came back as\n%+v, want\n%+v", back, p)
	}

	var c pool.ClientSettings
	fill(reflect.ValueOf(&c).Elem())
	if body, err = encode("client", c); err != nil {
		t.Fatal(err)
	}
	golden.Equal(t, "client.json", json.RawMessage(body))
	var settings pool.ClientSettings
	if err := decode("client", body, &settings); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(settings, c) {
		t.Errorf("a client came back as\n%+v, want\n%+v", settings, c)
	}
}

// fill gives every field of v a value that is not zero.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32, reflect.Int64:
		v.SetInt(7)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key)
		fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	default:
		panic("a kind that is not stored yet: " + v.Kind().String())
	}
}
