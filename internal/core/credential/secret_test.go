package credential

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/keyring/keyringtest"
	"github.com/cenote-auth/cenote/internal/pool"
)

// hashOf is what a client computes.
func hashOf(secret, username, clientID string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(username + clientID))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestCheckHash(t *testing.T) {
	t.Parallel()
	s := NewSecrets(keyringtest.Open(t))
	public, confidential := &pool.Client{ID: "web"}, &pool.Client{ID: "api", Secrets: []pool.ClientSecret{{Sealed: s.Seal("api", "s3cret")}}}
	const missing = "Client api is configured with secret but SECRET_HASH was not received"
	const wrong = "Unable to verify secret hash for client api"
	for _, tt := range []struct {
		name   string
		client *pool.Client
		hash   string
		want   string // the words of NotAuthorized
	}{
		{"a public client without", public, "", ""},
		{"a public client with one", public, "x", "Client web is not configured for secret but secret was received"},
		{"right", confidential, hashOf("s3cret", "ada", "api"), ""},
		{"missing", confidential, "", missing},
		{"of another user", confidential, hashOf("s3cret", "bob", "api"), wrong},
		{"of the name in other letters", confidential, hashOf("s3cret", "Ada", "api"), wrong},
		{"of another client", confidential, hashOf("s3cret", "ada", "web"), wrong},
		{"by another secret", confidential, hashOf("secret", "ada", "api"), wrong},
		{"the secret itself", confidential, "s3cret", wrong},
		{"without padding", confidential, strings.TrimRight(hashOf("s3cret", "ada", "api"), "="), wrong},
		{"with a tail", confidential, hashOf("s3cret", "ada", "api") + "=", wrong},
	} {
		err := s.CheckHash(tt.client, "ada", tt.hash)
		e, _ := err.(*pool.Error)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case tt.want != "" && (e == nil || e.Kind != pool.NotAuthorized || e.Message != tt.want):
			t.Errorf("%s: error = %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestSecretMatches(t *testing.T) {
	t.Parallel()
	s := NewSecrets(keyringtest.Open(t))
	public, confidential := &pool.Client{ID: "web"}, &pool.Client{ID: "api", Secrets: []pool.ClientSecret{{Sealed: s.Seal("api", "s3cret")}}}
	for _, tt := range []struct {
		client *pool.Client
		given  string
		want   bool
	}{
		{public, "", true}, {public, "s3cret", false},
		{confidential, "s3cret", true}, {confidential, "", false}, {confidential, "S3cret", false}, {confidential, "s3cret ", false},
	} {
		got, err := s.Matches(tt.client, tt.given)
		if err != nil || got != tt.want {
			t.Errorf("Matches(%s, %q) = %v, %v, want %v", tt.client.ID, tt.given, got, err, tt.want)
		}
	}
}

// While a secret is exchanged for another, both are good.
func TestEitherSecretIsRight(t *testing.T) {
	t.Parallel()
	s := NewSecrets(keyringtest.Open(t))
	c := &pool.Client{ID: "api", Secrets: []pool.ClientSecret{{Sealed: s.Seal("api", "old")}, {Sealed: s.Seal("api", "new")}}}
	for secret, want := range map[string]bool{"old": true, "new": true, "other": false, "": false} {
		if got, err := s.Matches(c, secret); err != nil || got != want {
			t.Errorf("Matches(%q) = %v, %v, want %v", secret, got, err, want)
		}
		if err := s.CheckHash(c, "ada", hashOf(secret, "ada", "api")); (err == nil) != want {
			t.Errorf("CheckHash by %q = %v, want it right: %v", secret, err, want)
		}
	}
	if shown, err := s.Open(c); err != nil || shown != "old" {
		t.Errorf("Open = %q, %v, want the older one", shown, err)
	}
}

func TestASecretIsBoundToItsClient(t *testing.T) {
	t.Parallel()
	s := NewSecrets(keyringtest.Open(t))
	stolen := &pool.Client{ID: "web", Secrets: []pool.ClientSecret{{Sealed: s.Seal("api", "s3cret")}}}
	_, open := s.Open(stolen)
	_, matches := s.Matches(stolen, "s3cret")
	for _, err := range []error{open, matches, s.CheckHash(stolen, "ada", hashOf("s3cret", "ada", "web"))} {
		if _, told := err.(*pool.Error); err == nil || told || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("err = %v, want a fault that does not name the secret", err)
		}
	}
	if secret, err := s.Open(&pool.Client{ID: "api", Secrets: stolen.Secrets}); err != nil || secret != "s3cret" {
		t.Errorf("Open = %q, %v", secret, err)
	}
	if secret, err := s.Open(&pool.Client{ID: "web"}); err != nil || secret != "" {
		t.Errorf("a public client: %q, %v", secret, err)
	}
}
