package passkey

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/url"
	"strings"

	"github.com/cenote-auth/cenote/internal/pool"
)

var (
	errNotEnabled = pool.E(pool.WebAuthnNotEnabled, "WebAuthn is not enabled for this user pool.")
	errNoParty    = pool.E(pool.WebAuthnConfigurationMissing, "The WebAuthn configuration of the user pool is missing its relying party.")
)

// Enabled returns WebAuthnNotEnabled unless people of p may sign in by passkey.
func Enabled(p *pool.Pool) error {
	if !p.AllowsFirst(pool.FirstPasskey) {
		return errNotEnabled
	}
	return nil
}

// domainReader reads the domains of a pool.
type domainReader interface {
	DomainsOf(ctx context.Context, poolKey int64) ([]pool.Domain, error)
}

// Party returns the id of the relying party of p: the one that was set, or else
// its custom domain. WebAuthnConfigurationMissing if it has neither: a prefix
// domain is no host of its own here.
func Party(ctx context.Context, snap domainReader, p *pool.Pool) (string, error) {
	if p.WebAuthn != nil && p.WebAuthn.RelyingParty != "" {
		return p.WebAuthn.RelyingParty, nil
	}
	domains, err := snap.DomainsOf(ctx, p.Key)
	if err != nil {
		return "", fmt.Errorf("read the domains of a pool: %w", err)
	}
	for _, d := range domains {
		if d.Custom {
			return d.Name, nil
		}
	}
	return "", errNoParty
}

// verification is what authenticators are asked to do: required or preferred,
// which is the default.
func verification(required bool) string {
	if required {
		return "required"
	}
	return "preferred"
}

// allowed reports whether a page of origin may use passkeys of the relying
// party: it is of that host or of one below it, by https; on this machine itself
// http will do.
// Source: W3C Web Authentication, sections 5.1.3 (rpId) and 13.4.9.
func allowed(origin, party string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Opaque != "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return false
	}
	host := u.Hostname()
	if host != party && !strings.HasSuffix(host, "."+party) {
		return false
	}
	local := host == "localhost" || strings.HasSuffix(host, ".localhost")
	return u.Scheme == "https" || u.Scheme == "http" && local
}

// ofParty reports whether hash is that of a relying party.
func ofParty(hash []byte, party string) bool {
	want := sha256.Sum256([]byte(party))
	return subtle.ConstantTimeCompare(hash, want[:]) == 1
}
