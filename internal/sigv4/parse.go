package sigv4

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	scheme      = "AWS4-"
	algorithm   = "AWS4-HMAC-SHA256"
	terminator  = "aws4_request"
	timeLayout  = "20060102T150405Z"
	dayLayout   = "20060102"
	maxHeader   = 16 << 10 // of an Authorization header, in bytes
	maxRegion   = 32
	hashedNote  = "(Hashed with SHA-256 and encoded with Base64) Authorization="
	dateMissing = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
)

// Authorization is what a signed request says of its signature. Nothing of it
// is proven before Verify.
type Authorization struct {
	AccessKey string
	Region    string // of letters, digits and hyphens
	Service   string

	day        string
	terminator string
	headers    []string // lower case, sorted, each once
	signature  string   // 64 hexadecimal digits
	time       time.Time
}

// Parse reads the signature of a request, or says with an *Error why there is
// none to verify.
func Parse(r *http.Request) (*Authorization, error) {
	header := strings.Join(r.Header.Values("Authorization"), ", ")
	if !strings.HasPrefix(header, scheme) {
		return nil, errMissing // bearer tokens and presigned URLs as well
	}
	if r.URL.Query().Has("X-Amz-Algorithm") {
		return nil, &Error{Invalid, "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."}
	}
	if len(header) > maxHeader {
		return nil, &Error{Incomplete, "Authorization header is too long."}
	}
	name, rest, _ := strings.Cut(header, " ")
	parts, err := parameters(rest, header)
	if err != nil {
		return nil, err
	}
	date := dateHeader(r)
	if err := complete(parts, date, header); err != nil {
		return nil, err
	}
	a := &Authorization{signature: parts["Signature"]}
	if a.time, err = parseTime(date); err != nil {
		return nil, err
	}
	if name != algorithm {
		return nil, &Error{Incomplete, fmt.Sprintf("Unsupported AWS 'algorithm': '%s' (only %s for now). ", name, algorithm)}
	}
	if err := a.setCredential(parts["Credential"]); err != nil {
		return nil, err
	}
	if a.headers, err = signedHeaders(parts["SignedHeaders"]); err != nil {
		return nil, err
	}
	if b, err := hex.DecodeString(a.signature); err != nil || len(b) != sha256.Size {
		return nil, errMismatch
	}
	return a, nil
}

// parameters splits "Name=value, Name=value" after the algorithm.
func parameters(list, header string) (map[string]string, error) {
	parts := map[string]string{}
	for part := range strings.SplitSeq(list, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			return nil, &Error{Incomplete, "Invalid key=value pair (missing equal-sign) in Authorization header" +
				" (hashed with SHA-256 and encoded with Base64): '" + hashed(header) + "'."}
		}
		if _, twice := parts[name]; twice {
			return nil, &Error{Incomplete, "Authorization header has more than one '" + name + "' parameter."}
		}
		parts[name] = value
	}
	return parts, nil
}

// complete names everything that is missing, in one message.
func complete(parts map[string]string, date, header string) error {
	var message strings.Builder
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if parts[name] == "" {
			fmt.Fprintf(&message, "Authorization header requires '%s' parameter. ", name)
		}
	}
	if date == "" {
		message.WriteString(dateMissing)
	}
	if message.Len() == 0 {
		return nil
	}
	return &Error{Incomplete, message.String() + hashedNote + hashed(header)}
}

// hashed stands for a header that may hold somebody's token.
func hashed(header string) string {
	sum := sha256.Sum256([]byte(header))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// dateHeader returns the header that says when the request was signed.
func dateHeader(r *http.Request) string {
	for _, name := range []string{"X-Amz-Date", "Date"} {
		if values := r.Header.Values(name); len(values) > 0 {
			return strings.Join(values, ",")
		}
	}
	return ""
}

func parseTime(date string) (time.Time, error) {
	if t, err := time.Parse(timeLayout, date); err == nil && t.Format(timeLayout) == date {
		return t, nil
	}
	if t, err := http.ParseTime(date); err == nil {
		return t.UTC(), nil
	}
	if t, err := time.Parse(time.RFC1123Z, date); err == nil { // as botocore writes a Date header
		return t.UTC(), nil
	}
	return time.Time{}, &Error{Incomplete, "Date must be in ISO-8601 'basic format'. Got '" + date + "'. See http://en.wikipedia.org/wiki/ISO_8601"}
}

func (a *Authorization) setCredential(credential string) error {
	scope := strings.Split(credential, "/")
	if len(scope) != 5 || scope[0] == "" {
		return &Error{Incomplete, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '" + credential + "'"}
	}
	a.AccessKey, a.day, a.Region, a.Service, a.terminator = scope[0], scope[1], scope[2], scope[3], scope[4]
	odd := func(c rune) bool { return !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-') }
	if a.Region == "" || len(a.Region) > maxRegion || strings.ContainsFunc(a.Region, odd) {
		return &Error{Invalid, "Credential should be scoped to a valid region, not '" + a.Region + "'. "}
	}
	return nil
}

func signedHeaders(list string) ([]string, error) {
	names := strings.Split(strings.ToLower(list), ";")
	slices.Sort(names)
	if names[0] == "" || slices.ContainsFunc(names, notName) || len(slices.Compact(slices.Clone(names))) != len(names) {
		return nil, &Error{Incomplete, "Authorization header requires 'SignedHeaders' to name headers, each once."}
	}
	return names, nil
}

// notName reports whether no header has this name, in lower case.
// Source: RFC 9110 sections 5.1 and 5.6.2.
func notName(name string) bool {
	const token = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~"
	return strings.ContainsFunc(name, func(c rune) bool { return !strings.ContainsRune(token, c) })
}

// String renders the header it was parsed from, in the usual form.
func (a *Authorization) String() string {
	return fmt.Sprintf("%s Credential=%s/%s, SignedHeaders=%s, Signature=%s",
		algorithm, a.AccessKey, a.scope(), strings.Join(a.headers, ";"), a.signature)
}

func (a *Authorization) scope() string {
	return a.day + "/" + a.Region + "/" + a.Service + "/" + a.terminator
}
