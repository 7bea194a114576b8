package server

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/token/testkeys"
	"github.com/cenote-auth/cenote/internal/sigv4"
)

// serveConfig is that of a server that people rely on, on SQLite and loopback.
// Tests call faster than its rates allow.
func serveConfig(t testing.TB) Config {
	return Config{Listen: "127.0.0.1:0", DataDir: t.TempDir(), RateLimits: "off", keys: &testkeys.Source{}}
}

// credentials are an access key as its holder has it.
type credentials struct{ id, secret string }

// newKey makes an access key; operations and pools are lists with commas.
func newKey(t testing.TB, c Config, name, operations, pools string) credentials {
	t.Helper()
	all, err := OpenOrMakeKeys(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer all.Close()
	scope := KeyScope{Operations: strings.Split(operations, ","), Pools: strings.Split(pools, ",")}
	key, secret, err := all.Create(t.Context(), name, scope)
	if err != nil {
		t.Fatal(err)
	}
	return credentials{key.ID, secret}
}

// newSigned returns a call as the holder of k would sign it now.
func (n *node) newSigned(t testing.TB, k credentials, operation string, in object) (r *http.Request, body []byte) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err = http.NewRequestWithContext(t.Context(), http.MethodPost, n.url+"/", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	k.sign(r, body, time.Now())
	return r, body
}

func (k credentials) sign(r *http.Request, body []byte, at time.Time) {
	sigv4.Sign(r, body, sigv4.Credentials{AccessKey: k.id, Secret: k.secret, Region: "eu-west-1"}, at)
}

// as makes a signed call.
func (n *node) as(t testing.TB, k credentials, operation string, in object) (status int, out object) {
	t.Helper()
	r, _ := n.newSigned(t, k, operation, in)
	return n.do(t, r)
}

// mustAs makes a signed call that must be answered with 200.
func (n *node) mustAs(t testing.TB, k credentials, operation string, in object) object {
	t.Helper()
	status, out := n.as(t, k, operation, in)
	if status != http.StatusOK {
		t.Fatalf("%s: got %d %v, want 200", operation, status, out)
	}
	return out
}

// jsonLog gives c a log as serve writes it, of every level.
func jsonLog(c *Config) *lines {
	l := &lines{}
	c.Log = slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return l
}

// entries are the lines of a log that have a message.
func (l *lines) entries(t testing.TB, message string) (list []object) {
	t.Helper()
	for line := range strings.Lines(l.String()) {
		var o object
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if o.at("msg") == message {
			list = append(list, o)
		}
	}
	return list
}

// text returns the body at a URL.
func text(t testing.TB, address string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, %v", address, res.Status, err)
	}
	return b.String()
}
