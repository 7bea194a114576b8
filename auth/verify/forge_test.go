package verify_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/cenote-auth/cenote/auth/verify"
)

const (
	poolID   = "eu-west-1_Tulip0042"
	clientID = "1tulip23456789"
)

var start = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

// keyA signs, keyB does once the keys were changed, keyC is somebody else's.
var keyA, keyB, keyC = sync.OnceValue(newKey), sync.OnceValue(newKey), sync.OnceValue(newKey)

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

// issuer publishes keys, as a pool does.
type issuer struct {
	*httptest.Server
	fetches atomic.Int64
	answer  atomic.Pointer[http.HandlerFunc]
	now     atomic.Int64
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	s := &issuer{}
	s.now.Store(start.Unix())
	s.serve(jwks(map[string]*rsa.PrivateKey{"a": keyA()}), "public, max-age=300")
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fetches.Add(1)
		(*s.answer.Load())(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *issuer) handle(h http.HandlerFunc) { s.answer.Store(&h) }

func (s *issuer) serve(body []byte, cacheControl string) {
	s.handle(func(w http.ResponseWriter, _ *http.Request) {
		if cacheControl != "" {
			w.Header().Set("Cache-Control", cacheControl)
		}
		_, _ = w.Write(body)
	})
}

func (s *issuer) fail() {
	s.handle(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
}

func (s *issuer) time() time.Time      { return time.Unix(s.now.Load(), 0) }
func (s *issuer) pass(d time.Duration) { s.now.Add(int64(d / time.Second)) }
func (s *issuer) name() string         { return s.URL + "/" + poolID }
func (s *issuer) options() verify.Options {
	return verify.Options{UserPoolID: poolID, Endpoint: s.URL, ClientIDs: []string{clientID}, Now: s.time}
}

func (s *issuer) verifier(t testing.TB) *verify.Verifier {
	t.Helper()
	v, err := verify.New(s.options())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// jwks is a key set of these keys by their ids.
func jwks(keys map[string]*rsa.PrivateKey) []byte {
	var set jose.JSONWebKeySet
	for id, key := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: key.Public(), KeyID: id, Use: "sig", Algorithm: "RS256"})
	}
	body, err := json.Marshal(set)
	if err != nil {
		panic(err)
	}
	return body
}

// access are the claims of a good access token, changed by with; a nil value
// removes a claim.
func (s *issuer) access(with map[string]any) map[string]any {
	return changed(map[string]any{
		"sub": "5a0b1c2d", "iss": s.name(), "client_id": clientID, "token_use": "access",
		"scope": "aws.cognito.signin.user.admin openid", "cognito:groups": []string{"gardeners"},
		"auth_time": start.Unix(), "iat": start.Unix(), "exp": start.Add(time.Hour).Unix(),
		"username": "ada", "jti": "j-1", "origin_jti": "o-1",
	}, with)
}

// id are those of a good ID token.
func (s *issuer) id(with map[string]any) map[string]any {
	return changed(map[string]any{
		"sub": "5a0b1c2d", "iss": s.name(), "aud": clientID, "token_use": "id",
		"auth_time": start.Unix(), "iat": start.Unix(), "exp": start.Add(time.Hour).Unix(),
		"cognito:username": "ada", "email": "ada@example.com", "custom:plan": "pro",
	}, with)
}

func changed(claims, with map[string]any) map[string]any {
	maps.Copy(claims, with)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return claims
}

func sign(key *rsa.PrivateKey, kid string, claims any) string {
	return signAs(jose.RS256, key, kid, claims)
}

func signAs(alg jose.SignatureAlgorithm, key any, kid string, claims any) string {
	payload, ok := claims.([]byte)
	if !ok {
		var err error
		if payload, err = json.Marshal(claims); err != nil {
			panic(err)
		}
	}
	return compact(alg, key, kid, nil, payload)
}

// signWith adds to the header.
func signWith(key *rsa.PrivateKey, kid string, header, claims map[string]any) string {
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	return compact(jose.RS256, key, kid, header, payload)
}

func compact(alg jose.SignatureAlgorithm, key any, kid string, header map[string]any, payload []byte) string {
	var o jose.SignerOptions
	for name, value := range header {
		o.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, &o)
	if err != nil {
		panic(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		panic(err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		panic(fmt.Sprint("serialize: ", err))
	}
	return raw
}
