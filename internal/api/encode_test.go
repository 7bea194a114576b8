package api

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

func TestEncode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		out  Output
		want string
	}{
		{"an empty output is an object", &GlobalSignOutResponse{}, `{}`},
		{"absent members are left out", &InitiateAuthResponse{}, `{}`},
		{"an empty map is there", &InitiateAuthResponse{ChallengeParameters: map[string]string{}}, `{"ChallengeParameters":{}}`},
		{"an empty list is there", &ListUserPoolsResponse{UserPools: []UserPoolDescriptionType{}}, `{"UserPools":[]}`},
		{"maps are in order", &InitiateAuthResponse{ChallengeParameters: map[string]string{"B": "2", "A": "1"}}, `{"ChallengeParameters":{"A":"1","B":"2"}}`},
		{"required scalars are always there", &SignUpResponse{}, `{"UserConfirmed":false,"UserSub":""}`},
		{"an enum of its own type", &InitiateAuthResponse{ChallengeName: new(ChallengeNameTypePasswordVerifier)}, `{"ChallengeName":"PASSWORD_VERIFIER"}`},
		{"a nested structure", &InitiateAuthResponse{AuthenticationResult: &AuthenticationResultType{AccessToken: new("a"), ExpiresIn: new(int32(3600))}},
			`{"AuthenticationResult":{"AccessToken":"a","ExpiresIn":3600}}`},
		{"a list of structures", &AdminGetUserResponse{Username: "ada", UserAttributes: []AttributeType{{Name: "sub", Value: new("1")}, {Name: "email"}}, Enabled: new(false)},
			`{"Username":"ada","UserAttributes":[{"Name":"sub","Value":"1"},{"Name":"email"}],"Enabled":false}`},
		{"times in seconds", &AdminGetUserResponse{Username: "a", UserCreateDate: new(time.UnixMilli(1612345678120)), UserLastModifiedDate: new(time.Unix(7, 0))},
			`{"Username":"a","UserCreateDate":1612345678.12,"UserLastModifiedDate":7}`},
		{"a document as it is", &StartWebAuthnRegistrationResponse{CredentialCreationOptions: json.RawMessage(`{"rp":{}}`)}, `{"CredentialCreationOptions":{"rp":{}}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(tt.out.AppendJSON(nil)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestAppendTime(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		ms   int64
		want string
	}{{0, "0"}, {1, "0.001"}, {10, "0.01"}, {100, "0.1"}, {1999, "1.999"}, {-1, "-0.001"}, {-2000, "-2"}} {
		if got := string(appendTime(nil, time.UnixMilli(tt.ms))); got != tt.want {
			t.Errorf("%d ms: got %s, want %s", tt.ms, got, tt.want)
		}
	}
}

// FuzzString holds appendString against encoding/json, and the decoder
// against appendString.
func FuzzString(f *testing.F) {
	for _, seed := range []string{"", "ada", "a\"b\\c/<>&", "\b\f\n\r\t\x00\x1f\x7f", "é日本😀", "\u2028\u2029", "\xff\xed\xa0\x80", "�"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s); err != nil {
			t.Fatal(err)
		}
		got, want := appendString(nil, s), bytes.TrimSuffix(b.Bytes(), []byte("\n"))
		if !bytes.Equal(got, want) {
			t.Fatalf("appendString(%q) = %s, want %s", s, got, want)
		}
		if !accepted(got) && !bytes.Contains(got, []byte(`\u0000`)) {
			t.Fatalf("%s cannot be read back", got)
		}
	})
}
