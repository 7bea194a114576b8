package sigv4_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/sigv4"
)

const (
	credential = "Credential=AKIDEXAMPLE/20260101/us-east-1/cognito-idp/aws4_request"
	names      = "SignedHeaders=host;x-amz-date"
	signature  = "Signature=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	good       = "AWS4-HMAC-SHA256 " + credential + ", " + names + ", " + signature
)

func withHeader(authorization string) *http.Request {
	r := httptest.NewRequest("POST", "/", nil)
	r.Header.Set("Authorization", authorization)
	r.Header.Set("X-Amz-Date", "20260101T000000Z")
	return r
}

func hashOf(header string) string {
	sum := sha256.Sum256([]byte(header))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func TestParse(t *testing.T) {
	t.Parallel()
	const needs = "Authorization header requires "
	for _, tt := range []struct {
		name, header string
		kind         sigv4.Kind // 0 for well-formed
		message      string     // # stands for the hash of the header
	}{
		{"as every client writes it", good, 0, ""},
		{"no blanks", "AWS4-HMAC-SHA256 " + credential + "," + names + "," + signature, 0, ""},
		{"more blanks and commas", "AWS4-HMAC-SHA256  " + signature + " ,, " + names + ",  " + credential + ",", 0, ""},
		{"another order", "AWS4-HMAC-SHA256 " + signature + ", " + credential + ", " + names, 0, ""},
		{"a parameter nobody knows", good + ", Mood=fine", 0, ""},
		{"headers in another order and case", strings.Replace(good, "host;x-amz-date", "X-Amz-Date;Host", 1), 0, ""},

		{"nothing", "", sigv4.Missing, "Missing Authentication Token"},
		{"a bearer token", "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln", sigv4.Missing, "Missing Authentication Token"},
		{"a password", "Basic dXNlcjpwYXNz", sigv4.Missing, "Missing Authentication Token"},
		{"version 2", "AWS AKIDEXAMPLE:c2lnbmF0dXJl", sigv4.Missing, "Missing Authentication Token"},

		{"the algorithm alone", "AWS4-HMAC-SHA256", sigv4.Incomplete,
			needs + "'Credential' parameter. " + needs + "'Signature' parameter. " + needs + "'SignedHeaders' parameter. " +
				"(Hashed with SHA-256 and encoded with Base64) Authorization=#"},
		{"no credential", "AWS4-HMAC-SHA256 " + names + ", " + signature, sigv4.Incomplete,
			needs + "'Credential' parameter. (Hashed with SHA-256 and encoded with Base64) Authorization=#"},
		{"no signed headers", "AWS4-HMAC-SHA256 " + credential + ", " + signature, sigv4.Incomplete,
			needs + "'SignedHeaders' parameter. (Hashed with SHA-256 and encoded with Base64) Authorization=#"},
		{"no signature", "AWS4-HMAC-SHA256 " + credential + ", " + names, sigv4.Incomplete,
			needs + "'Signature' parameter. (Hashed with SHA-256 and encoded with Base64) Authorization=#"},
		{"an empty signature", "AWS4-HMAC-SHA256 " + credential + ", " + names + ", Signature=", sigv4.Incomplete,
			needs + "'Signature' parameter. (Hashed with SHA-256 and encoded with Base64) Authorization=#"},
		{"names in lower case", strings.ReplaceAll(good, "Credential", "credential"), sigv4.Incomplete,
			needs + "'Credential' parameter. (Hashed with SHA-256 and encoded with Base64) Authorization=#"},
		{"a parameter without a value", "AWS4-HMAC-SHA256 Credential, " + names + ", " + signature, sigv4.Incomplete,
			"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '#'."},
		{"a parameter twice", good + ", " + credential, sigv4.Incomplete,
			"Authorization header has more than one 'Credential' parameter."},
		{"another algorithm", strings.Replace(good, "SHA256", "SHA1", 1), sigv4.Incomplete,
			"Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1' (only AWS4-HMAC-SHA256 for now). "},
		{"the asymmetric algorithm", strings.Replace(good, "HMAC", "ECDSA-P256", 1), sigv4.Incomplete,
			"Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 for now). "},
		{"four parts in the credential", strings.Replace(good, "/aws4_request", "", 1), sigv4.Incomplete,
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/20260101/us-east-1/cognito-idp'"},
		{"six parts in the credential", strings.Replace(good, "aws4_request", "aws4_request/x", 1), sigv4.Incomplete,
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/20260101/us-east-1/cognito-idp/aws4_request/x'"},
		{"no access key", strings.Replace(good, "AKIDEXAMPLE", "", 1), sigv4.Incomplete,
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '/20260101/us-east-1/cognito-idp/aws4_request'"},
		{"no region", strings.Replace(good, "us-east-1", "", 1), sigv4.Invalid,
			"Credential should be scoped to a valid region, not ''. "},
		{"a region that cannot be one", strings.Replace(good, "us-east-1", "us_East", 1), sigv4.Invalid,
			"Credential should be scoped to a valid region, not 'us_East'. "},
		{"a header signed twice", strings.Replace(good, "host;x-amz-date", "host;Host", 1), sigv4.Incomplete,
			"Authorization header requires 'SignedHeaders' to name headers, each once."},
		{"an empty name of a signed header", strings.Replace(good, "host;", "host;;", 1), sigv4.Incomplete,
			"Authorization header requires 'SignedHeaders' to name headers, each once."},
		{"a signature cut short", good[:len(good)-2], sigv4.Mismatch, mismatchText},
		{"a signature that is not hexadecimal", good[:len(good)-1] + "g", sigv4.Mismatch, mismatchText},
		{"far too long", good + ", x=" + strings.Repeat("x", 20_000), sigv4.Incomplete, "Authorization header is too long."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := sigv4.Parse(withHeader(tt.header))
			if tt.kind == 0 {
				if err != nil {
					t.Fatal(err)
				}
				if a.String() != good || a.AccessKey != "AKIDEXAMPLE" || a.Region != "us-east-1" || a.Service != "cognito-idp" {
					t.Errorf("parsed to %+v", a)
				}
				return
			}
			wantKind(t, "Parse", err, tt.kind)
			if want := strings.Replace(tt.message, "#", hashOf(tt.header), 1); err != nil && err.Error() != want {
				t.Errorf("message %q, want %q", err, want)
			}
			if a != nil {
				t.Errorf("an error, and %+v", a)
			}
		})
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		dates   map[string][]string
		message string
	}{
		{"X-Amz-Date", map[string][]string{"X-Amz-Date": {"20260101T000000Z"}}, ""},
		{"Date", map[string][]string{"Date": {"Thu, 01 Jan 2026 00:00:00 GMT"}}, ""},
		{"X-Amz-Date before Date", map[string][]string{"X-Amz-Date": {"20260101T000000Z"}, "Date": {"today"}}, ""},
		{"neither", nil, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " +
			"(Hashed with SHA-256 and encoded with Base64) Authorization=" + hashOf(good)},
		{"two of them", map[string][]string{"X-Amz-Date": {"20260101T000000Z", "20270101T000000Z"}},
			"Date must be in ISO-8601 'basic format'. Got '20260101T000000Z,20270101T000000Z'. See http://en.wikipedia.org/wiki/ISO_8601"},
		{"the extended format", map[string][]string{"X-Amz-Date": {"2026-01-01T00:00:00Z"}},
			"Date must be in ISO-8601 'basic format'. Got '2026-01-01T00:00:00Z'. See http://en.wikipedia.org/wiki/ISO_8601"},
		{"no such day", map[string][]string{"X-Amz-Date": {"20260230T000000Z"}},
			"Date must be in ISO-8601 'basic format'. Got '20260230T000000Z'. See http://en.wikipedia.org/wiki/ISO_8601"},
		{"fractions of a second", map[string][]string{"X-Amz-Date": {"20260101T000000.5Z"}},
			"Date must be in ISO-8601 'basic format'. Got '20260101T000000.5Z'. See http://en.wikipedia.org/wiki/ISO_8601"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := withHeader(good)
			r.Header.Del("X-Amz-Date")
			for name, values := range tt.dates {
				r.Header[name] = values
			}
			_, err := sigv4.Parse(r)
			if tt.message == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantKind(t, "Parse", err, sigv4.Incomplete)
			if err != nil && err.Error() != tt.message {
				t.Errorf("message %q, want %q", err, tt.message)
			}
		})
	}
}

func TestParseTakesNoPresignedURL(t *testing.T) {
	t.Parallel()
	const query = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260101%2Fus-east-1%2Fcognito-idp%2Faws4_request" +
		"&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00"
	_, err := sigv4.Parse(httptest.NewRequest("POST", query, nil))
	wantKind(t, "a presigned URL alone", err, sigv4.Missing)

	r := httptest.NewRequest("POST", query, nil)
	r.Header = withHeader(good).Header
	_, err = sigv4.Parse(r)
	wantKind(t, "a presigned URL and a header", err, sigv4.Invalid)
}

func TestParseTwoHeaders(t *testing.T) {
	t.Parallel()
	r := withHeader(good)
	r.Header.Add("Authorization", good)
	_, err := sigv4.Parse(r)
	wantKind(t, "two Authorization headers", err, sigv4.Incomplete)
}

func FuzzParse(f *testing.F) {
	f.Add(good, "20260101T000000Z")
	f.Add("AWS4-HMAC-SHA256 Credential=a/b/c/d/e,SignedHeaders=;,Signature==", "Thu, 01 Jan 2026 00:00:00 GMT")
	f.Add("AWS4-", "")
	f.Fuzz(func(t *testing.T, header, date string) {
		r := withHeader(header)
		r.Header.Set("X-Amz-Date", date)
		a, err := sigv4.Parse(r)
		if err != nil {
			return
		}
		r.Header.Set("Authorization", a.String())
		again, err := sigv4.Parse(r)
		if err != nil || again.String() != a.String() {
			t.Errorf("%q was rendered %q, which parses to %v, %v", header, a, again, err)
		}
		if err := a.Verify("secret", r, nil, now); err == nil {
			t.Errorf("%q verifies", header)
		}
	})
}
