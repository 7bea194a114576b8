package api

import (
	"strings"
	"testing"
)

func benchmarkRequest(b *testing.B, name, body string, validate bool) {
	op, _ := Lookup(name)
	data := []byte(body)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		in, err := op.Decode(data)
		if err != nil {
			b.Fatal(err)
		}
		if validate {
			if err := in.Validate(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

var initiateAuth = `{"AuthFlow":"USER_SRP_AUTH","ClientId":"3n4b5urk1ft4fl3mg5e62d9ado","AuthParameters":{"USERNAME":"ada@example.com","SRP_A":"` +
	strings.Repeat("0123456789abcdef", 48) + `"},"ClientMetadata":{}}`

func BenchmarkInitiateAuthDecode(b *testing.B) {
	benchmarkRequest(b, "InitiateAuth", initiateAuth, false)
}
func BenchmarkInitiateAuthValidate(b *testing.B) {
	benchmarkRequest(b, "InitiateAuth", initiateAuth, true)
}

func BenchmarkGetUser(b *testing.B) {
	benchmarkRequest(b, "GetUser", `{"AccessToken":"`+strings.Repeat("eyJraWQiOiJ", 100)+`"}`, true)
}

func BenchmarkGetUserValidateOnly(b *testing.B) {
	in := &GetUserRequest{AccessToken: strings.Repeat("eyJraWQiOiJ", 100)}
	b.ReportAllocs()
	for b.Loop() {
		if err := in.Validate(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAdminGetUser(b *testing.B) {
	benchmarkRequest(b, "AdminGetUser", `{"UserPoolId":"us-east-1_AbCdEf123","Username":"ada@example.com"}`, true)
}

func BenchmarkSignUp(b *testing.B) {
	benchmarkRequest(b, "SignUp", `{"ClientId":"3n4b5urk1ft4fl3mg5e62d9ado","Username":"ada@example.com","Password":"tulip-42-Garden!","UserAttributes":[{"Name":"email","Value":"ada@example.com"},{"Name":"name","Value":"Ada"}]}`, true)
}
