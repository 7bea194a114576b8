package verify_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/cenote-auth/cenote/auth/verify"
)

// mustVerify fails the test unless raw is a good access token.
func mustVerify(t *testing.T, v *verify.Verifier, raw string) {
	t.Helper()
	if _, err := v.Verify(t.Context(), raw, verify.Access); err != nil {
		t.Fatalf("Verify: %v", err)
	}
}

func mustFail(t *testing.T, v *verify.Verifier, raw string, want error) {
	t.Helper()
	if _, err := v.Verify(t.Context(), raw, verify.Access); !errors.Is(err, want) {
		t.Fatalf("Verify = %v, want %v", err, want)
	}
}

func fetched(t *testing.T, s *issuer, want int64) {
	t.Helper()
	if got := s.fetches.Load(); got != want {
		t.Fatalf("the keys were fetched %d times, want %d", got, want)
	}
}

func (s *issuer) lasting(d time.Duration) string {
	return sign(keyA(), "a", s.access(map[string]any{"exp": start.Add(d).Unix()}))
}

func TestKeysAreKeptAsLongAsTheAnswerSays(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		cacheControl string
		want         time.Duration
	}{
		{"public, max-age=300", 5 * time.Minute},
		{`max-age="300"`, 5 * time.Minute},
		{"", time.Hour},
		{"max-age=soon", time.Hour},
		{"max-age=31536000", 24 * time.Hour},
		{"no-store", 10 * time.Second}, // not more often than Refetch
		{"max-age=0", 10 * time.Second},
	} {
		t.Run(tt.cacheControl, func(t *testing.T) {
			s := newIssuer(t)
			s.serve(jwks(map[string]*rsa.PrivateKey{"a": keyA()}), tt.cacheControl)
			v, raw := s.verifier(t), s.lasting(100*time.Hour)
			mustVerify(t, v, raw)
			s.pass(tt.want - time.Second)
			mustVerify(t, v, raw)
			fetched(t, s, 1)
			s.pass(time.Second)
			mustVerify(t, v, raw)
			fetched(t, s, 2)
		})
	}
}

func TestANewKeyIsFound(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	v := s.verifier(t)
	rotated := sign(keyB(), "b", s.access(nil))
	mustVerify(t, v, sign(keyA(), "a", s.access(nil)))
	s.serve(jwks(map[string]*rsa.PrivateKey{"a": keyA(), "b": keyB()}), "max-age=3600")
	s.pass(10 * time.Second)
	mustVerify(t, v, rotated)
	mustVerify(t, v, sign(keyA(), "a", s.access(nil)))
	fetched(t, s, 2)
}

func TestAKeyThatIsGoneIsNoLongerBelieved(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	v := s.verifier(t)
	old := sign(keyA(), "a", s.access(nil))
	mustVerify(t, v, old)
	s.serve(jwks(map[string]*rsa.PrivateKey{"b": keyB()}), "max-age=300")
	s.pass(5 * time.Minute)
	mustFail(t, v, old, verify.ErrUnknownKey)
}

func TestTenThousandUnknownKeysCauseTwoFetches(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	v := s.verifier(t)
	good := sign(keyA(), "a", s.access(nil))
	mustVerify(t, v, good)
	s.pass(time.Minute)
	parts := strings.Split(good, ".")
	var all sync.WaitGroup
	for n := range 100 {
		all.Go(func() {
			for i := range 100 {
				forged := header(fmt.Sprintf("kid-%d-%d", n, i)) + "." + parts[1] + "." + parts[2]
				if _, err := v.Verify(t.Context(), forged, verify.Access); !errors.Is(err, verify.ErrUnknownKey) {
					t.Errorf("Verify = %v, want %v", err, verify.ErrUnknownKey)
					return
				}
			}
		})
	}
	all.Wait()
	fetched(t, s, 2)
	mustVerify(t, v, good)
}

