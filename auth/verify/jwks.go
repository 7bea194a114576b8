package verify

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

const (
	maxDocument = 256 << 10 // bytes of a JWKS
	maxKeys     = 100       // of a JWKS
	minKeyBits  = 2048
	maxKeyBits  = 8192
)

// download returns the keys at address and how long they are fresh.
func download(ctx context.Context, client *http.Client, address string) (map[string]*rsa.PublicKey, time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, err
	}
	r.Header.Set("Accept", "application/json")
	res, err := client.Do(r)
	if err != nil {
		return nil, 0, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, 0, fmt.Errorf("%s answers %s", r.URL.Redacted(), res.Status)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxDocument+1))
	if err != nil {
		return nil, 0, fmt.Errorf("read %s: %w", r.URL.Redacted(), err)
	}
	keys, err := parseJWKS(body)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", r.URL.Redacted(), err)
	}
	return keys, freshness(res.Header), nil
}

// parseJWKS returns the keys of a JWKS (RFC 7517, section 5) that can verify
// RS256, by their ids. It passes over the others, and it is an error if there
// are none.
func parseJWKS(body []byte) (map[string]*rsa.PublicKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if len(body) > maxDocument {
		return nil, fmt.Errorf("more than %d bytes", maxDocument)
	}
	if json.Unmarshal(body, &set) != nil {
		return nil, errors.New("not a JSON Web Key Set")
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Errorf("more than %d keys", maxKeys)
	}
	keys := make(map[string]*rsa.PublicKey)
	for _, raw := range set.Keys {
		id, key := readKey(raw)
		if key == nil {
			continue
		}
		if keys[id] != nil {
			return nil, errors.New("two keys of one id")
		}
		keys[id] = key
	}
	if len(keys) == 0 {
		return nil, errors.New("no key for RS256")
	}
	return keys, nil
}

// readKey returns nil for what is not an RSA key that verifies RS256.
func readKey(raw []byte) (id string, key *rsa.PublicKey) {
	var jwk jose.JSONWebKey
	if jwk.UnmarshalJSON(raw) != nil || jwk.KeyID == "" || len(jwk.KeyID) > maxKeyID {
		return "", nil
	}
	if jwk.Use != "" && jwk.Use != "sig" || jwk.Algorithm != "" && jwk.Algorithm != string(jose.RS256) {
		return "", nil
	}
	key, ok := jwk.Key.(*rsa.PublicKey)
	if !ok || key.N.BitLen() < minKeyBits || key.N.BitLen() > maxKeyBits {
		return "", nil
	}
	return jwk.KeyID, key
}

// freshness is how long the answer may be kept (RFC 9111, section 5.2.2): an
// hour if it does not say, a day at most.
func freshness(h http.Header) time.Duration {
	fresh := keysFresh
	for directive := range strings.SplitSeq(h.Get("Cache-Control"), ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(directive)), "=")
		switch name {
		case "no-store", "no-cache":
			return 0
		case "max-age":
			if n, ok := deltaSeconds(value); ok {
				fresh = n
			}
		}
	}
	if age, ok := deltaSeconds(h.Get("Age")); ok {
		fresh -= age
	}
	return min(max(fresh, 0), keysLongest)
}

func deltaSeconds(text string) (time.Duration, bool) {
	n, err := strconv.ParseUint(strings.Trim(strings.TrimSpace(text), `"`), 10, 31)
	return time.Duration(n) * time.Second, err == nil
}
