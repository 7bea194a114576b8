package api

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// filled returns a pointer to a new value of the structure t with every
// member present, each string different.
func filled(t *testing.T, typ reflect.Type) reflect.Value {
	p := reflect.New(typ)
	n := 0
	fill(t, p.Elem(), &n)
	return p
}

func fill(t *testing.T, v reflect.Value, n *int) {
	*n++
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		*p = time.UnixMilli(1612345678123 + int64(*n)).UTC()
		return
	case *json.RawMessage:
		*p = json.RawMessage(`{"a":[1,null]}`)
		return
	case *[]byte:
		*p = fmt.Append(nil, "blob ", *n)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("é\"%d", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0), n)
		fill(t, v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		item := reflect.New(v.Type().Elem())
		fill(t, item.Elem(), n)
		v.SetMapIndex(reflect.ValueOf(fmt.Sprintf("key %d", *n)), item.Elem())
	case reflect.Struct:
		for i, f := range reflect.VisibleFields(v.Type()) {
			if f.IsExported() {
				fill(t, v.Field(i), n)
			}
		}
	default:
		t.Fatalf("no way to fill a %s", v.Type())
	}
}

// wire returns what encoding/json would read from v on the wire.
func wire(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case time.Time:
		return float64(x.UnixMilli()) / 1000
	case json.RawMessage:
		var out any
		_ = json.Unmarshal(x, &out)
		return out
	case []byte:
		return base64.StdEncoding.EncodeToString(x)
	}
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int32, reflect.Int64:
		return float64(v.Int())
	case reflect.Pointer:
		return wire(v.Elem())
	case reflect.Slice:
		out := []any{}
		for i := range v.Len() {
			out = append(out, wire(v.Index(i)))
		}
		return out
	case reflect.Map:
		out := map[string]any{}
		for k, item := range v.Seq2() {
			out[k.String()] = wire(item)
		}
		return out
	}
	out := map[string]any{}
	for i, f := range reflect.VisibleFields(v.Type()) {
		if f.IsExported() {
			out[memberName(v.Type(), f.Name)] = wire(v.Field(i))
		}
	}
	return out
}

// memberName undoes the capital that Go needs: HttpHeader is the only
// structure whose members are written small.
func memberName(t reflect.Type, field string) string {
	if t == reflect.TypeFor[HttpHeader]() {
		return strings.ToLower(field[:1]) + field[1:]
	}
	return field
}

// Every member of every input arrives under its own name.
func TestDecodeEveryInput(t *testing.T) {
	t.Parallel()
	methods := reflect.TypeFor[Handler]()
	for i := range methods.NumMethod() {
		method := methods.Method(i)
		want := filled(t, method.Type.In(1).Elem())
		body, err := json.Marshal(wire(want))
		if err != nil {
			t.Fatal(err)
		}
		op, ok := Lookup(method.Name)
		if !ok {
			t.Fatalf("Lookup(%q) found nothing", method.Name)
		}
		got, err := op.Decode(body)
		if err != nil {
			t.Errorf("%s: Decode: %v\n%s", method.Name, err, body)
			continue
		}
		if !reflect.DeepEqual(got, want.Interface()) {
			t.Errorf("%s: decoding lost something of\n%s", method.Name, body)
		}
	}
}

// Every member of every output leaves under its own name.
func TestEncodeEveryOutput(t *testing.T) {
	t.Parallel()
	methods := reflect.TypeFor[Handler]()
	for i := range methods.NumMethod() {
		method := methods.Method(i)
		if method.Type.NumOut() == 1 {
			continue
		}
		out := filled(t, method.Type.Out(0).Elem())
		body := out.Interface().(Output).AppendJSON(nil)
		var got any
		if err := json.Unmarshal(body, &got); err != nil {
			t.Errorf("%s: %v\n%s", method.Name, err, body)
			continue
		}
		if want := wire(out); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", method.Name, got, want)
		}
	}
}
