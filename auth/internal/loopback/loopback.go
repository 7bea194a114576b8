// Package loopback tells addresses of this machine from others: only to these may
// secrets go without TLS. It knows nobody.
package loopback

import (
	"net"
	"net/url"
	"strings"
)

// Is reports whether host, without a port, is this machine: localhost, a name
// below it (RFC 6761, section 6.3), or a loopback address.
func Is(host string) bool {
	host = strings.ToLower(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Secure reports whether secrets may be sent to u: by https, or by http to this
// machine.
func Secure(u *url.URL) bool {
	return u.Scheme == "https" && u.Host != "" || u.Scheme == "http" && Is(u.Hostname())
}

// Usable is Secure, or with insecure also true of http to any host, for those who
// have said that their network is nobody else's.
func Usable(u *url.URL, insecure bool) bool {
	return Secure(u) || insecure && u.Scheme == "http" && u.Hostname() != ""
}
