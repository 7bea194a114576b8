package server

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/endpoint/metrics"
	"github.com/cenote-auth/cenote/internal/esdk"
	"github.com/cenote-auth/cenote/internal/pool"
)

// Config says how a server runs. DataDir and PublicURL are required. It is the
// configuration of cenote serve, unless Dev is set.
type Config struct {
	Dev bool // cenote dev: see dev.go for what only that has

	Listen string // host:port; port 0 is any that is free

	DataDir     string // the SQLite database, the master key, what is written for apps
	DatabaseURL string // postgres://...; SQLite in DataDir if empty
	MasterKey   string // 32 bytes in base64; the file master.key in DataDir if empty

	PublicURL string // where clients reach the server
	Issuer    string // of tokens, with {region} and {poolId}; PublicURL/{poolId} if empty
	Account   string // twelve digits, for ARNs; 123456789012 if empty

	// RateLimits is on where the service's request rates count, off where only
	// those do that UpdateProvisionedLimit set; if empty off in dev, else on.
	RateLimits string

	// Files of threat protection; see package risk for what they hold. Without
	// one nothing is known of the matter.
	CompromisedPasswords string // hashes of passwords that are known elsewhere
	Locations            string // where addresses are

	// SigningKeyAge is the age at which the keys that sign tokens are exchanged
	// for new ones: an hour or more, or 0 for never.
	SigningKeyAge time.Duration

	LambdaEndpoint    string            // whose Invoke API calls the functions of pools; http://127.0.0.1:9399 if empty
	LambdaCredentials LambdaCredentials // sign those calls, over TLS and loopback; none if zero
	SenderKey         string            // 32 bytes in base64 that encrypt the codes for custom senders; without it there are none

	Log *slog.Logger // slog.Default() if nil

	// Of cenote dev alone.
	Expose    bool   // Listen may be an address that other machines reach
	FixedCode string // six digits that every code is; drawn at random if empty

	// Keys gives the RSA keys of new pools, for tests that bring keys made
	// ahead; nil makes them as they are needed.
	Keys token.KeySource

	// Of cenote serve alone.
	TLSCert, TLSKey string   // files in PEM, read again when they change; no TLS here if empty
	TrustedProxies  []string // addresses and networks whose X-Forwarded-* headers are believed
	MetricsListen   string   // host:port of another listener, for the metrics; none if empty

	lists    lists           // once they are open
	keys     token.KeySource // as Keys, of both kinds of server
	patience time.Duration   // with the header of a request, and with its body; 10 seconds if zero
	metrics  *metrics.Metrics

	senderKey []byte
}

// LambdaCredentials are the access key that functions are called with.
type LambdaCredentials = trigger.Credentials

const (
	defaultAccount        = "123456789012"
	defaultLambdaEndpoint = "http://127.0.0.1:9399"
)

// complete checks c and returns it with its defaults filled in.
func (c Config) complete() (Config, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Account == "" {
		c.Account = defaultAccount
	}
	if c.LambdaEndpoint == "" {
		c.LambdaEndpoint = defaultLambdaEndpoint
	}
	c.LambdaEndpoint = strings.TrimRight(c.LambdaEndpoint, "/")
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	if c.Issuer == "" {
		c.Issuer = c.PublicURL + "/{poolId}"
	}
	if c.keys == nil {
		c.keys = c.Keys
	}
	if c.patience == 0 {
		c.patience = headerTimeout
	}
	if c.SenderKey != "" {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(c.SenderKey))
		if err != nil || len(key) != esdk.KeySize {
			return c, errors.New("the key for custom senders must be 32 bytes in base64")
		}
		c.senderKey = key
	}
	c.metrics = metrics.New(version())
	return c, c.check()
}

func (c Config) check() error {
	if err := c.checkDatabase(); err != nil {
		return err
	}
	if !digits(c.Account, 12) {
		return fmt.Errorf("account %q: must be 12 digits", c.Account)
	}
	if c.RateLimits != "" && c.RateLimits != "on" && c.RateLimits != "off" {
		return fmt.Errorf("rate limits %q: must be on or off", c.RateLimits)
	}
	if c.SigningKeyAge != 0 && c.SigningKeyAge < time.Hour {
		return fmt.Errorf("age of signing keys %v: must be an hour or more", c.SigningKeyAge)
	}
	if err := checkURL(c.PublicURL); err != nil {
		return fmt.Errorf("public URL: %w", err) // it may hold a password
	}
	if err := checkURL(c.LambdaEndpoint); err != nil {
		return fmt.Errorf("Lambda endpoint: %w", err) // which may hold one too
	}
	if !strings.Contains(c.Issuer, "{poolId}") {
		return fmt.Errorf("issuer %q: must contain {poolId}, since each pool has one of its own", c.Issuer)
	}
	if err := checkURL(issuer(c.Issuer, &pool.Pool{ID: "us-east-1_Example12"})); err != nil {
		return fmt.Errorf("issuer %q: %w", c.Issuer, err)
	}
	return c.mode().check(c)
}

// checkDatabase checks what it takes to open the database.
func (c Config) checkDatabase() error {
	switch {
	case c.DataDir == "":
		return errors.New("the data folder is not given")
	case c.DatabaseURL != "" && !strings.HasPrefix(c.DatabaseURL, "postgres://") && !strings.HasPrefix(c.DatabaseURL, "postgresql://"):
		return errors.New("the database must be a URL that begins with postgres://") // which may hold a password
	}
	return nil
}

// checkURL returns what is wrong with a URL that clients put paths after.
func checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return errors.New("is not a URL")
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return errors.New("must begin with http:// or https:// and a host")
	case u.User != nil, u.RawQuery != "", u.Fragment != "":
		return errors.New("must have no user, query or fragment")
	case strings.ContainsAny(text, "{}"):
		return errors.New("knows {region} and {poolId} alone")
	}
	return nil
}

// issuer returns the iss claim of a pool's tokens.
func issuer(template string, p *pool.Pool) string {
	return strings.ReplaceAll(strings.ReplaceAll(template, "{region}", p.Region()), "{poolId}", p.ID)
}

func digits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}
