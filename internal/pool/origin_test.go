package pool

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDeviceName(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ agent, name, kind string }{
		{"", "unknown", "unknown"},
		{"something else", "unknown", "unknown"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "Chrome 126, Windows", "Chrome, Windows"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0", "Edge 126, Windows", "Edge, Windows"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15", "Safari 17, macOS", "Safari, macOS"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) CriOS/125.0 Mobile Safari/604", "Chrome 125, iOS", "Chrome, iOS"},
		{"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537", "Chrome 126, Android", "Chrome, Android"},
		{"Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox 127, Linux", "Firefox, Linux"},
		{"curl/8.5.0", "curl 8", "curl"},
		{"Mozilla/5.0 (Windows NT 10.0)", "Windows", "Windows"},
		{"Chrome/99999999", "Chrome 9999", "Chrome"},
	} {
		if name, kind := DeviceName(tt.agent), DeviceKind(tt.agent); name != tt.name || kind != tt.kind {
			t.Errorf("%s is %q of kind %q, want %q of %q", tt.agent, name, kind, tt.name, tt.kind)
		}
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.0/24", "::ffff:192.0.2.7": "192.0.2.0/24", "2001:db8:1:2:3::4": "2001:db8:1::/48", "fe80::1%eth0": "fe80::/48", "": "", "junk": "",
	} {
		if got := Network(address); got != want {
			t.Errorf("Network(%s) = %q, want %q", address, got, want)
		}
	}
}

func TestAddressesThatAreTold(t *testing.T) {
	t.Parallel()
	told := Origin{Address: "192.0.2.1", Agent: "curl/8", Told: "203.0.113.9"}
	secret := []ClientSecret{{}}
	for _, tt := range []struct {
		name   string
		client Client
		want   string
	}{
		{"a public client", Client{ClientSettings: ClientSettings{PropagateUserContext: true}}, "192.0.2.1"},
		{"a server that was not set up to", Client{Secrets: secret}, "192.0.2.1"},
		{"a server that was", Client{Secrets: secret, ClientSettings: ClientSettings{PropagateUserContext: true}}, "203.0.113.9"},
	} {
		if got := tt.client.Origin(told); got != (Origin{Address: tt.want, Agent: "curl/8"}) {
			t.Errorf("%s: %+v, want %s", tt.name, got, tt.want)
		}
	}
}

func FuzzDeviceName(f *testing.F) {
	f.Add("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0")
	f.Add("Chrome/")
	f.Fuzz(func(t *testing.T, agent string) {
		if name := DeviceName(agent); len(name) > 64 || name == "" || strings.ContainsAny(name, "\r\n") || !utf8.ValidString(name) {
			t.Errorf("%q is %q", agent, name)
		}
	})
}
