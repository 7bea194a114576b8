package loopback_test

import (
	"net/url"
	"testing"

	"github.com/cenote-auth/cenote/auth/internal/loopback"
)

func TestSecure(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"https://example.com":        true,
		"http://localhost:9229":      true,
		"http://LOCALHOST":           true,
		"http://app.localhost":       true,
		"http://127.0.0.1":           true,
		"http://127.9.9.9:1":         true,
		"http://[::1]:9229/x":        true,
		"http://example.com":         false,
		"http://127.0.0.1.nip.io":    false,
		"http://localhost.evil.test": false,
		"http://0.0.0.0":             false,
		"http://10.0.0.1":            false,
		"ftp://localhost":            false,
		"https:///x":                 false,
		"":                           false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := loopback.Secure(u); got != want {
			t.Errorf("Secure(%q) = %v, want %v", address, got, want)
		}
		if got := loopback.Usable(u, false); got != want {
			t.Errorf("Usable(%q, false) = %v, want %v", address, got, want)
		}
	}
}

func TestUsableWithoutSecurity(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"https://example.com": true,
		"http://localhost":    true,
		"http://cenote:9229":  true,
		"http://:9229":        false,
		"http:///x":           false,
		"ftp://cenote":        false,
		"//cenote":            false,
		"":                    false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := loopback.Usable(u, true); got != want {
			t.Errorf("Usable(%q, true) = %v, want %v", address, got, want)
		}
	}
}
