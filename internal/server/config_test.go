package server

import (
	"net"
	"strings"
	"testing"
)

func TestConfigThatIsRefused(t *testing.T) {
	t.Parallel()
	good := Config{Dev: true, DataDir: "data", PublicURL: "http://127.0.0.1:9229"}
	if _, err := good.complete(); err != nil {
		t.Fatalf("a good configuration: %v", err)
	}
	for _, tt := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"no data folder", func(c *Config) { c.DataDir = "" }, "data folder"},
		{"another database", func(c *Config) { c.DatabaseURL = "mysql://root:hunter2@db" }, "postgres://"},
		{"a fixed code of five digits", func(c *Config) { c.FixedCode = "12345" }, "6 digits"},
		{"a fixed code with a letter", func(c *Config) { c.FixedCode = "12345a" }, "6 digits"},
		{"an account of letters", func(c *Config) { c.Account = "abcdefghijkl" }, "12 digits"},
		{"a certificate", func(c *Config) { c.TLSCert = "cert.pem" }, "cenote serve"},
		{"a trusted proxy", func(c *Config) { c.TrustedProxies = []string{"10.0.0.1"} }, "cenote serve"},
		{"a listener for metrics", func(c *Config) { c.MetricsListen = "127.0.0.1:0" }, "cenote serve"},
		{"rate limits of another kind", func(c *Config) { c.RateLimits = "some" }, "on or off"},
		{"no public URL", func(c *Config) { c.PublicURL = "" }, "public URL"},
		{"a public URL without a scheme", func(c *Config) { c.PublicURL = "localhost:9229" }, "http://"},
		{"a public URL with a query", func(c *Config) { c.PublicURL = "http://a.example/?b" }, "query"},
		{"a Lambda endpoint without a scheme", func(c *Config) { c.LambdaEndpoint = "127.0.0.1:9399" }, "Lambda endpoint"},
		{"a Lambda endpoint with a password", func(c *Config) { c.LambdaEndpoint = "http://a:hunter2@b.example" }, "no user"},
		{"a key for senders that is none", func(c *Config) { c.SenderKey = "hunter2" }, "32 bytes"},
		{"a key for senders that is short", func(c *Config) { c.SenderKey = "aHVudGVyMg==" }, "32 bytes"},
		{"an issuer for all pools", func(c *Config) { c.Issuer = "https://a.example" }, "{poolId}"},
		{"an issuer with another placeholder", func(c *Config) { c.Issuer = "https://a.example/{poolId}/{pool}" }, "alone"},
		{"an issuer that is no URL", func(c *Config) { c.Issuer = "{poolId}" }, "http://"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := good
			tt.change(&c)
			_, err := c.complete()
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats a password: %v", err)
			}
		})
	}
}

func TestListen(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		address string
		expose  bool
		want    string // in the error
	}{
		{"127.0.0.1:0", false, ""},
		{"localhost:0", false, ""},
		{"127.0.0.2:0", false, ""},
		{"0.0.0.0:0", false, "--expose"},
		{":0", false, "--expose"},
		{"[::]:0", false, "--expose"},
		{"192.0.2.1:0", false, "--expose"},
		{"0.0.0.0:0", true, ""},
		{"", true, "not given"},
		{"127.0.0.1", false, "port"},
		{"127.0.0.1:http-but-not-really", false, "port"},
	} {
		ln, err := Listen(Config{Dev: true, Listen: tt.address, Expose: tt.expose})
		if err == nil {
			ln.Close()
		}
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("Listen(%q, expose %v): got %v, want %q", tt.address, tt.expose, err, tt.want)
		}
	}
}

func TestURL(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"127.0.0.1:9229": "http://127.0.0.1:9229",
		"[::1]:9229":     "http://[::1]:9229",
		"0.0.0.0:9229":   "http://127.0.0.1:9229",
		"[::]:9229":      "http://127.0.0.1:9229",
	} {
		addr, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if got := URL(addr); got != want {
			t.Errorf("URL(%s) = %s, want %s", address, got, want)
		}
	}
}
