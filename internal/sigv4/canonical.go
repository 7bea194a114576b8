package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// signatureOf returns the signature a should have, in hexadecimal. It needs
// a's scope, time and headers. Source: Signature Version 4 signing process,
// canonical request and string to sign.
func (a *Authorization) signatureOf(secret string, r *http.Request, bodyHash string) string {
	canonical := sha256.Sum256([]byte(a.canonicalRequest(r, bodyHash)))
	toSign := algorithm + "\n" + a.time.Format(timeLayout) + "\n" + a.scope() + "\n" + hex.EncodeToString(canonical[:])
	key := []byte("AWS4" + secret)
	for _, part := range []string{a.day, a.Region, a.Service, a.terminator} {
		key = sum(key, part)
	}
	return hex.EncodeToString(sum(key, toSign))
}

func sum(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func hashBody(body []byte) string {
	hash := sha256.Sum256(body)
	return hex.EncodeToString(hash[:])
}

func (a *Authorization) canonicalRequest(r *http.Request, bodyHash string) string {
	var out strings.Builder
	out.WriteString(r.Method + "\n" + canonicalPath(r.URL) + "\n" + canonicalQuery(r.URL) + "\n")
	for _, name := range a.headers {
		out.WriteString(name + ":" + canonicalValue(r, name) + "\n")
	}
	out.WriteString("\n" + strings.Join(a.headers, ";") + "\n" + bodyHash)
	return out.String()
}

// canonicalValue joins the values of a header, white space reduced to one
// blank. Two headers are not where net/http found them.
func canonicalValue(r *http.Request, name string) string {
	values := slices.Clone(r.Header.Values(name))
	switch {
	case name == "host":
		values = []string{r.Host}
	case name == "content-length" && len(values) == 0 && r.ContentLength >= 0:
		values = []string{strconv.FormatInt(r.ContentLength, 10)}
	}
	for i, value := range values {
		values[i] = strings.Join(strings.Fields(value), " ")
	}
	return strings.Join(values, ",")
}

// canonicalPath escapes the path once more than the request line did. It does
// not remove dot segments: the service has one path.
func canonicalPath(u *url.URL) string {
	path := u.EscapedPath()
	if path == "" {
		return "/"
	}
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		segments[i] = escape(segment)
	}
	return strings.Join(segments, "/")
}

func canonicalQuery(u *url.URL) string {
	var pairs []string
	for name, values := range u.Query() {
		for _, value := range values {
			pairs = append(pairs, escape(name)+"="+escape(value))
		}
	}
	// By name, then value; whole pairs would sort "a1=" before "a=".
	slices.SortFunc(pairs, func(x, y string) int {
		xName, xValue, _ := strings.Cut(x, "=")
		yName, yValue, _ := strings.Cut(y, "=")
		if c := strings.Compare(xName, yName); c != 0 {
			return c
		}
		return strings.Compare(xValue, yValue)
	})
	return strings.Join(pairs, "&")
}

// escape leaves what RFC 3986 calls unreserved and escapes all else, the
// space too.
func escape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
