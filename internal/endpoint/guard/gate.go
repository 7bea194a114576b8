package guard

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// GateOptions say by which ways requests may come.
type GateOptions struct {
	Host    string         // of the public URL, with or without a port
	TLS     bool           // the public URL is https: nothing may come in plain
	Local   bool           // the server listens on loopback alone: what comes from there may be plain
	Proxies []netip.Prefix // whose X-Forwarded-Proto, -Host and -For are believed
}

// Gate checks by which way a request came.
type Gate struct {
	GateOptions
	host string
}

// NewGate returns a gate.
func NewGate(o GateOptions) *Gate { return &Gate{o, hostname(o.Host)} }

// Wrap answers 403 to requests that came by a wrong way. next gets the others
// with the Host and the remote address of the client, as trusted proxies tell
// them. Probes (/_cenote/health and /_cenote/ready) may come by every way.
func (g *Gate) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure, told := r.TLS != nil, false
		if peer, ok := address(r.RemoteAddr); ok && g.trusts(peer) {
			secure, told = g.believe(r, secure)
		}
		switch {
		case r.URL.Path == "/_cenote/health" || r.URL.Path == "/_cenote/ready":
		case g.TLS && !secure && (told || !g.Local):
			refuse(w, "This server is reached by https alone. A proxy in front of it must be trusted and send X-Forwarded-Proto: https.")
			return
		case !g.ownHost(r.Host):
			refuse(w, "This server does not answer for the host of this request. A proxy must pass on the client's Host, or send it as X-Forwarded-Host.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// believe takes over what a trusted proxy says of the client's request. secure
// is whether the client came by https, and told whether the proxy said so.
func (g *Gate) believe(r *http.Request, direct bool) (secure, told bool) {
	if host := last(r.Header["X-Forwarded-Host"]); host != "" {
		r.Host = host
	}
	if client, ok := g.client(r.Header["X-Forwarded-For"]); ok {
		r.RemoteAddr = netip.AddrPortFrom(client, 0).String()
	}
	if proto := last(r.Header["X-Forwarded-Proto"]); proto != "" {
		return strings.EqualFold(proto, "https"), true
	}
	return direct, false
}

// client returns the last address in a chain that is no trusted proxy's: those
// before it are what the client made up, or may be.
func (g *Gate) client(chain []string) (client netip.Addr, ok bool) {
	hops := strings.Split(strings.Join(chain, ","), ",")
	for _, hop := range slices.Backward(hops) {
		a, known := address(strings.TrimSpace(hop))
		if !known {
			break
		}
		client, ok = a, true
		if !g.trusts(a) {
			break
		}
	}
	return client, ok
}

func (g *Gate) trusts(a netip.Addr) bool {
	return slices.ContainsFunc(g.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// ownHost reports whether host is the public one or, on a server that listens
// on loopback alone, a name of loopback. Ports are not compared.
func (g *Gate) ownHost(host string) bool {
	if host == g.Host { // as it is: the cheap case
		return true
	}
	name := hostname(host)
	if name == g.host || !g.Local {
		return name == g.host
	}
	a, err := netip.ParseAddr(name)
	return name == "localhost" || err == nil && a.IsLoopback()
}

// last returns the last of a list of values: the one that the nearest proxy
// wrote.
func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	list := values[len(values)-1]
	return strings.TrimSpace(list[strings.LastIndexByte(list, ',')+1:])
}

// address returns the address in a text, with or without a port.
func address(text string) (netip.Addr, bool) {
	if a, err := netip.ParseAddrPort(text); err == nil {
		return a.Addr().Unmap().WithZone(""), true
	}
	a, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return a.Unmap().WithZone(""), err == nil
}