func header(kid string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"` + kid + `"}`))
}

func TestManyFirstCallersShareOneFetch(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	open := make(chan struct{})
	body := jwks(map[string]*rsa.PrivateKey{"a": keyA()})
	s.handle(func(w http.ResponseWriter, _ *http.Request) {
		<-open
		_, _ = w.Write(body)
	})
	v, raw := s.verifier(t), sign(keyA(), "a", s.access(nil))
	hurried, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := v.Verify(hurried, raw, verify.Access); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Verify of a caller who cannot wait = %v, want %v", err, context.DeadlineExceeded)
	}
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if _, err := v.Verify(t.Context(), raw, verify.Access); err != nil {
				t.Errorf("Verify: %v", err)
			}
		})
	}
	close(open)
	all.Wait()
	fetched(t, s, 1)
}

func TestStaleKeysServeWhileTheServerIsDown(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	v, raw := s.verifier(t), s.lasting(100*time.Hour)
	mustVerify(t, v, raw)
	s.fail()
	s.pass(20 * time.Hour)
	mustVerify(t, v, raw)
	mustVerify(t, v, raw)
	fetched(t, s, 2)
	mustFail(t, v, sign(keyB(), "b", s.access(nil)), verify.ErrKeysUnavailable)
	s.pass(5 * time.Hour)
	mustFail(t, v, raw, verify.ErrKeysUnavailable)
	s.serve(jwks(map[string]*rsa.PrivateKey{"a": keyA()}), "")
	s.pass(10 * time.Second)
	mustVerify(t, v, raw)
}

func TestNobodyWaitsForAServerThatHangs(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	v, raw := s.verifier(t), s.lasting(100*time.Hour)
	mustVerify(t, v, raw)
	s.fail()
	s.pass(2 * time.Hour)
	mustVerify(t, v, raw)
	open := make(chan struct{})
	s.handle(func(http.ResponseWriter, *http.Request) { <-open })
	s.pass(time.Minute)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, err := v.Verify(t.Context(), raw, verify.Access); err != nil {
			t.Errorf("Verify: %v", err)
		}
	}()
	select {
	case <-done:
	case <-time.After(3 * time.Second):
		t.Error("Verify waits for the keys, though it has some")
	}
	close(open)
	<-done
}

func TestTheServerIsDownFromTheStart(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	s.fail()
	v, raw := s.verifier(t), sign(keyA(), "a", s.access(nil))
	for range 3 {
		mustFail(t, v, raw, verify.ErrKeysUnavailable)
	}
	if err := v.Preload(t.Context()); !errors.Is(err, verify.ErrKeysUnavailable) {
		t.Errorf("Preload = %v, want %v", err, verify.ErrKeysUnavailable)
	}
	fetched(t, s, 1)
	s.serve(jwks(map[string]*rsa.PrivateKey{"a": keyA()}), "")
	s.pass(10 * time.Second)
	if err := v.Preload(t.Context()); err != nil {
		t.Errorf("Preload: %v", err)
	}
	mustVerify(t, v, raw)
	fetched(t, s, 2)
}

func TestKeySetsThatDoNotServe(t *testing.T) {
	t.Parallel()
	good := string(jwks(map[string]*rsa.PrivateKey{"a": keyA()}))
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, good) }))
	t.Cleanup(elsewhere.Close)
	with := func(change func(*jose.JSONWebKey)) string {
		key := jose.JSONWebKey{Key: keyA().Public(), KeyID: "a", Use: "sig", Algorithm: "RS256"}
		change(&key)
		body, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key}})
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	for _, tt := range []struct{ name, body string }{
		{"nothing", ""},
		{"a page", "<html>"},
		{"no keys", `{"keys":[]}`},
		{"too long", good[:len(good)-1] + strings.Repeat(" ", 256<<10) + "}"},
		{"a key for encryption", with(func(k *jose.JSONWebKey) { k.Use = "enc" })},
		{"a key for another algorithm", with(func(k *jose.JSONWebKey) { k.Algorithm = "RS512" })},
		{"a short key", with(func(k *jose.JSONWebKey) { k.Key = short.Public() })},
		{"a huge key", with(func(k *jose.JSONWebKey) {
			k.Key = &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 8192, 1), E: 65537}
		})},
		{"a key with a long id", with(func(k *jose.JSONWebKey) { k.KeyID = strings.Repeat("a", 513) })},
		{"a key without an id", with(func(k *jose.JSONWebKey) { k.KeyID = "" })},
		{"a symmetric key", with(func(k *jose.JSONWebKey) { k.Key = []byte(strings.Repeat("k", 32)) })},
		{"two keys of one id", `{"keys":[` + good[9:len(good)-2] + "," + good[9:]},
		{"a hundred and one keys", `{"keys":[` + strings.Repeat("{},", 100) + `{}]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newIssuer(t)
			s.serve([]byte(tt.body), "")
			mustFail(t, s.verifier(t), sign(keyA(), "a", s.access(nil)), verify.ErrKeysUnavailable)
		})
	}
	t.Run("a redirect", func(t *testing.T) {
		t.Parallel()
		s := newIssuer(t)
		s.handle(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) })
		mustFail(t, s.verifier(t), sign(keyA(), "a", s.access(nil)), verify.ErrKeysUnavailable)
	})
}

func TestKeysOfOtherKindsArePassedOver(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	good := string(jwks(map[string]*rsa.PrivateKey{"a": keyA()}))
	s.serve([]byte(`{"keys":[{"kty":"future","kid":"f"},{"kty":"RSA","kid":"broken","n":"!","e":"AQAB"},`+good[9:]), "")
	mustVerify(t, s.verifier(t), sign(keyA(), "a", s.access(nil)))
}
