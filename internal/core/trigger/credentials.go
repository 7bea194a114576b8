package trigger

import (
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/internal/sigv4"
)

// Credentials are the access key that calls of the Invoke API are signed with.
type Credentials struct {
	AccessKey, Secret string
	SessionToken      string // of temporary keys
	Region            string // of functions whose name says none
}

// sign signs r, a call of a function with payload. Over a line that others can
// listen on nothing is signed: who wants no TLS is not AWS.
func (c Credentials) sign(r *http.Request, function string, payload []byte) {
	if c.AccessKey == "" || r.URL.Scheme != "https" && !loopback(r.URL.Hostname()) {
		return
	}
	if c.SessionToken != "" {
		r.Header.Set("X-Amz-Security-Token", c.SessionToken)
	}
	region := c.Region
	if parts := strings.Split(function, ":"); len(parts) > 3 && parts[3] != "" { // arn:aws:lambda:region:...
		region = parts[3]
	}
	sigv4.Sign(r, payload, sigv4.Credentials{AccessKey: c.AccessKey, Secret: c.Secret, Region: region, Service: "lambda"}, time.Now())
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
