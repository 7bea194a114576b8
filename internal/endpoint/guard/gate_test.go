package guard_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/endpoint/guard"
)

func TestGate(t *testing.T) {
	t.Parallel()
	const (
		proxy    = "10.1.2.3:4000"
		stranger = "203.0.113.9:5000"
		local    = "127.0.0.1:6000"
		public   = "auth.example.com"
		backend  = "cenote.internal:9229"
	)
	behind := guard.GateOptions{Host: public, TLS: true, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	alone := guard.GateOptions{Host: public, TLS: true}
	laptop := guard.GateOptions{Host: "localhost:9229", Local: true}
	sidecar := guard.GateOptions{Host: public, TLS: true, Local: true}
	sidecarTrusted := sidecar
	sidecarTrusted.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	for _, tt := range []struct {
		name       string
		gate       guard.GateOptions
		peer, host string
		tls        bool
		header     string // "Name: value; ..."
		want       int
		wantHost   string
		wantRemote string
	}{
		{"TLS", alone, stranger, public, true, "", 204, public, stranger},
		{"TLS, a port in the host", alone, stranger, public + ":9229", true, "", 204, public + ":9229", stranger},
		{"TLS, another host", alone, stranger, "evil.example", true, "", 403, "", ""},
		{"TLS, an address as host", alone, stranger, "192.0.2.7", true, "", 403, "", ""},
		{"TLS, loopback as host", alone, local, "localhost", true, "", 403, "", ""},
		{"plain", alone, stranger, public, false, "", 403, "", ""},
		{"plain from this machine to a public address", alone, local, public, false, "", 403, "", ""},
		{"plain, lying", alone, stranger, public, false, "X-Forwarded-Proto: https", 403, "", ""},
		{"TLS, lying about the address", alone, stranger, public, true, "X-Forwarded-For: 198.51.100.1; X-Forwarded-Host: evil.example", 204, public, stranger},

		{"a proxy that tells all", behind, proxy, backend, false, "X-Forwarded-Proto: https; X-Forwarded-Host: auth.example.com; X-Forwarded-For: 198.51.100.1", 204, public, "198.51.100.1:0"},
		{"a proxy that passes the host on", behind, proxy, public, false, "X-Forwarded-Proto: HTTPS", 204, public, proxy},
		{"a proxy by TLS that says nothing", behind, proxy, public, true, "", 204, public, proxy},
		{"a proxy whose client came plain", behind, proxy, public, false, "X-Forwarded-Proto: http", 403, "", ""},
		{"a proxy by TLS whose client came plain", behind, proxy, public, true, "X-Forwarded-Proto: http", 403, "", ""},
		{"a proxy that does not say how its client came", behind, proxy, public, false, "", 403, "", ""},
		{"a proxy that adds to what its client made up", behind, proxy, public, false, "X-Forwarded-Proto: https, http", 403, "", ""},
		{"a proxy that loses the host", behind, proxy, backend, false, "X-Forwarded-Proto: https", 403, "", ""},
		{"a proxy for another host", behind, proxy, public, false, "X-Forwarded-Proto: https; X-Forwarded-Host: evil.example", 403, "", ""},
		{"two proxies", behind, proxy, public, false, "X-Forwarded-Proto: https; X-Forwarded-For: 198.51.100.66, 198.51.100.1, 10.9.9.9", 204, public, "198.51.100.1:0"},
		{"proxies alone", behind, proxy, public, false, "X-Forwarded-Proto: https; X-Forwarded-For: 10.9.9.9", 204, public, "10.9.9.9:0"},
		{"a chain of junk", behind, proxy, public, false, "X-Forwarded-Proto: https; X-Forwarded-For: ada@example.com", 204, public, proxy},
		{"an address with a port", behind, proxy, public, false, "X-Forwarded-Proto: https; X-Forwarded-For: [2001:db8::1]:443", 204, public, "[2001:db8::1]:0"},
		{"a stranger who plays the proxy", behind, stranger, public, false, "X-Forwarded-Proto: https; X-Forwarded-For: 10.1.1.1", 403, "", ""},
		{"a proxy on an IPv4 address in IPv6", behind, "[::ffff:10.1.2.3]:4000", public, false, "X-Forwarded-Proto: https", 204, public, "[::ffff:10.1.2.3]:4000"},

		{"on loopback, plain", laptop, local, "localhost:9229", false, "", 204, "localhost:9229", local},
		{"on loopback, by address", laptop, local, "127.0.0.1:9229", false, "", 204, "127.0.0.1:9229", local},
		{"on loopback, another address", laptop, local, "192.0.2.7:9229", false, "", 403, "", ""},
		{"on loopback, a stranger's name", laptop, local, "evil.example:9229", false, "", 403, "", ""},
		{"a proxy on this machine that is not named", sidecar, local, public, false, "X-Forwarded-For: 198.51.100.1", 204, public, local},
		{"a proxy on this machine that is", sidecarTrusted, local, public, false, "X-Forwarded-Proto: https; X-Forwarded-For: 198.51.100.1", 204, public, "198.51.100.1:0"},
		{"a proxy on this machine whose client came plain", sidecarTrusted, local, public, false, "X-Forwarded-Proto: http", 403, "", ""},
		{"a person on this machine", sidecarTrusted, local, "localhost:9229", false, "", 204, "localhost:9229", local},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var seen *http.Request
			h := guard.NewGate(tt.gate).Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				seen = r
				w.WriteHeader(http.StatusNoContent)
			}))
			r := httptest.NewRequest("POST", "/", nil)
			r.RemoteAddr, r.Host = tt.peer, tt.host
			if tt.tls {
				r.TLS = &tls.ConnectionState{}
			}
			for _, line := range strings.Split(tt.header, "; ") {
				if name, value, ok := strings.Cut(line, ": "); ok {
					r.Header.Set(name, value)
				}
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Fatalf("got %d %s, want %d", w.Code, w.Body, tt.want)
			}
			if tt.want == 204 && (seen.Host != tt.wantHost || seen.RemoteAddr != tt.wantRemote) {
				t.Errorf("host %q and remote address %q, want %q and %q", seen.Host, seen.RemoteAddr, tt.wantHost, tt.wantRemote)
			}
			probe := httptest.NewRequest("GET", "/_cenote/ready", nil)
			probe.RemoteAddr, probe.Host = tt.peer, "192.0.2.7"
			w = httptest.NewRecorder()
			if h.ServeHTTP(w, probe); w.Code != 204 {
				t.Errorf("a probe got %d, want to get through", w.Code)
			}
		})
	}
}

func FuzzGate(f *testing.F) {
	f.Add("198.51.100.1, 10.1.1.1", "https", "auth.example.com")
	f.Add("[2001:db8::1]:443,,", "HTTPS,http", "a:b:c")
	g := guard.NewGate(guard.GateOptions{Host: "auth.example.com", TLS: true, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	f.Fuzz(func(t *testing.T, chain, proto, host string) {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = "10.1.2.3:4000"
		r.Header = http.Header{"X-Forwarded-For": {chain}, "X-Forwarded-Proto": {proto}, "X-Forwarded-Host": {host}}
		g.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if _, err := netip.ParseAddrPort(r.RemoteAddr); err != nil {
				t.Errorf("remote address %q", r.RemoteAddr)
			}
			if !strings.HasSuffix(strings.ToLower(strings.TrimSpace(proto)), "https") {
				t.Errorf("let through with proto %q", proto)
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
	})
}
