package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func decodeAs[T any, P interface {
	*T
	Input
}](body string) (*T, error) {
	in := P(new(T))
	err := decodeBody([]byte(body), in)
	return (*T)(in), err
}

func TestDecodeStrings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, json, want string }{
		{"plain", `"ada"`, "ada"},
		{"empty", `""`, ""},
		{"short escapes", `"\"\\\/\b\f\n\r\t"`, "\"\\/\b\f\n\r\t"},
		{"an escaped letter", `"\u00e9"`, "é"},
		{"both halves of a pair", `"\ud83d\uDE00!"`, "😀!"},
		{"bytes of UTF-8 beside an escape", `"é\n日本"`, "é\n日本"},
		{"the replacement character itself", `"�\ufffd"`, "��"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in, err := decodeAs[SignUpRequest](`{"Username":` + tt.json + `}`)
			if err != nil || in.Username != tt.want {
				t.Errorf("got %q, %v, want %q", in.Username, err, tt.want)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, want string }{
		{"nothing", ``, ""},
		{"white space", " \n", ""},
		{"null", `null`, ""},
		{"a list", `[]`, "Start of list found where not expected"},
		{"a string", `"x"`, "STRING_VALUE can not be converted to a Structure"},
		{"an open object", `{`, ""},
		{"an open member", `{"Username"`, ""},
		{"an open string", `{"Username":"a`, ""},
		{"a trailing comma", `{"Username":"a",}`, ""},
		{"a missing comma", `{"Username":"a" "ClientId":"b"}`, ""},
		{"a second value", `{} {}`, ""},
		{"a trailing NUL byte", "{}\x00", ""},
		{"a number for a string", `{"Username":1}`, "NUMBER_VALUE can not be converted to a String"},
		{"true for a string", `{"Username":true}`, "TRUE_VALUE can not be converted to a String"},
		{"false for a string", `{"Username":false}`, "FALSE_VALUE can not be converted to a String"},
		{"an object for a string", `{"Username":{}}`, "Start of structure or map found where not expected."},
		{"a list for a string", `{"Username":[]}`, "Start of list found where not expected"},
		{"a string for a list", `{"UserAttributes":"x"}`, "STRING_VALUE can not be converted to a List"},
		{"a number in a map", `{"ClientMetadata":{"a":1}}`, "NUMBER_VALUE can not be converted to a String"},
		{"null in a list", `{"UserAttributes":[null]}`, "NULL_VALUE found where not expected"},
		{"half a word", `{"Username":nul}`, ""},
		{"a NUL character", `{"Username":"a\u0000"}`, ""},
		{"a NUL byte", "{\"Username\":\"a\x00\"}", ""},
		{"a raw line end", "{\"Username\":\"a\n\"}", ""},
		{"a lone high surrogate", `{"Username":"\ud800"}`, ""},
		{"a high surrogate and a letter", `{"Username":"\ud800\u0041"}`, ""},
		{"a lone low surrogate", `{"Username":"\udc00"}`, ""},
		{"surrogates in UTF-8", "{\"Username\":\"\xed\xa0\x80\"}", ""},
		{"invalid UTF-8", "{\"Username\":\"\xff\"}", ""},
		{"invalid UTF-8 in an unknown member", "{\"Other\":\"\xff\"}", ""},
		{"an unknown escape", `{"Username":"\x"}`, ""},
		{"a short escape", `{"Username":"\u12"}`, ""},
		{"a leading zero in an unknown member", `{"Other":01}`, ""},
		{"a bare minus", `{"Other":-}`, ""},
		{"nesting without end", `{"Other":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := decodeAs[SignUpRequest](tt.body)
			e, ok := err.(*SerializationError)
			if !ok || e.Message != tt.want {
				t.Errorf("Decode(%q) = %v, want a SerializationError %q", tt.body, err, tt.want)
			}
		})
	}
}

func TestDecodeAbsence(t *testing.T) {
	t.Parallel()
	in, err := decodeAs[SignUpRequest](`{"ClientId":"c","Username":"a","Username":"ada","Password":null,"SecretHash":"x","SecretHash":null,
		"UserAttributes":[],"ValidationData":null,"ClientMetadata":{"a":"1","b":null,"a":"2"},"Other":[{"x":[1e3,-0.5,true,false,null,"\n"]}]}`)
	if err != nil {
		t.Fatal(err)
	}
	want := &SignUpRequest{ClientId: "c", Username: "ada", UserAttributes: []AttributeType{}, ClientMetadata: map[string]string{"a": "2"}}
	if !reflect.DeepEqual(in, want) {
		t.Errorf("null, unknown and repeated members: got %#v", *in)
	}
}

func TestDecodeIntegers(t *testing.T) {
	t.Parallel()
	const refused = "NUMBER_VALUE can not be converted to an Integer"
	for _, tt := range []struct {
		json    string
		want    int32
		message string
	}{
		{"0", 0, ""}, {"-7", -7, ""}, {"2147483647", 2147483647, ""},
		{"2147483648", 0, refused}, {"1.5", 0, refused}, {"1e2", 0, refused},
		{`"5"`, 0, "STRING_VALUE can not be converted to an Integer"},
	} {
		in, err := decodeAs[ListUserPoolsRequest](`{"MaxResults":` + tt.json + `}`)
		if in.MaxResults != tt.want || (err == nil) != (tt.message == "") || err != nil && err.Error() != tt.message {
			t.Errorf("%s: got %d, %v, want %d, %q", tt.json, in.MaxResults, err, tt.want, tt.message)
		}
	}
}

func TestDecodeBooleans(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		json    string
		want    *bool
		message string
	}{
		{"true", new(true), ""}, {"false", new(false), ""}, {"null", nil, ""},
		{"1", nil, "NUMBER_VALUE can not be converted to a Boolean"},
		{`"true"`, nil, "STRING_VALUE can not be converted to a Boolean"},
		{"tru", nil, "request body is not valid JSON"},
	} {
		in, err := decodeAs[AdminSetUserPasswordRequest](`{"Permanent":` + tt.json + `}`)
		if !reflect.DeepEqual(in.Permanent, tt.want) || (err == nil) != (tt.message == "") || err != nil && err.Error() != tt.message {
			t.Errorf("%s: got %v, %v, want %v, %q", tt.json, in.Permanent, err, tt.want, tt.message)
		}
	}
}

func TestDecodeBlobsAndDocuments(t *testing.T) {
	t.Parallel()
	in, err := decodeAs[SetUICustomizationRequest](`{"UserPoolId":"p_1","ImageFile":"AP8="}`)
	if err != nil || string(in.ImageFile) != "\x00\xff" {
		t.Errorf("blob: got %x, %v", in.ImageFile, err)
	}
	for _, bad := range []string{`"AP8"`, `"A*=="`, `"AP9="`, `7`} {
		if _, err := decodeAs[SetUICustomizationRequest](`{"ImageFile":` + bad + `}`); err == nil {
			t.Errorf("blob %s was accepted", bad)
		}
	}
	doc, err := decodeAs[CompleteWebAuthnRegistrationRequest](`{"Credential": {"id" :"x","n":[1, 2]} }`)
	if want := json.RawMessage(`{"id" :"x","n":[1, 2]}`); err != nil || !reflect.DeepEqual(doc.Credential, want) {
		t.Errorf("document: got %s, %v", doc.Credential, err)
	}
}

// accepted reports whether data is one JSON value the decoder reads to its end.
func accepted(data []byte) bool {
	d := &decoder{data: data}
	d.skip()
	return d.err == nil && d.space() == 0 && d.pos == len(data)
}

// FuzzSyntax holds the decoder against encoding/json: it accepts the same
// texts, but for strings that Go would repair or that hold a NUL, and depth.
func FuzzSyntax(f *testing.F) {
	for _, seed := range []string{`{}`, `[1,2.5e-3,"\ud83d\ude00"]`, `{"a":{"b":[null,true,false]}}`, `01`, `"\ud800"`, "\"\xff\"", `{"a":1,}`, `-`, ` "x" `, `[[[]]]`, `"\u0000"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, want := accepted(data), json.Valid(data)
		if got && !want {
			t.Fatalf("accepted %q, which is not JSON", data)
		}
		if want && !got && !repaired(data) && strings.Count(string(data), "[")+strings.Count(string(data), "{") <= maxDepth {
			t.Fatalf("refused %q, which is JSON", data)
		}
	})
}

// repaired reports whether data may hold what the decoder alone refuses:
// bytes encoding/json replaces by U+FFFD, escaped surrogates or a NUL.
func repaired(data []byte) bool {
	text := strings.ToLower(string(data))
	return !utf8.Valid(data) || strings.Contains(text, `\ud`) || strings.Contains(text, `\u0000`)
}

// FuzzDecode sends any bytes to any operation. What is accepted was a JSON
// object, and validating it does not panic.
func FuzzDecode(f *testing.F) {
	names := make([]string, 0, len(operations))
	for name := range sorted(operations) {
		names = append(names, name)
	}
	for i := range names {
		f.Add(uint8(i), []byte(`{"UserPoolId":"us-east-1_abc","Username":null,"UserAttributes":[{"Name":"email"}],"AuthParameters":{"USERNAME":"a"},"MaxResults":3}`))
	}
	f.Fuzz(func(t *testing.T, i uint8, body []byte) {
		op, _ := Lookup(names[int(i)%len(names)])
		in, err := op.Decode(body)
		if err != nil {
			return
		}
		if !json.Valid(body) || strings.TrimLeft(string(body), " \t\r\n")[0] != '{' {
			t.Fatalf("%s accepted %q", op.Name, body)
		}
		if err := in.Validate(); err != nil && err.Error() == "" {
			t.Fatalf("%s: a violation without words", op.Name)
		}
	})
}
