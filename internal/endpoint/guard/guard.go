package guard

import (
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Guard checks Host and Origin.
type Guard struct {
	hosts map[string]bool
}

// New returns a guard that takes loopback names, IP addresses and hosts, which
// are names with or without a port: the host to listen on and that of the
// public URL.
func New(hosts ...string) *Guard {
	g := &Guard{hosts: map[string]bool{"localhost": true}}
	for _, h := range hosts {
		if name := hostname(h); name != "" {
			g.hosts[name] = true
		}
	}
	return g
}

// Wrap answers 403 to requests with a foreign Host, and to those for /_cenote/*
// that a page of another origin made; next gets the others.
func (g *Guard) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !g.OwnHost(r.Host):
			refuse(w, "This server does not answer for the host of this request. Use localhost, or name the host in the public URL.")
		case strings.HasPrefix(r.URL.Path, "/_cenote/") && (!SameOrigin(r) || crossSite(r)):
			refuse(w, "This page belongs to the machine that runs the server; a web page of another origin may not use it.")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// OwnHost reports whether host, the Host header of a request, is the server's
// own. Ports are not compared, since a container's may be mapped. An IP
// address is always good: no name resolves to it, so nothing can be rebound.
func (g *Guard) OwnHost(host string) bool {
	if g.hosts[host] { // as it is, without a port: the cheap case
		return true
	}
	name := hostname(host)
	if g.hosts[name] || strings.HasSuffix(name, ".localhost") {
		return true
	}
	_, err := netip.ParseAddr(name)
	return err == nil
}

// SameOrigin reports whether r comes from no web page, or from one that this
// server served. A page that hides its origin ("null") is a stranger.
func SameOrigin(r *http.Request) bool {
	origins := r.Header["Origin"]
	if len(origins) == 0 {
		return true
	}
	if len(origins) > 1 {
		return false
	}
	u, err := url.Parse(origins[0])
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

// crossSite reports whether a page of another site made r without showing its
// origin, as an image or a script tag does. Following a link is none of that.
func crossSite(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return (site == "cross-site" || site == "same-site") && r.Header.Get("Sec-Fetch-Mode") != "navigate"
}

// hostname returns the lower-case name in host, without port, brackets and the
// dot of the root.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	} else {
		host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// refuse answers 403 in the form that an API client understands too.
func refuse(w http.ResponseWriter, message string) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Amzn-ErrorType", "ForbiddenException:")
	h.Set("X-Amzn-ErrorMessage", message)
	w.WriteHeader(http.StatusForbidden)
	_, _ = io.WriteString(w, `{"__type":"ForbiddenException","message":"`+message+`"}`)
}
