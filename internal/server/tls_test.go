package server

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// writeCertificate makes a certificate of localhost, whose name is issuer too,
// and writes it and its key to two files.
func writeCertificate(t *testing.T, dir, name string) (certFile, keyFile string, cert *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writePEM(t, certFile, "CERTIFICATE", der)
	writePEM(t, keyFile, "PRIVATE KEY", private)
	return certFile, keyFile, cert
}

func writePEM(t *testing.T, name, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	c := serveConfig(t)
	c.PublicURL = "https://localhost"
	var cert *x509.Certificate
	c.TLSCert, c.TLSKey, cert = writeCertificate(t, t.TempDir(), "first")
	key := newKey(t, c, "deploy", "*", "*")
	n := start(t, c)

	roots := x509.NewCertPool()
	roots.AddCert(cert)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}}
	defer client.CloseIdleConnections()
	r, _ := n.newSigned(t, key, "ListUserPools", object{"MaxResults": 1})
	r.URL.Scheme, r.URL.Host = "https", "localhost:"+r.URL.Port()
	r.Header.Del("Authorization")
	r.Host = r.URL.Host
	key.sign(r, []byte(`{"MaxResults":1}`), time.Now())
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.ProtoMajor != 2 {
		t.Errorf("by TLS: got %s by %s, want 200 by HTTP/2", res.Status, res.Proto)
	}
	if status, _ := n.get(t, "/_cenote/health"); status != http.StatusBadRequest {
		t.Errorf("in plain: got %d, want 400", status)
	}
	old := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MaxVersion: tls.VersionTLS11}}}
	if res, err := old.Get("https://localhost:" + r.URL.Port() + "/_cenote/health"); err == nil {
		res.Body.Close()
		t.Error("TLS 1.1 was spoken")
	}
	if strings.Contains(n.log.String(), "level=ERROR") {
		t.Errorf("those who do not speak TLS are news:\n%s", n.log)
	}
}

func TestACertificateThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	c := serveConfig(t)
	dir := t.TempDir()
	c.TLSCert, c.TLSKey, _ = writeCertificate(t, dir, "first")
	c.PublicURL = "https://localhost"
	other, _, _ := writeCertificate(t, t.TempDir(), "other")
	for name, change := range map[string]func(*Config){
		"a missing file":         func(c *Config) { c.TLSCert = filepath.Join(dir, "missing.pem") },
		"another's key":          func(c *Config) { c.TLSCert = other },
		"a key in place of both": func(c *Config) { c.TLSCert = c.TLSKey },
	} {
		c := c
		change(&c)
		if s, err := New(t.Context(), c); err == nil || !strings.Contains(err.Error(), "certificate: ") {
			t.Errorf("%s: New = %v, %v; want to be told of the certificate", name, s, err)
		}
	}
}

func TestARenewedCertificateIsTakenUp(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	var log bytes.Buffer
	certFile, keyFile, _ := writeCertificate(t, dir, "first")
	c := &certificate{certFile: certFile, keyFile: keyFile, log: slog.New(slog.NewTextHandler(&log, nil)), now: func() time.Time { return now }}
	if err := c.load(); err != nil {
		t.Fatal(err)
	}
	name := func() string {
		t.Helper()
		pair, err := c.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		return pair.Leaf.Subject.CommonName
	}
	writeCertificate(t, dir, "second with a longer name")
	if got := name(); got != "first" {
		t.Errorf("at once: %q, want the first", got)
	}
	now = now.Add(certificateLook)
	if got := name(); got != "second with a longer name" {
		t.Errorf("a minute later: %q, want the second", got)
	}
	if err := os.Remove(keyFile); err != nil {
		t.Fatal(err)
	}
	now = now.Add(certificateLook)
	if got := name(); got != "second with a longer name" || strings.Count(log.String(), "not renewed") != 1 {
		t.Errorf("with half of it gone: %q, want what was there, and one line in the log: %s", got, &log)
	}
}

// A proxy on another host name ends TLS; the server believes it about the
// host, which the client has signed.
func TestBehindATrustedProxy(t *testing.T) {
	t.Parallel()
	c := serveConfig(t)
	log := jsonLog(&c)
	c.PublicURL = "https://auth.example.com"
	c.TrustedProxies = []string{"127.0.0.1"}
	key := newKey(t, c, "deploy", "*", "*")
	n := start(t, c)
	target, err := url.Parse(n.url)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target) // with its host
		r.SetXForwarded()
	}})
	defer proxy.Close()

	call := func(to *httptest.Server, url, host string) int {
		t.Helper()
		r, _ := n.newSigned(t, key, "ListUserPools", object{"MaxResults": 1})
		r.Header.Del("Authorization")
		r.Header.Set("X-Forwarded-For", "203.0.113.66") // which the proxy replaces
		r.Host = host
		key.sign(r, []byte(`{"MaxResults":1}`), time.Now())
		r.URL, err = r.URL.Parse(url)
		if err != nil {
			t.Fatal(err)
		}
		res, err := to.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	if got := call(proxy, proxy.URL+"/", "auth.example.com"); got != http.StatusOK {
		t.Errorf("through the proxy: got %d, want 200", got)
	}
	if got := call(proxy, proxy.URL+"/", "evil.example"); got != http.StatusForbidden {
		t.Errorf("for another host: got %d, want 403", got)
	}
	plain := httptest.NewServer(proxy.Config.Handler)
	defer plain.Close()
	if got := call(plain, plain.URL+"/", "auth.example.com"); got != http.StatusForbidden {
		t.Errorf("in plain to the proxy: got %d, want 403", got)
	}
	var remotes []string
	for _, line := range log.entries(t, "request") {
		remotes = append(remotes, line.at("remote")+" "+line.at("exception"))
	}
	if got, want := strings.Join(remotes, ", "), "127.0.0.1 , 127.0.0.1 ForbiddenException, 127.0.0.1 ForbiddenException"; got != want {
		t.Errorf("remote addresses and exceptions %q, want %q", got, want)
	}
}
