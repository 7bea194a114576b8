package awsjson_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
)

// fake answers a few operations; others panic, as nobody is there.
type fake struct {
	api.Handler
	signUp func(context.Context, *api.SignUpRequest) (*api.SignUpResponse, error)
}

func (f fake) SignUp(ctx context.Context, in *api.SignUpRequest) (*api.SignUpResponse, error) {
	if f.signUp != nil {
		return f.signUp(ctx, in)
	}
	return &api.SignUpResponse{UserSub: "sub of " + in.Username}, nil
}

func (fake) GlobalSignOut(context.Context, *api.GlobalSignOutRequest) (*api.GlobalSignOutResponse, error) {
	return &api.GlobalSignOutResponse{}, nil
}

func (fake) DeleteUser(context.Context, *api.DeleteUserRequest) error { return nil }

// ListUserPools answers with one pool, named after who called.
func (fake) ListUserPools(ctx context.Context, _ *api.ListUserPoolsRequest) (*api.ListUserPoolsResponse, error) {
	c := awsjson.CallerFrom(ctx)
	return &api.ListUserPoolsResponse{UserPools: []api.UserPoolDescriptionType{{Name: new(c.AccessKey + "@" + c.Region)}}}, nil
}

func (fake) CreateManagedLoginBranding(context.Context, *api.CreateManagedLoginBrandingRequest) (*api.CreateManagedLoginBrandingResponse, error) {
	return &api.CreateManagedLoginBrandingResponse{}, nil
}

// goodSignUp is a body that passes every check.
const goodSignUp = `{"ClientId":"abcdefghijklmnopqrstuvwxyz","Username":"ada","Password":"Tulip-42"}`

// signature is a well-formed header of us-west-2.
const signature = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20300102/us-west-2/cognito-idp/aws4_request, " +
	"SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + hex64

const hex64 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// post makes a request for an operation; signed ones get a signature.
func post(operation, body string) *http.Request {
	r := httptest.NewRequest("POST", "http://localhost:9229/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	if op, ok := api.Lookup(operation); ok && op.Signed {
		r.Header.Set("Authorization", signature)
		r.Header.Set("X-Amz-Date", "20300102T030405Z")
	}
	return r
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// wantError checks an error as the clients read it: the status, the envelope,
// and the two headers that repeat it.
func wantError(t *testing.T, w *httptest.ResponseRecorder, status int, name, message string) {
	t.Helper()
	want := map[string]string{"__type": name}
	if message != "" {
		want["message"] = message
	}
	var got map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("body %q: %v", w.Body, err)
	}
	if w.Code != status || len(got) != len(want) || got["__type"] != name || got["message"] != message {
		t.Errorf("got %d %v, want %d %v", w.Code, got, status, want)
	}
	if got, want := w.Header().Get("X-Amzn-Errortype"), name+":"; got != want {
		t.Errorf("x-amzn-ErrorType = %q, want %q", got, want)
	}
	if _, there := w.Header()["X-Amzn-Errormessage"]; there != (message != "") {
		t.Errorf("x-amzn-ErrorMessage = %q for the message %q", w.Header().Get("X-Amzn-Errormessage"), message)
	}
}

// logged returns a logger and what was written to it.
func logged() (*slog.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return slog.New(slog.NewTextHandler(&b, nil)), &b
}
