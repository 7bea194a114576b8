package server

import (
	"net/http"
	"strings"
	"testing"
)

// A development server takes any key, and every part of a signature has to be
// there all the same: who forgets one finds out before production does.
func TestSignaturesThatAreNone(t *testing.T) {
	t.Parallel()
	n, _ := settled(t, config(t))
	header := func(value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", value) }
	}
	swap := func(old, new string) func(*http.Request) {
		return header(strings.Replace(goodSignature, old, new, 1))
	}
	date := func(value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("X-Amz-Date", value) }
	}
	const (
		missing    = "MissingAuthenticationTokenException"
		incomplete = "IncompleteSignatureException"
		invalid    = "InvalidSignatureException"
		noToken    = "Missing Authentication Token"
		mismatch   = "The request signature we calculated does not match the signature you provided. " +
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	)
	for _, tt := range []struct {
		name               string
		change             func(*http.Request)
		exception, message string // of a message that ends in a hash, the beginning
	}{
		{"none", func(r *http.Request) { r.Header.Del("Authorization") }, missing, noToken},
		{"an empty one", header(""), missing, noToken},
		{"a bearer token", header("Bearer abc"), missing, noToken},
		{"a user and a password", header("Basic YTpi"), missing, noToken},
		{"the older scheme", header("AWS AKIDEXAMPLE:abc"), missing, noToken},
		{"one in the query", func(r *http.Request) {
			r.Header.Del("Authorization")
			r.URL.RawQuery = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Signature=b"
		}, missing, noToken},
		{"one in the query as well", func(r *http.Request) { r.URL.RawQuery = "X-Amz-Algorithm=AWS4-HMAC-SHA256" }, invalid,
			"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."},
		{"another algorithm", swap("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512"), incomplete, "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512' (only AWS4-HMAC-SHA256 for now). "},
		{"the algorithm alone", header("AWS4-HMAC-SHA256"), incomplete, "Authorization header requires 'Credential' parameter. " +
			"Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. "},
		{"without a credential", swap("Credential", "Cred"), incomplete, "Authorization header requires 'Credential' parameter. "},
		{"without a signature", swap("Signature=", "Sig="), incomplete, "Authorization header requires 'Signature' parameter. "},
		{"without headers", swap("SignedHeaders=host;x-amz-date", "SignedHeaders="), incomplete, "Authorization header requires 'SignedHeaders' parameter. "},
		{"without a date", func(r *http.Request) { r.Header.Del("X-Amz-Date") }, incomplete,
			"Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "},
		{"no pairs", header("AWS4-HMAC-SHA256 abc"), incomplete, "Invalid key=value pair (missing equal-sign) in Authorization header"},
		{"a credential twice", swap("Credential", "Credential=a, Credential"), incomplete, "Authorization header has more than one 'Credential' parameter."},
		{"two headers", func(r *http.Request) { r.Header.Add("Authorization", goodSignature) }, incomplete, ""},
		{"a date in words", date("yesterday"), incomplete, "Date must be in ISO-8601 'basic format'. Got 'yesterday'. See http://en.wikipedia.org/wiki/ISO_8601"},
		{"a date with dashes", date("2030-01-02T03:04:05Z"), incomplete,
			"Date must be in ISO-8601 'basic format'. Got '2030-01-02T03:04:05Z'. See http://en.wikipedia.org/wiki/ISO_8601"},
		{"a day that is none", date("20300230T030405Z"), incomplete, "Date must be in ISO-8601 'basic format'. Got '20300230T030405Z'. See http://en.wikipedia.org/wiki/ISO_8601"},
		{"a scope of four", swap("/aws4_request", ""), incomplete,
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/20300102/us-east-1/cognito-idp'"},
		{"a scope of six", swap("/aws4_request", "/aws4_request/x"), incomplete,
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/20300102/us-east-1/cognito-idp/aws4_request/x'"},
		{"no key id", swap("AKIDEXAMPLE", ""), incomplete,
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '/20300102/us-east-1/cognito-idp/aws4_request'"},
		{"no region", swap("us-east-1", ""), invalid, "Credential should be scoped to a valid region, not ''. "},
		{"a region in capitals", swap("us-east-1", "US-EAST-1"), invalid, "Credential should be scoped to a valid region, not 'US-EAST-1'. "},
		{"a region that is too long", swap("us-east-1", strings.Repeat("a", 33)), invalid, "Credential should be scoped to a valid region, not '" + strings.Repeat("a", 33) + "'. "},
		{"a header twice", swap("host;x-amz-date", "host;host"), incomplete, "Authorization header requires 'SignedHeaders' to name headers, each once."},
		{"a header without a name", swap("host;", ";host;"), incomplete, "Authorization header requires 'SignedHeaders' to name headers, each once."},
		{"a signature that is not hexadecimal", swap("0123456789", "z123456789"), invalid, mismatch},
		{"a signature that is short", swap("0123456789", ""), invalid, mismatch},
		{"a signature that is long", swap("0123456789", "00123456789a"), invalid, mismatch},
		{"16 kB of it", swap("AKIDEXAMPLE", strings.Repeat("A", 16<<10)), incomplete, "Authorization header is too long."},
	} {
		for operation, body := range map[string]string{
			"ListUserPools": `{"MaxResults":1}`, "CreateUserPool": `{"PoolName":"made-by-nobody"}`, "AdminDeleteUser": "not even an object",
		} {
			t.Run(operation+" with "+tt.name, func(t *testing.T) {
				t.Parallel()
				r := n.request(t, operation, body)
				tt.change(r)
				n.wantRefusedWith(t, r, 400, tt.exception, tt.message)
			})
		}
	}
	t.Run("nobody signs up with a signature, so any will do", func(t *testing.T) {
		for _, value := range []string{"", "junk", "Bearer abc", "AWS4-HMAC-SHA256 Credential=a"} {
			r := n.request(t, "InitiateAuth", `{"ClientId":"nobody","AuthFlow":"USER_PASSWORD_AUTH"}`)
			r.Header.Set("Authorization", value)
			n.wantRefused(t, r, refusal{400, "ResourceNotFoundException", "User pool client nobody does not exist."})
		}
	})
}

// wantRefusedWith is wantRefused for a message of which only the beginning is
// known.
func (n *node) wantRefusedWith(t *testing.T, r *http.Request, status int, exception, beginning string) {
	t.Helper()
	gotStatus, out := n.do(t, r)
	if gotStatus != status || out.at("__type") != exception || !strings.HasPrefix(out.at("message"), beginning) {
		t.Errorf("got %d %v, want %d %s %q", gotStatus, out, status, exception, beginning)
	}
}
