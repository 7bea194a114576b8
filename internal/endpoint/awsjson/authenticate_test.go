package awsjson_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
	"github.com/cenote-auth/cenote/internal/sigv4"
)

// unsigned are the operations that people, not administrators, call.
var unsigned = strings.Fields(`
	SignUp ConfirmSignUp ResendConfirmationCode ForgotPassword ConfirmForgotPassword InitiateAuth RespondToAuthChallenge
	GetTokensFromRefreshToken RevokeToken GetClientToken
	GetUser DeleteUser UpdateUserAttributes DeleteUserAttributes GetUserAttributeVerificationCode VerifyUserAttribute ChangePassword
	GlobalSignOut SetUserMFAPreference SetUserSettings GetUserAuthFactors ConfirmDevice GetDevice ListDevices ForgetDevice
	UpdateDeviceStatus StartWebAuthnRegistration CompleteWebAuthnRegistration ListWebAuthnCredentials DeleteWebAuthnCredential
	AssociateSoftwareToken VerifySoftwareToken UpdateAuthEventFeedback ListUserSessions RevokeUserSession`)

func TestWhichOperationsAreSigned(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{}, Keys: awsjson.AnyKey{}})
	for op := range api.Operations() {
		r := post(op.Name, `not json`) // stops what needs no signature before the handler
		r.Header.Del("Authorization")
		w := serve(h, r)
		if slices.Contains(unsigned, op.Name) {
			wantError(t, w, 400, "SerializationException", "")
		} else {
			wantError(t, w, 400, "MissingAuthenticationTokenException", "Missing Authentication Token")
		}
	}
}

func TestUnsignedOperationsIgnoreAuthorization(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{}, Keys: secrets{},
		Page: func(*http.Request) bool { return false }})
	for _, value := range []string{signature, "Bearer x", "junk", ""} {
		r := post("SignUp", goodSignUp)
		r.Header.Set("Authorization", value)
		r.Header.Set("Origin", "https://app.example")
		if w := serve(h, r); w.Code != 200 {
			t.Errorf("Authorization %q: got %d %s, want 200", value, w.Code, w.Body)
		}
	}
}

// What a header may look like is the business of package sigv4; here each kind
// of its errors gets its name on the wire.
func TestAuthorizationHeader(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{}, Keys: awsjson.AnyKey{}})
	for _, tt := range []struct {
		name, header string
		kind         string // "" for a success
	}{
		{"well-formed", signature, ""},
		{"any region", strings.Replace(signature, "us-west-2", "mars-north-1", 1), ""},
		{"none", "", "MissingAuthenticationTokenException"},
		{"a bearer token", "Bearer x", "MissingAuthenticationTokenException"},
		{"hardly anything", "AWS4-HMAC-SHA256 Credential=a", "IncompleteSignatureException"},
		{"a region that no pool id could hold", strings.Replace(signature, "us-west-2", "us_west", 1), "InvalidSignatureException"},
		{"a short signature", strings.Replace(signature, hex64, "abc", 1), "InvalidSignatureException"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := post("ListUserPools", `{"MaxResults":1}`)
			r.Header.Set("Authorization", tt.header)
			w := serve(h, r)
			if got := w.Header().Get("X-Amzn-Errortype"); got != kindHeader(tt.kind) {
				t.Errorf("got %d %q %s, want %q", w.Code, got, w.Body, tt.kind)
			}
		})
	}
}

func kindHeader(kind string) string {
	if kind == "" {
		return ""
	}
	return kind + ":"
}

const mismatch = "The request signature we calculated does not match the signature you provided. " +
	"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."

func TestConfiguredKeys(t *testing.T) {
	t.Parallel()
	const body = `{"MaxResults":1}`
	for _, tt := range []struct {
		name          string
		keys          awsjson.AccessKeys
		kind, message string
	}{
		{"a key and its signature", secrets{"AKIDEXAMPLE": "right"}, "", ""},
		{"a key and another's signature", secrets{"AKIDEXAMPLE": "wrong"}, "InvalidSignatureException", mismatch},
		{"an unknown key", secrets{"OTHER": "right"}, "UnrecognizedClientException", "The security token included in the request is invalid."},
		{"a key without a secret", secrets{"AKIDEXAMPLE": ""}, "UnrecognizedClientException", "The security token included in the request is invalid."},
		{"no keys", nil, "UnrecognizedClientException", "The security token included in the request is invalid."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := signed("ListUserPools", body, "right")
			w := serve(awsjson.New(awsjson.Options{Handler: fake{}, Keys: tt.keys}), r)
			if tt.kind != "" {
				wantError(t, w, 400, tt.kind, tt.message)
			} else if w.Code != 200 {
				t.Errorf("got %d %s, want 200", w.Code, w.Body)
			}
		})
	}
}

