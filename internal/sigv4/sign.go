package sigv4

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Credentials are an access key and what it is used for.
type Credentials struct {
	AccessKey, Secret string
	Region            string
	Service           string // cognito-idp if empty
}

// Sign puts a signature of now over the method, the URL, the body, the host,
// the content type and every X-Amz-* header into the request's headers. The
// body must be the one that will be sent; Sign does not read r.Body.
func Sign(r *http.Request, body []byte, c Credentials, now time.Time) {
	if c.Service == "" {
		c.Service = service
	}
	if r.Host == "" {
		r.Host = r.URL.Host
	}
	a := &Authorization{
		AccessKey: c.AccessKey, Region: c.Region, Service: c.Service,
		day: now.UTC().Format(dayLayout), terminator: terminator, time: now.UTC(),
	}
	r.Header.Set("X-Amz-Date", a.time.Format(timeLayout))
	a.headers = []string{"host"}
	for name := range r.Header {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, "x-amz-") || name == "content-type" {
			a.headers = append(a.headers, name)
		}
	}
	slices.Sort(a.headers)
	a.signature = a.signatureOf(c.Secret, r, hashBody(body))
	r.Header.Set("Authorization", a.String())
}
