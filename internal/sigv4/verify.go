package sigv4

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	service = "cognito-idp"
	maxSkew = 5 * time.Minute
)

// Verify checks that the request, which a was parsed from, was signed with
// the access key's secret within five minutes of now, for this service, and
// that the signature covers the body, the host and every X-Amz-* header.
// Behind a proxy r.Host must be the name the client used. It returns nil or
// an *Error.
func (a *Authorization) Verify(secret string, r *http.Request, body []byte, now time.Time) error {
	if err := a.checkTime(now.UTC()); err != nil {
		return err
	}
	if err := a.checkHeaders(r); err != nil {
		return err
	}
	if err := a.checkScope(); err != nil {
		return err
	}
	hash := hashBody(body)
	if claimed := r.Header.Values("X-Amz-Content-Sha256"); len(claimed) > 0 && (len(claimed) > 1 || claimed[0] != hash) {
		return errMismatch
	}
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		return errMismatch // what cannot be read cannot have been signed
	}
	want := a.signatureOf(secret, r, hash)
	if subtle.ConstantTimeCompare([]byte(want), []byte(a.signature)) != 1 {
		return errMismatch
	}
	return nil
}

func (a *Authorization) checkTime(now time.Time) error {
	at := a.time.Format(timeLayout)
	if earliest := now.Add(-maxSkew).Truncate(time.Second); a.time.Before(earliest) {
		return &Error{Skewed, fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - 5 min.)",
			at, earliest.Format(timeLayout), now.Format(timeLayout))}
	}
	if latest := now.Add(maxSkew); a.time.After(latest) {
		return &Error{Skewed, fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + 5 min.)",
			at, latest.Format(timeLayout), now.Format(timeLayout))}
	}
	return nil
}

// checkHeaders wants signed what says where the request goes and what it asks.
func (a *Authorization) checkHeaders(r *http.Request) error {
	if !slices.Contains(a.headers, "host") {
		return &Error{Invalid, "'Host' must be a 'SignedHeader' in the AWS Authorization."}
	}
	var unsigned []string
	for name := range r.Header {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, "x-amz-") && !slices.Contains(a.headers, name) {
			unsigned = append(unsigned, name)
		}
	}
	if len(unsigned) == 0 {
		return nil
	}
	slices.Sort(unsigned)
	return &Error{Invalid, fmt.Sprintf("'%s' must be a 'SignedHeader' in the AWS Authorization.", strings.Join(unsigned, "', '"))}
}

// checkScope names everything that is wrong with the scope, in one message.
func (a *Authorization) checkScope() error {
	var message strings.Builder
	if a.Service != service {
		fmt.Fprintf(&message, "Credential should be scoped to correct service: '%s'. ", service)
	}
	if a.terminator != terminator {
		fmt.Fprintf(&message, "Credential should be scoped with a valid terminator: '%s', not '%s'. ", terminator, a.terminator)
	}
	if day := a.time.Format(dayLayout); a.day != day {
		fmt.Fprintf(&message, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.",
			a.day, day, a.time.Format(timeLayout))
	}
	if message.Len() == 0 {
		return nil
	}
	return &Error{Invalid, message.String()}
}
