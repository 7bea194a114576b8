package awsjson_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
)

var uuid4 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func TestSuccess(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{}, Keys: awsjson.AnyKey{}})
	for _, tt := range []struct{ name, operation, body, want string }{
		{"a body", "SignUp", goodSignUp, `{"UserConfirmed":false,"UserSub":"sub of ada"}`},
		{"unknown and null members are ignored", "SignUp", `{"Later":[1],"SecretHash":null,` + goodSignUp[1:], `{"UserConfirmed":false,"UserSub":"sub of ada"}`},
		{"an empty output shape", "GlobalSignOut", `{"AccessToken":"a.b.c"}`, `{}`},
		{"no output shape", "DeleteUser", `{"AccessToken":"a.b.c"}`, ``},
		{"a signed operation knows its caller", "ListUserPools", `{"MaxResults":1}`, `{"UserPools":[{"Name":"AKIDEXAMPLE@us-west-2"}]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := serve(h, post(tt.operation, tt.body))
			if w.Code != 200 || w.Body.String() != tt.want {
				t.Errorf("got %d %q, want 200 %q", w.Code, w.Body, tt.want)
			}
			header := w.Header()
			if got := header.Get("Content-Type"); got != "application/x-amz-json-1.1" {
				t.Errorf("Content-Type = %q", got)
			}
			if got := header.Get("X-Amzn-Requestid"); !uuid4.MatchString(got) {
				t.Errorf("x-amzn-RequestId = %q, want a UUID of version 4", got)
			}
			if header.Get("X-Amzn-Errortype") != "" {
				t.Error("a success has an error type")
			}
		})
	}
}

func TestContentTypeIsNotAskedFor(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{}})
	for _, kind := range []string{"", "application/x-amz-json-1.1; charset=utf-8", "application/json", "text/plain"} {
		r := post("SignUp", goodSignUp)
		r.Header.Set("Content-Type", kind)
		if w := serve(h, r); w.Code != 200 {
			t.Errorf("Content-Type %q: status = %d, want 200", kind, w.Code)
		}
	}
}

func TestFrameErrors(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{}, Keys: awsjson.AnyKey{}})
	target := func(values ...string) *http.Request {
		r := post("SignUp", goodSignUp)
		r.Header["X-Amz-Target"] = values
		return r
	}
	get := post("SignUp", "")
	get.Method = "GET"
	for _, tt := range []struct {
		name          string
		r             *http.Request
		status        int
		kind, message string
	}{
		{"no target", target(), 400, "UnknownOperationException", ""},
		{"an empty target", target(""), 400, "UnknownOperationException", ""},
		{"an operation nobody knows", post("SignSideways", "{}"), 400, "UnknownOperationException", ""},
		{"an operation in lower case", post("signup", goodSignUp), 400, "UnknownOperationException", ""},
		{"an operation without its service", target("SignUp"), 400, "UnknownOperationException", ""},
		{"an operation of another service", target("AWSCognitoIdentityService.GetId"), 400, "UnknownOperationException", ""},
		{"two targets", target("AWSCognitoIdentityProviderService.SignUp", "AWSCognitoIdentityProviderService.SignUp"), 400, "UnknownOperationException", ""},
		{"another method", get, 405, "UnknownOperationException", ""},
		{"not JSON", post("SignUp", `{"ClientId":`), 400, "SerializationException", ""},
		{"no body", post("SignUp", ""), 400, "SerializationException", ""},
		{"a wrong JSON type", post("SignUp", `{"ClientId":7}`), 400, "SerializationException", "NUMBER_VALUE can not be converted to a String"},
		{"a list for the body", post("SignUp", `[]`), 400, "SerializationException", "Start of list found where not expected"},
		{"two bodies", post("SignUp", goodSignUp+goodSignUp), 400, "SerializationException", ""},
		{"invalid UTF-8", post("SignUp", strings.Replace(goodSignUp, "ada", "a\xffa", 1)), 400, "SerializationException", ""},
		{"a NUL", post("SignUp", strings.Replace(goodSignUp, "ada", `a\u0000a`, 1)), 400, "SerializationException", ""},
		{"a bare NUL", post("SignUp", strings.Replace(goodSignUp, "ada", "a\x00a", 1)), 400, "SerializationException", ""},
		{"a lone surrogate", post("SignUp", strings.Replace(goodSignUp, "ada", `a\ud800a`, 1)), 400, "SerializationException", ""},
		{"a missing member", post("GetUser", `{}`), 400, "InvalidParameterException",
			"1 validation error detected: Value null at 'accessToken' failed to satisfy constraint: Member must not be null"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := serve(h, tt.r)
			wantError(t, w, tt.status, tt.kind, tt.message)
			if w.Header().Get("Access-Control-Allow-Origin") != "*" || !uuid4.MatchString(w.Header().Get("X-Amzn-Requestid")) {
				t.Errorf("headers = %v, want a request id that every origin can read", w.Header())
			}
		})
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{}})
	r := httptest.NewRequest("OPTIONS", "/", nil)
	r.Header.Set("Origin", "http://localhost:3000")
	r.Header.Set("Access-Control-Request-Method", "POST")
	w := serve(h, r)
	header := w.Header()
	if w.Code != 200 || w.Body.Len() != 0 || header.Get("Access-Control-Allow-Origin") != "*" || header.Get("Access-Control-Allow-Methods") != "POST" {
		t.Errorf("got %d %q %v", w.Code, w.Body, header)
	}
	allowed := strings.Split(header.Get("Access-Control-Allow-Headers"), ",")
	for _, want := range []string{
		"content-type", "x-amz-target", "x-amz-user-agent", "cache-control", "authorization", "x-amz-date", "x-amz-security-token",
		"x-amz-content-sha256", "amz-sdk-invocation-id", "amz-sdk-request", "x-amzn-trace-id",
	} {
		if !slices.Contains(allowed, want) {
			t.Errorf("the header %s is not allowed", want)
		}
	}
}

func TestEveryResponseCanBeReadByPages(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{signUp: func(context.Context, *api.SignUpRequest) (*api.SignUpResponse, error) {
		return nil, errors.New("disk gone")
	}}})
	for _, operation := range []string{"GlobalSignOut", "SignUp", "GetUser", "ListUsers", "Nothing"} {
		header := serve(h, post(operation, `{"AccessToken":"a","ClientId":"c","Username":"u"}`)).Header()
		if got := header.Get("Access-Control-Allow-Origin"); got != "*" {
			t.Errorf("%s: Access-Control-Allow-Origin = %q", operation, got)
		}
		if got := header.Get("Access-Control-Expose-Headers"); got != "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date" {
			t.Errorf("%s: Access-Control-Expose-Headers = %q", operation, got)
		}
	}
}

// Buffers are shared between requests; answers must not be.
func TestRequestsAtTheSameTimeKeepApart(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{}})
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			name := strings.Repeat(string(rune('a'+i%26)), 1+i)
			w := serve(h, post("SignUp", strings.Replace(goodSignUp, "ada", name, 1)))
			if got, want := w.Body.String(), `{"UserConfirmed":false,"UserSub":"sub of `+name+`"}`; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	wg.Wait()
}

func TestContext(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{signUp: func(ctx context.Context, _ *api.SignUpRequest) (*api.SignUpResponse, error) {
		if _, limited := ctx.Deadline(); !limited {
			t.Error("the operation has no deadline")
		}
		if got, want := awsjson.CallerFrom(ctx), (awsjson.Caller{Address: "192.0.2.1", Agent: "curl/8"}); got != want {
			t.Errorf("the caller of an unsigned operation is %+v, want %+v", got, want)
		}
		return &api.SignUpResponse{}, nil
	}}})
	r := post("SignUp", goodSignUp)
	r.Header.Set("Authorization", signature)
	r.Header.Set("User-Agent", "cu\trl/8\xff")
	if w := serve(h, r); w.Code != http.StatusOK {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	want := awsjson.Caller{AccessKey: "k", Region: "eu-west-1"}
	if got := awsjson.CallerFrom(awsjson.WithCaller(context.Background(), want)); got != want {
		t.Errorf("WithCaller gives %+v, want %+v", got, want)
	}
	if got := awsjson.CallerFrom(context.Background()); got != (awsjson.Caller{}) {
		t.Errorf("a context from elsewhere has the caller %+v", got)
	}
}
