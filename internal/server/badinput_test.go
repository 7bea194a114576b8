package server

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// request is a call as it is on the wire, whatever its body is. It carries a
// signature of the right form, as any key is taken.
func (n *node) request(t testing.TB, operation, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, n.url+"/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	r.Header.Set("X-Amz-Date", "20300102T030405Z")
	r.Header.Set("Authorization", goodSignature)
	return r
}

const goodSignature = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20300102/us-east-1/cognito-idp/aws4_request, " +
	"SignedHeaders=host;x-amz-date, Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// refusal is an error as the service puts it. With an exception of "" it is a
// success.
type refusal struct {
	status             int
	exception, message string
}

// wantRefused makes a request and holds the answer, with its headers, against
// want.
func (n *node) wantRefused(t testing.TB, r *http.Request, want refusal) {
	t.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Errorf("no answer: %v", err)
		return
	}
	defer res.Body.Close()
	var body struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil && want.exception != "" {
		t.Errorf("the answer is no error of the service: %v", err)
	}
	if res.StatusCode != want.status || body.Type != want.exception || body.Message != want.message {
		t.Errorf("got %d %s %q, want %d %s %q", res.StatusCode, body.Type, body.Message, want.status, want.exception, want.message)
	}
	if want.exception != "" && res.Header.Get("X-Amzn-Errortype") != want.exception+":" {
		t.Errorf("X-Amzn-ErrorType = %q, want %s:", res.Header.Get("X-Amzn-Errortype"), want.exception)
	}
	if _, err := uuid.Parse(res.Header.Get("X-Amzn-Requestid")); err != nil && want.exception != "ForbiddenException" {
		t.Errorf("request id: %v", err)
	}
}

// settled is a server with a person who can sign in, and whose test has lost
// something unless she still can, and is still alone, when it ends.
func settled(t *testing.T, c Config) (*node, app) {
	t.Helper()
	n := start(t, c)
	a := n.firstApp()
	n.signUp(t, a, ada, adaPassword)
	t.Cleanup(func() {
		if got := n.call(detached{t}, "InitiateAuth", a.passwordAuth(ada, adaPassword)).at("AuthenticationResult", "AccessToken"); got == "" {
			t.Error("ada cannot sign in any more")
		}
		users, _ := n.call(detached{t}, "ListUsers", object{"UserPoolId": a.poolID})["Users"].([]any)
		pools, _ := n.call(detached{t}, "ListUserPools", object{"MaxResults": 60})["UserPools"].([]any)
		if len(users) != 1 || len(pools) != 1 {
			t.Errorf("%d users and %d pools, want one of each", len(users), len(pools))
		}
		if got := n.log.String(); strings.Contains(got, "level=ERROR") || strings.Contains(got, adaPassword) {
			t.Errorf("the log has an error or a password:\n%s", got)
		}
	})
	return n, a
}

const notJSON = "SerializationException"

