package token

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// publicKey is a key of a JWKS. Source: RFC 7517 section 4, RFC 7518
// section 6.3.
type publicKey struct {
	Algorithm string `json:"alg"`
	Exponent  string `json:"e"`
	ID        string `json:"kid"`
	Type      string `json:"kty"`
	Modulus   string `json:"n"`
	Use       string `json:"use"`
}

// JWKS returns the JSON Web Key Set of a pool, or NotFound.
func (t *Tokens) JWKS(ctx context.Context, poolID string) ([]byte, error) {
	_, keys, err := t.poolAndKeys(ctx, poolID)
	if err != nil {
		return nil, err
	}
	set := struct {
		Keys []publicKey `json:"keys"`
	}{Keys: []publicKey{}}
	for _, k := range keys {
		set.Keys = append(set.Keys, publicKey{
			Algorithm: "RS256",
			Exponent:  base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.public.E)).Bytes()),
			ID:        k.id,
			Type:      "RSA",
			Modulus:   base64.RawURLEncoding.EncodeToString(k.public.N.Bytes()),
			Use:       "sig",
		})
	}
	return json.Marshal(set)
}

// discovery is the OpenID Connect discovery document of a pool without a
// domain. Source: OpenID Connect Discovery 1.0 section 3.
type discovery struct {
	IDTokenAlgorithms []string `json:"id_token_signing_alg_values_supported"`
	Issuer            string   `json:"issuer"`
	JWKS              string   `json:"jwks_uri"`
	ResponseTypes     []string `json:"response_types_supported"`
	Scopes            []string `json:"scopes_supported"`
	SubjectTypes      []string `json:"subject_types_supported"`
	TokenEndpointAuth []string `json:"token_endpoint_auth_methods_supported"`
}

// Discovery returns the discovery document of a pool, or NotFound. The JWKS
// is under our own address, whatever the issuer is.
func (t *Tokens) Discovery(ctx context.Context, poolID string) ([]byte, error) {
	p, _, err := t.poolAndKeys(ctx, poolID)
	if err != nil {
		return nil, err
	}
	return json.Marshal(discovery{
		IDTokenAlgorithms: []string{"RS256"},
		Issuer:            t.issuer(p),
		JWKS:              t.publicURL + "/" + p.ID + "/.well-known/jwks.json",
		ResponseTypes:     []string{"code", "token"},
		Scopes:            []string{"openid", "email", "phone", "profile"},
		SubjectTypes:      []string{"public"},
		TokenEndpointAuth: []string{"client_secret_basic", "client_secret_post"},
	})
}

// plausible reports whether id could be that of a pool or a client, so that
// what a stranger wrote reaches the database as plain text only. Source:
// UserPoolIdType and ClientIdType in model/.
func plausible(id string) bool {
	for _, r := range id {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == '+') {
			return false
		}
	}
	return len(id) >= 1 && len(id) <= 128
}

// errNoPool is the answer about a pool that nobody has.
func errNoPool(id string) error {
	return pool.E(pool.NotFound, "User pool "+id+" does not exist.")
}

// poolAndKeys returns a pool and its keys as they are published, or NotFound.
func (t *Tokens) poolAndKeys(ctx context.Context, poolID string) (p *pool.Pool, published []*key, err error) {
	if !plausible(poolID) {
		return nil, nil, errNoPool(poolID)
	}
	err = t.store.View(ctx, func(snap store.Snapshot) error {
		if p, err = snap.Pool(ctx, poolID); err != nil {
			return err
		}
		return t.search(ctx, p, snap.SigningKeys, func(keys []*key, now time.Time) bool {
			published = nil
			for _, k := range keys {
				if k.published(now) {
					published = append(published, k)
				}
			}
			return len(published) > 0
		})
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, errNoPool(poolID)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the keys of pool %s: %w", poolID, err)
	}
	return p, published, nil
}
