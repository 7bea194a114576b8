package guard_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cenote-auth/cenote/internal/endpoint/guard"
)

func TestHost(t *testing.T) {
	t.Parallel()
	g := guard.New("0.0.0.0:9229", "Auth.Example.com", "cenote:9229", "")
	for _, tt := range []struct {
		name, host string
		want       bool
	}{
		{"localhost with any port", "localhost:9000", true},
		{"localhost without a port", "localhost", true},
		{"upper case and the root dot", "LOCALHOST.:9229", true},
		{"a name under localhost", "app.localhost:9229", true},
		{"loopback address", "127.0.0.1:9229", true},
		{"IPv6 loopback", "[::1]:9229", true},
		{"IPv6 loopback without a port", "[::1]", true},
		{"an address of the local network", "192.168.1.7:9229", true},
		{"the public host", "auth.example.com", true},
		{"the public host with a port", "auth.example.com:443", true},
		{"a container's name", "cenote:8080", true},
		{"a stranger's name", "evil.example:9229", false},
		{"a name that begins like ours", "localhost.evil.example", false},
		{"a name that ends like ours", "evilauth.example.com", false},
		{"a name that ends like localhost", "evillocalhost:9229", false},
		{"a name that looks like an address", "127.0.0.1.evil.example:9229", false},
		{"no host", "", false},
		{"a port alone", ":9229", false},
		{"junk", "a:b:c", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := g.OwnHost(tt.host); got != tt.want {
				t.Errorf("OwnHost(%q) = %v, want %v", tt.host, got, tt.want)
			}
		})
	}
}

func TestSameOrigin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		origins []string
		want    bool
	}{
		{"no page", nil, true},
		{"our own page", []string{"http://localhost:9229"}, true},
		{"our own page behind TLS", []string{"https://localhost:9229"}, true},
		{"another port", []string{"http://localhost:3000"}, false},
		{"another name of this machine", []string{"http://127.0.0.1:9229"}, false},
		{"another site", []string{"https://evil.example"}, false},
		{"a hidden origin", []string{"null"}, false},
		{"an empty origin", []string{""}, false},
		{"another scheme", []string{"ftp://localhost:9229"}, false},
		{"ours in the user part", []string{"http://localhost:9229@evil.example"}, false},
		{"not a URL", []string{"http://[::1"}, false},
		{"two origins", []string{"http://localhost:9229", "https://evil.example"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("POST", "http://localhost:9229/", nil)
			if tt.origins != nil {
				r.Header["Origin"] = tt.origins
			}
			if got := guard.SameOrigin(r); got != tt.want {
				t.Errorf("SameOrigin(%q) = %v, want %v", tt.origins, got, tt.want)
			}
		})
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	h := guard.New().Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	}))
	header := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	for _, tt := range []struct {
		name, method, url string
		header            http.Header
		want              int
	}{
		{"a tool", "GET", "http://localhost:9229/_cenote/inbox", nil, 204},
		{"our own page", "GET", "http://localhost:9229/_cenote/inbox", header("Origin", "http://localhost:9229"), 204},
		{"a foreign page reads the inbox", "GET", "http://localhost:9229/_cenote/inbox", header("Origin", "http://localhost:3000"), 403},
		{"a foreign page moves the clock", "POST", "http://localhost:9229/_cenote/clock", header("Origin", "https://evil.example"), 403},
		{"a foreign page embeds the inbox", "GET", "http://localhost:9229/_cenote/inbox", header("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"), 403},
		{"a link to the inbox is followed", "GET", "http://localhost:9229/_cenote/inbox", header("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"), 204},
		{"the address bar", "GET", "http://localhost:9229/_cenote/inbox", header("Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate"), 204},
		{"a foreign page calls the API", "POST", "http://localhost:9229/", header("Origin", "http://localhost:3000"), 204},
		{"a foreign page reads the keys", "GET", "http://localhost:9229/p_1/.well-known/jwks.json", header("Origin", "http://localhost:3000"), 204},
		{"a foreign host on the API", "POST", "http://evil.example:9229/", nil, 403},
		{"a foreign host on the inbox", "GET", "http://evil.example/_cenote/inbox", header("Origin", "http://evil.example"), 403},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(tt.method, tt.url, nil)
			if tt.header != nil {
				r.Header = tt.header
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Fatalf("status = %d, want %d", w.Code, tt.want)
			}
			if tt.want != http.StatusForbidden {
				return
			}
			var body struct {
				Type    string `json:"__type"`
				Message string `json:"message"`
			}
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || body.Type != "ForbiddenException" || body.Message == "" {
				t.Errorf("body = %s (%v), want a ForbiddenException with a message", w.Body, err)
			}
		})
	}
}
