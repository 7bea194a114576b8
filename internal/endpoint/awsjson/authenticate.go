package awsjson

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// AccessKeys knows the secrets of access keys.
type AccessKeys interface {
	// Secret returns the secret of an access key, or false if there is no
	// such key.
	Secret(ctx context.Context, accessKeyID string) (secret string, ok bool)
}

// StaticKeys are access keys from a configuration: secrets by key id.
type StaticKeys map[string]string

// Secret returns the secret of accessKeyID.
func (k StaticKeys) Secret(_ context.Context, accessKeyID string) (string, bool) {
	secret, ok := k[accessKeyID]
	return secret, ok && secret != ""
}

// AnyKey accepts every access key and every signature that is well-formed. It
// is for development servers alone.
type AnyKey struct{}

// Secret knows no key: nothing can be verified under AnyKey.
func (AnyKey) Secret(context.Context, string) (string, bool) { return "", false }

// A Verifier checks the signature of a request, whose body was read already,
// at a time by the wall clock. Its error becomes the message of an
// InvalidSignatureException.
type Verifier func(r *http.Request, body []byte, secret string, now time.Time) error

// A credential is what an Authorization header says.
type credential struct {
	accessKey string
	region    string
	secret    string // "" under AnyKey
}

// credentials reads the Authorization header of a signed operation and finds
// the secret of its key. The signature itself needs the body: see verify.
func (h *Handler) credentials(r *http.Request) (*credential, *fault) {
	if h.opts.Page != nil && len(r.Header["Origin"]) > 0 && !h.opts.Page(r) {
		return nil, refuse(forbidden, "Signed operations are not open to web pages of another origin")
	}
	header := r.Header["Authorization"]
	if len(header) == 0 || header[0] == "" {
		return nil, refuse(missingToken, "Missing Authentication Token")
	}
	if len(header) > 1 {
		return nil, refuse(incompleteSign, "There is more than one Authorization header.")
	}
	cred, f := parse(header[0], r.Header)
	if f != nil {
		return nil, f
	}
	if h.trusting {
		return cred, nil
	}
	secret, ok := h.opts.Keys.Secret(r.Context(), cred.accessKey)
	if !ok {
		return nil, refuse(unrecognizedClient, "The security token included in the request is invalid.")
	}
	cred.secret = secret
	return cred, nil
}

// verify checks the signature over r and its body, by wall time.
func (h *Handler) verify(r *http.Request, body []byte, cred *credential) *fault {
	if h.trusting {
		return nil
	}
	if err := h.opts.Verify(r, body, cred.secret, time.Now()); err != nil {
		return refuse(invalidSignature, err.Error())
	}
	return nil
}

const (
	algorithm  = "AWS4-HMAC-SHA256"
	service    = "cognito-idp"
	terminator = "aws4_request"
	dateFormat = "20060102T150405Z"
)

// parse reads the header form of a signature and checks all of it that can be
// checked without a secret.
func parse(header string, h http.Header) (*credential, *fault) {
	fields, found := strings.CutPrefix(header, algorithm+" ")
	if !found {
		return nil, refuse(incompleteSign, "Authorization header must begin with '"+algorithm+"'.")
	}
	var scope, signed, signature string
	for field := range strings.SplitSeq(fields, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		switch name {
		case "Credential":
			scope = value
		case "SignedHeaders":
			signed = value
		case "Signature":
			signature = value
		default:
			return nil, refuse(incompleteSign, "Authorization header has a part that is not 'Credential', 'SignedHeaders' or 'Signature'.")
		}
	}
	if missing := missingParts(scope, signed, signature, h.Get("X-Amz-Date")); missing != "" {
		return nil, refuse(incompleteSign, missing)
	}
	if len(signature) != 64 || strings.Trim(signature, "0123456789abcdef") != "" {
		return nil, refuse(incompleteSign, "Signature must be 64 hexadecimal digits in lower case.")
	}
	return parseScope(scope, h.Get("X-Amz-Date"))
}

// missingParts names what is not there, in the service's words.
func missingParts(scope, signed, signature, date string) string {
	var all []string
	for _, part := range [...]struct{ name, value string }{
		{"Credential", scope}, {"Signature", signature}, {"SignedHeaders", signed},
	} {
		if part.value == "" {
			all = append(all, "Authorization header requires '"+part.name+"' parameter.")
		}
	}
	if date == "" {
		all = append(all, "Authorization header requires existence of a 'X-Amz-Date' header.")
	}
	return strings.Join(all, " ")
}

// parseScope reads keyid/date/region/service/terminator. date is X-Amz-Date.
func parseScope(scope, date string) (*credential, *fault) {
	parts := strings.Split(scope, "/")
	if len(parts) != 5 || parts[0] == "" || !isRegion(parts[2]) {
		return nil, refuse(incompleteSign, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.")
	}
	if _, err := time.Parse(dateFormat, date); err != nil {
		return nil, refuse(incompleteSign, "X-Amz-Date must be in ISO-8601 'basic format', e.g. 20300102T030405Z.")
	}
	switch {
	case parts[3] != service:
		return nil, refuse(invalidSignature, "Credential should be scoped to correct service: '"+service+"'.")
	case parts[4] != terminator:
		return nil, refuse(invalidSignature, "Credential should be scoped with a valid terminator: '"+terminator+"'.")
	case !strings.HasPrefix(date, parts[1]) || len(parts[1]) != len("20060102"):
		return nil, refuse(invalidSignature, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.")
	}
	return &credential{accessKey: parts[0], region: parts[2]}, nil
}

// isRegion reports whether s can stand before the underscore of a pool id.
func isRegion(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' {
			return false
		}
	}
	return s != "" && len(s) <= 32
}
