package awsjson_test

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
)

// unsigned are the operations that people, not administrators, call.
var unsigned = strings.Fields(`
	SignUp ConfirmSignUp ResendConfirmationCode ForgotPassword ConfirmForgotPassword InitiateAuth RespondToAuthChallenge
	GetTokensFromRefreshToken RevokeToken
	GetUser DeleteUser UpdateUserAttributes DeleteUserAttributes GetUserAttributeVerificationCode VerifyUserAttribute ChangePassword
	GlobalSignOut SetUserMFAPreference SetUserSettings GetUserAuthFactors ConfirmDevice GetDevice ListDevices ForgetDevice
	UpdateDeviceStatus StartWebAuthnRegistration CompleteWebAuthnRegistration ListWebAuthnCredentials DeleteWebAuthnCredential
	AssociateSoftwareToken VerifySoftwareToken UpdateAuthEventFeedback ListUserSessions RevokeUserSession`)

// refuseAll verifies nothing.
func refuseAll(*http.Request, []byte, string, time.Time) error { return errors.New("does not match") }

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
	h := awsjson.New(awsjson.Options{Handler: fake{}, Keys: awsjson.StaticKeys{}, Verify: refuseAll,
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

func TestAuthorizationHeader(t *testing.T) {
	t.Parallel()
	const (
		malformed = "IncompleteSignatureException"
		scope     = "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term."
		hex       = "Signature must be 64 hexadecimal digits in lower case."
	)
	swap := func(old, new string) []string { return []string{strings.Replace(signature, old, new, 1)} }
	h := awsjson.New(awsjson.Options{Handler: fake{}, Keys: awsjson.AnyKey{}})
	for _, tt := range []struct {
		name          string
		header        []string
		date          string
		kind, message string // kind "" for a success
	}{
		{"well-formed", []string{signature}, "20300102T030405Z", "", ""},
		{"without spaces", []string{strings.ReplaceAll(signature, ", ", ",")}, "20300102T030405Z", "", ""},
		{"any region", swap("us-west-2", "mars-north-1"), "20300102T030405Z", "", ""},
		{"none", nil, "20300102T030405Z", "MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"an empty one", []string{""}, "20300102T030405Z", "MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"two", []string{signature, signature}, "20300102T030405Z", malformed, "There is more than one Authorization header."},
		{"a bearer token", []string{"Bearer x"}, "20300102T030405Z", malformed, "Authorization header must begin with 'AWS4-HMAC-SHA256'."},
		{"another algorithm", swap("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), "20300102T030405Z", malformed, "Authorization header must begin with 'AWS4-HMAC-SHA256'."},
		{"an unknown part", []string{signature + ", Extra=1"}, "20300102T030405Z", malformed, "Authorization header has a part that is not 'Credential', 'SignedHeaders' or 'Signature'."},
		{"no date", []string{signature}, "", malformed, "Authorization header requires existence of a 'X-Amz-Date' header."},
		{"hardly anything", []string{"AWS4-HMAC-SHA256 Credential=a"}, "", malformed,
			"Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of a 'X-Amz-Date' header."},
		{"a date of another form", []string{signature}, "2030-01-02T03:04:05Z", malformed, "X-Amz-Date must be in ISO-8601 'basic format', e.g. 20300102T030405Z."},
		{"a short signature", swap(hex64, "abc"), "20300102T030405Z", malformed, hex},
		{"a signature of other letters", swap(hex64, strings.Repeat("g", 64)), "20300102T030405Z", malformed, hex},
		{"a scope of four parts", swap("/us-west-2", ""), "20300102T030405Z", malformed, scope},
		{"a scope of six parts", swap("us-west-2", "us/west"), "20300102T030405Z", malformed, scope},
		{"no key", swap("AKIDEXAMPLE", ""), "20300102T030405Z", malformed, scope},
		{"no region", swap("us-west-2", ""), "20300102T030405Z", malformed, scope},
		{"a region that no pool id could hold", swap("us-west-2", "us_west"), "20300102T030405Z", malformed, scope},
		{"a long region", swap("us-west-2", strings.Repeat("x", 33)), "20300102T030405Z", malformed, scope},
		{"another service", swap("cognito-idp", "s3"), "20300102T030405Z", "InvalidSignatureException", "Credential should be scoped to correct service: 'cognito-idp'."},
		{"another end", swap("aws4_request", "aws5_request"), "20300102T030405Z", "InvalidSignatureException", "Credential should be scoped with a valid terminator: 'aws4_request'."},
		{"another day", []string{signature}, "20300103T030405Z", "InvalidSignatureException", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := post("ListUserPools", `{"MaxResults":1}`)
			r.Header.Del("Authorization")
			if tt.header != nil {
				r.Header["Authorization"] = tt.header
			}
			r.Header.Set("X-Amz-Date", tt.date)
			w := serve(h, r)
			if tt.kind != "" {
				wantError(t, w, 400, tt.kind, tt.message)
			} else if w.Code != 200 {
				t.Errorf("got %d %s, want 200", w.Code, w.Body)
			}
		})
	}
}

func TestConfiguredKeys(t *testing.T) {
	t.Parallel()
	const body = `{"MaxResults":1}`
	verify := func(r *http.Request, got []byte, secret string, now time.Time) error {
		if string(got) != body || secret != "right" || r.Header.Get("Authorization") == "" || time.Since(now) > time.Minute {
			return errors.New("does not match")
		}
		return nil
	}
	for _, tt := range []struct {
		name          string
		keys          awsjson.AccessKeys
		kind, message string
	}{
		{"a key and its signature", awsjson.StaticKeys{"AKIDEXAMPLE": "right"}, "", ""},
		{"a key and another's signature", awsjson.StaticKeys{"AKIDEXAMPLE": "wrong"}, "InvalidSignatureException", "does not match"},
		{"an unknown key", awsjson.StaticKeys{"OTHER": "right"}, "UnrecognizedClientException", "The security token included in the request is invalid."},
		{"a key without a secret", awsjson.StaticKeys{"AKIDEXAMPLE": ""}, "UnrecognizedClientException", "The security token included in the request is invalid."},
		{"no keys", nil, "UnrecognizedClientException", "The security token included in the request is invalid."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := awsjson.New(awsjson.Options{Handler: fake{}, Keys: tt.keys, Verify: verify})
			w := serve(h, post("ListUserPools", body))
			if tt.kind != "" {
				wantError(t, w, 400, tt.kind, tt.message)
			} else if w.Code != 200 {
				t.Errorf("got %d %s, want 200", w.Code, w.Body)
			}
		})
	}
}

func TestKeysNeedAVerifier(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("New took keys and nothing to verify them with")
		}
	}()
	awsjson.New(awsjson.Options{Handler: fake{}, Keys: awsjson.StaticKeys{"a": "b"}})
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
	if got := len(slices.Collect(maps.Keys(set))); got != 34 {
		t.Errorf("%d unsigned operations, want 34", got)
	}
}
