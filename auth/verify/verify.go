package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

// Options say whose tokens are accepted. ClientIDs, and UserPoolID or Issuer,
// are required.
type Options struct {
	UserPoolID string   // such as "eu-west-1_AbCdEf123"
	ClientIDs  []string // the app clients whose tokens are accepted

	// Endpoint is the base URL of the server, such as "http://127.0.0.1:9229"
	// for Cenote. Empty: Amazon Cognito in the pool's region.
	Endpoint string

	// Issuer is the iss claim, where it is not the URL of the pool's server, a
	// slash and the pool's id, as under `cenote serve --issuer`.
	Issuer string

	// JWKSURL is where the keys are; if empty, /.well-known/jwks.json below the
	// pool at Endpoint, or below Issuer if there is no Endpoint. It must be an
	// https URL, but for loopback addresses.
	JWKSURL string

	// InsecureHTTP lets the keys come by http from any host, such as
	// "http://cenote:9229" between the containers of one developer. Whoever can
	// answer in that host's place makes tokens of anybody.
	InsecureHTTP bool

	Leeway time.Duration // allowed between the clocks; 10 seconds if zero, none if negative

	// Refetch is the shortest time between two fetches of the keys, however
	// many tokens name unknown ones; 10 seconds if zero.
	Refetch time.Duration

	HTTPClient *http.Client // http.DefaultTransport's if nil; redirects are not followed
	Now        func() time.Time
}

const (
	defaultLeeway  = 10 * time.Second
	defaultRefetch = 10 * time.Second

	maxToken = 64 << 10 // bytes; a token with a hundred long groups fits
	maxKeyID = 512
)

// Verifier verifies the tokens of one user pool. It is safe for concurrent use.
// It has no goroutine, but for the seconds of a fetch.
type Verifier struct {
	issuer  string
	clients []string
	leeway  time.Duration
	now     func() time.Time
	keys    *keySet
}

// New returns a Verifier. It fetches nothing; the first Verify does, or Preload.
func New(o Options) (*Verifier, error) {
	if o.UserPoolID == "" && o.Issuer == "" {
		return nil, errors.New("verify: neither a user pool id nor an issuer is given")
	}
	if len(o.ClientIDs) == 0 || slices.Contains(o.ClientIDs, "") {
		return nil, errors.New("verify: no client id is given, or an empty one")
	}
	v := &Verifier{issuer: o.Issuer, clients: slices.Clone(o.ClientIDs), leeway: o.Leeway, now: o.Now}
	base := o.Issuer
	if o.UserPoolID != "" {
		base = Issuer(o.UserPoolID, o.Endpoint)
		if v.issuer == "" {
			v.issuer = base
		}
		if o.Endpoint == "" {
			base = v.issuer
		}
	}
	if o.JWKSURL == "" {
		o.JWKSURL = base + "/.well-known/jwks.json"
	}
	if v.leeway == 0 {
		v.leeway = defaultLeeway
	}
	if v.now == nil {
		v.now = time.Now
	}
	if o.Refetch <= 0 {
		o.Refetch = defaultRefetch
	}
	var err error
	v.keys, err = newKeySet(o, v.now)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	return v, nil
}

// Issuer returns the iss claim of a pool's tokens: the endpoint, a slash and the
// pool's id. Without an endpoint it is that of Amazon Cognito.
func Issuer(userPoolID, endpoint string) string {
	if endpoint != "" {
		return strings.TrimRight(endpoint, "/") + "/" + userPoolID
	}
	region, _, _ := strings.Cut(userPoolID, "_")
	domain := "amazonaws.com"
	if strings.HasPrefix(region, "cn-") {
		domain += ".cn"
	}
	return "https://cognito-idp." + region + "." + domain + "/" + userPoolID
}

// Preload fetches the keys unless fresh ones are at hand, so that the first
// request does not wait for them. The error is ErrKeysUnavailable or ctx's.
func (v *Verifier) Preload(ctx context.Context) error { return v.keys.preload(ctx) }

// Verify returns the claims of raw, a token of at most 64 KiB, if a key of the
// pool signed it and it is for that use, of an allowed client, and in time.
//
// The error is a Fault if the token must not be accepted, ErrKeysUnavailable if
// that could not be found out, or ctx's. Errors do not contain the token.
func (v *Verifier) Verify(ctx context.Context, raw string, use Use) (*Claims, error) {
	if use != Access && use != ID {
		return nil, fmt.Errorf("verify: %q is no use of a token", string(use))
	}
	token, err := parse(raw)
	if err != nil {
		return nil, err
	}
	key, err := v.keys.key(ctx, token.Signatures[0].Header.KeyID)
	if err != nil {
		return nil, err
	}
	payload, err := token.Verify(key)
	if err != nil {
		return nil, ErrSignature
	}
	var wire wireClaims
	if json.Unmarshal(payload, &wire) != nil {
		return nil, ErrMalformed
	}
	claims := wire.claims(payload)
	if err := v.check(claims, use, wire.NotBefore); err != nil {
		return nil, err
	}
	return claims, nil
}

// parse takes raw apart. It looks at no more than the header.
func parse(raw string) (*jose.JSONWebSignature, error) {
	if len(raw) > maxToken || strings.IndexFunc(raw, foreign) >= 0 {
		return nil, ErrMalformed
	}
	token, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256})
	var algorithm *jose.ErrUnexpectedSignatureAlgorithm
	switch {
	case errors.As(err, &algorithm):
		return nil, ErrAlgorithm
	case err != nil || len(token.Signatures) != 1:
		return nil, ErrMalformed
	case token.Signatures[0].Header.KeyID == "" || len(token.Signatures[0].Header.KeyID) > maxKeyID:
		return nil, ErrUnknownKey
	}
	return token, nil
}

// foreign tells what is neither base64url nor the dot between the parts. Line
// breaks, which a decoder skips, are: one token has one text.
func foreign(c rune) bool {
	return (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' && c != '_' && c != '.'
}

// check judges what a genuine token says.
func (v *Verifier) check(c *Claims, use Use, notBefore seconds) error {
	now := v.now()
	leeway := max(v.leeway, 0)
	switch {
	case c.Issuer != v.issuer:
		return ErrIssuer
	case c.Use != use:
		return ErrUse
	case !slices.Contains(v.clients, c.ClientID):
		return ErrClient
	case c.Expires.IsZero() || c.Subject == "":
		return ErrMalformed
	case notBefore.time().After(now.Add(leeway)), c.IssuedAt.After(now.Add(leeway)):
		return ErrNotYetValid
	case !now.Before(c.Expires.Add(leeway)):
		return ErrExpired
	}
	return nil
}