// signed is a call that AKIDEXAMPLE has signed.
func signed(operation, body, secret string) *http.Request {
	r := post(operation, body)
	r.Header.Del("Authorization")
	sigv4.Sign(r, []byte(body), sigv4.Credentials{AccessKey: "AKIDEXAMPLE", Secret: secret, Region: "us-west-2"}, time.Now())
	return r
}

// secrets are access keys that are good for everything.
type secrets map[string]string

func (s secrets) AccessKey(_ context.Context, id string) (*awsjson.AccessKey, error) {
	secret, ok := s[id]
	if !ok {
		return nil, nil
	}
	return &awsjson.AccessKey{Secret: secret, Name: "deploy"}, nil
}

// keys is a store of access keys as a function.
type keys func(id string) (*awsjson.AccessKey, error)

func (k keys) AccessKey(_ context.Context, id string) (*awsjson.AccessKey, error) { return k(id) }

func TestAKeyIsGoodForItsScope(t *testing.T) {
	t.Parallel()
	const pool, account = "us-west-2_Tulip1234", "210987654321"
	for _, tt := range []struct {
		name, operation, body string
		allowed               string // "operation pool"
		resource              string // of the refusal; "" if there is none
	}{
		{"a pool of the scope", "ListUsers", `{"UserPoolId":"` + pool + `"}`, "ListUsers " + pool, ""},
		{"another pool", "ListUsers", `{"UserPoolId":"us-west-2_Other"}`, "ListUsers " + pool, "arn:aws:cognito-idp:us-west-2:" + account + ":userpool/us-west-2_Other"},
		{"another operation", "ListGroups", `{"UserPoolId":"` + pool + `"}`, "ListUsers " + pool, "arn:aws:cognito-idp:us-west-2:" + account + ":userpool/" + pool},
		{"no pool", "ListUserPools", `{"MaxResults":1}`, "ListUserPools ", ""},
		{"no pool, refused", "ListUserPools", `{"MaxResults":1}`, "ListUserPools " + pool, "*"},
		{"a pool by its resource name", "ListTagsForResource", `{"ResourceArn":"arn:aws:cognito-idp:us-west-2:` + account + `:userpool/` + pool + `"}`, "ListTagsForResource " + pool, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := awsjson.New(awsjson.Options{Handler: fake{}, Account: account, Exception: table, Keys: keys(func(string) (*awsjson.AccessKey, error) {
				return &awsjson.AccessKey{Secret: "right", Name: "deploy", Allows: func(operation, poolID string) bool {
					return operation+" "+poolID == tt.allowed
				}}, nil
			})})
			w := serve(h, signed(tt.operation, tt.body, "right"))
			if tt.resource == "" {
				if w.Code == 400 {
					t.Errorf("got %d %s, want the handler reached", w.Code, w.Body)
				}
				return
			}
			wantError(t, w, 400, "AccessDeniedException", "User: arn:aws:iam::210987654321:user/deploy is not authorized to perform: cognito-idp:"+
				tt.operation+" on resource: "+tt.resource+" because no identity-based policy allows the cognito-idp:"+tt.operation+" action")
			wantError(t, serve(h, signed(tt.operation, tt.body, "wrong")), 400, "InvalidSignatureException", mismatch)
		})
	}
}

func TestKeysThatCannotBeReadAreAFaultOfOurs(t *testing.T) {
	t.Parallel()
	log, lines := logged()
	h := awsjson.New(awsjson.Options{Handler: fake{}, Log: log, Keys: keys(func(string) (*awsjson.AccessKey, error) {
		return nil, errors.New("database gone")
	})})
	wantError(t, serve(h, signed("ListUserPools", `{"MaxResults":1}`, "right")), 500, "InternalErrorException", "")
	if got := lines.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "database gone") || !strings.Contains(got, "operation=ListUserPools") {
		t.Errorf("logged %s, want one line", got)
	}
}

func TestPagesOfOtherOriginsDoNotAdminister(t *testing.T) {
	t.Parallel()
	own := func(r *http.Request) bool { return r.Header.Get("Origin") == "http://localhost:9229" }
	h := awsjson.New(awsjson.Options{Handler: fake{}, Keys: awsjson.AnyKey{}, Page: own})
	for origin, want := range map[string]int{"": 200, "http://localhost:9229": 200, "https://evil.example": 403, "null": 403} {
		r := post("ListUserPools", `{"MaxResults":1}`)
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		w := serve(h, r)
		if want == 403 {
			wantError(t, w, 403, "ForbiddenException", "Signed operations are not open to web pages of another origin")
		} else if w.Code != want {
			t.Errorf("Origin %q: status = %d, want %d", origin, w.Code, want)
		}
	}
}

// The list above stays true to its size, so that a slip does not hide.
func TestUnsignedList(t *testing.T) {
	t.Parallel()
	set := map[string]bool{}
	for _, name := range unsigned {
		set[name] = true
	}
	if got := len(slices.Collect(maps.Keys(set))); got != 35 {
		t.Errorf("%d unsigned operations, want 35", got)
	}
}