// What is no request never comes to the operation, signed or not.
func TestBodiesThatAreNoInput(t *testing.T) {
	t.Parallel()
	n, _ := settled(t, config(t))
	huge := strings.Repeat("a", 10<<20)
	for _, tt := range []struct{ name, body, message string }{
		{"nothing", ``, ""},
		{"half an object", `{"Username":"ada"`, ""},
		{"two objects", `{}{}`, ""},
		{"a list", `[]`, "Start of list found where not expected"},
		{"null", `null`, ""},
		{"a comma too many", `{"Username":"ada",}`, ""},
		{"single quotes", `{'Username':'ada'}`, ""},
		{"XML", `<SignUp/>`, ""},
		{"a form", `Username=ada&Password=x`, ""},
		{"a byte order mark", "\ufeff{}", ""},
		{"UTF-16", "\xff\xfe{\x00}\x00", ""},
		{"compressed", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", ""},
		{"a number for a string", `{"UserPoolId":7,"ClientId":7}`, "NUMBER_VALUE can not be converted to a String"},
		{"a list for a string", `{"UserPoolId":["a"],"ClientId":["a"]}`, "Start of list found where not expected"},
		{"an object for a string", `{"UserPoolId":{},"ClientId":{}}`, "Start of structure or map found where not expected."},
		{"true for a string", `{"UserPoolId":true,"ClientId":true}`, "TRUE_VALUE can not be converted to a String"},
		{"a string for a list", `{"UserAttributes":"a"}`, "STRING_VALUE can not be converted to a List"},
		{"a string for a structure", `{"UserAttributes":["a"]}`, "STRING_VALUE can not be converted to a Structure"},
		{"a number in a map", `{"ClientMetadata":{"a":1}}`, "NUMBER_VALUE can not be converted to a String"},
		{"null in a list", `{"UserAttributes":[null]}`, "NULL_VALUE found where not expected"},
		{"invalid UTF-8", "{\"Username\":\"a\xff\"}", ""},
		{"a surrogate in UTF-8", "{\"Username\":\"\xed\xa0\x80\"}", ""},
		{"an overlong slash", "{\"Username\":\"\xc0\xaf\"}", ""},
		{"a NUL byte", "{\"Username\":\"a\x00\"}", ""},
		{"a NUL character", `{"Username":"a\u0000"}`, ""},
		{"a lone high surrogate", `{"Username":"\ud83d"}`, ""},
		{"a lone low surrogate", `{"Username":"\ude00"}`, ""},
		{"a lone surrogate in an unknown member", `{"Other":"\ud83d"}`, ""},
		{"a NUL in the name of a member", `{"\u0000":1}`, ""},
		{"a line end in a string", "{\"Username\":\"a\nb\"}", ""},
		{"lists without end", `{"Other":` + strings.Repeat("[", 100_000), ""},
		{"objects without end", strings.Repeat(`{"a":`, 100_000), ""},
	} {
		for _, operation := range []string{"SignUp", "AdminCreateUser"} {
			t.Run(operation+" of "+tt.name, func(t *testing.T) {
				t.Parallel()
				n.wantRefused(t, n.request(t, operation, tt.body), refusal{400, notJSON, tt.message})
			})
		}
	}
	for _, tt := range []struct{ name, operation, body string }{
		{"10 MB", "SignUp", `{"ClientId":"` + huge + `"}`},
		{"10 MB of white space", "SignUp", strings.Repeat(" ", 10<<20)},
		{"10 MB, signed", "AdminCreateUser", `{"UserPoolId":"` + huge + `"}`},
		{"one byte too many", "SignUp", strings.Repeat(" ", 1<<20-1) + "{}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := refusal{413, notJSON, "Request body is larger than 1048576 bytes"}
			n.wantRefused(t, n.request(t, tt.operation, tt.body), want)
			r := n.request(t, tt.operation, tt.body)
			r.ContentLength = -1 // in pieces, without a length in front
			n.wantRefused(t, r, want)
		})
	}
}

func TestRequestsThatNameNoOperation(t *testing.T) {
	t.Parallel()
	n, _ := settled(t, config(t))
	for _, tt := range []struct {
		name   string
		change func(*http.Request)
		status int
	}{
		{"without a target", func(r *http.Request) { r.Header.Del("X-Amz-Target") }, 400},
		{"an empty target", func(r *http.Request) { r.Header.Set("X-Amz-Target", "") }, 400},
		{"two targets", func(r *http.Request) { r.Header.Add("X-Amz-Target", "AWSCognitoIdentityProviderService.SignUp") }, 400},
		{"an operation that is none", func(r *http.Request) { r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.Nothing") }, 400},
		{"other letters", func(r *http.Request) { r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.listUserPools") }, 400},
		{"another service", func(r *http.Request) { r.Header.Set("X-Amz-Target", "AWSCognitoIdentityService.GetId") }, 400},
		{"no service", func(r *http.Request) { r.Header.Set("X-Amz-Target", "ListUserPools") }, 400},
		{"GET", func(r *http.Request) { r.Method = http.MethodGet }, 405},
		{"PUT", func(r *http.Request) { r.Method = http.MethodPut }, 405},
		{"TRACE", func(r *http.Request) { r.Method = http.MethodTrace; r.Body, r.ContentLength = nil, 0 }, 405},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := n.request(t, "ListUserPools", `{"MaxResults":1}`)
			tt.change(r)
			n.wantRefused(t, r, refusal{tt.status, "UnknownOperationException", ""})
		})
	}
}

// detached is a test whose context outlives it, for what is done at its end.
type detached struct{ testing.TB }

func (detached) Context() context.Context { return context.Background() }
