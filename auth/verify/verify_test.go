package verify_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/cenote-auth/cenote/auth/verify"
)

func TestAGoodAccessToken(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	got, err := s.verifier(t).Verify(t.Context(), sign(keyA(), "a", s.access(nil)), verify.Access)
	if err != nil {
		t.Fatal(err)
	}
	if got.Subject != "5a0b1c2d" || got.Username != "ada" || got.ClientID != clientID || got.Issuer != s.name() ||
		got.JTI != "j-1" || got.OriginID != "o-1" || !got.Expires.Equal(start.Add(time.Hour)) || !got.IssuedAt.Equal(start) {
		t.Errorf("Verify returns other claims than were signed: %+v", *got)
	}
	if !got.HasScope("openid") || got.HasScope("open") || !got.InGroup("gardeners") || got.InGroup("admins") {
		t.Errorf("scopes %v, groups %v", got.Scopes, got.Groups)
	}
}

func TestAGoodIDToken(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	v := s.verifier(t)
	for _, aud := range []any{clientID, []string{clientID}} {
		got, err := v.Verify(t.Context(), sign(keyA(), "a", s.id(map[string]any{"aud": aud, "nonce": "n"})), verify.ID)
		if err != nil {
			t.Fatalf("aud %v: %v", aud, err)
		}
		var custom struct {
			Plan string `json:"custom:plan"`
		}
		if err := got.Decode(&custom); err != nil || custom.Plan != "pro" {
			t.Errorf("Decode = %+v, %v", custom, err)
		}
		if got.Username != "ada" || got.Email != "ada@example.com" || got.Nonce != "n" || got.ClientID != clientID {
			t.Errorf("user %q, email %q, nonce %q, client %q", got.Username, got.Email, got.Nonce, got.ClientID)
		}
	}
}

func TestAnEmailCountsWhenItIsVerified(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	v := s.verifier(t)
	for _, tt := range []struct {
		claim any
		want  bool
	}{
		{true, true}, {"true", true}, {false, false}, {"false", false}, {1, false}, {[]string{"true"}, false}, {nil, false},
	} {
		got, err := v.Verify(t.Context(), sign(keyA(), "a", s.id(map[string]any{"email_verified": tt.claim})), verify.ID)
		if err != nil || got.EmailVerified != tt.want {
			t.Errorf("email_verified %v: %v, %v, want %t", tt.claim, got, err, tt.want)
		}
	}
}

func TestClaimsPrintNoPersonalData(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	got, err := s.verifier(t).Verify(t.Context(), sign(keyA(), "a", s.id(nil)), verify.ID)
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%v %+v %#v", got, *got, got); strings.Contains(text, "example.com") {
		t.Errorf("printed: %s", text)
	}
}

func TestFaultsOfTokens(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	v := s.verifier(t)
	type claims = map[string]any
	at := func(d time.Duration) int64 { return start.Add(d).Unix() }
	good := sign(keyA(), "a", s.access(nil))
	header, rest, _ := strings.Cut(good, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"a"}`))
	for _, tt := range []struct {
		name, raw string
		use       verify.Use
		want      error
	}{
		{"nothing", "", verify.Access, verify.ErrMalformed},
		{"two parts", header + "." + payload, verify.Access, verify.ErrMalformed},
		{"four parts", good + ".x", verify.Access, verify.ErrMalformed},
		{"a line break inside", good[:9] + "\n" + good[9:], verify.Access, verify.ErrMalformed},
		{"padding", good + "=", verify.Access, verify.ErrMalformed},
		{"too long", header + "." + strings.Repeat("A", 64<<10) + "." + signature, verify.Access, verify.ErrMalformed},
		{"JSON serialization", `{"payload":"` + payload + `"}`, verify.Access, verify.ErrMalformed},
		{"a payload that is no JSON", sign(keyA(), "a", []byte("tulip")), verify.Access, verify.ErrMalformed},
		{"a claim that comes twice", sign(keyA(), "a", []byte(`{"exp":1,"exp":9999999999}`)), verify.Access, verify.ErrMalformed},
		{"a date that is text", sign(keyA(), "a", s.access(claims{"exp": "tomorrow"})), verify.Access, verify.ErrMalformed},
		{"no exp", sign(keyA(), "a", s.access(claims{"exp": nil})), verify.Access, verify.ErrMalformed},
		{"an exp of other case", sign(keyA(), "a", s.access(claims{"exp": nil, "EXP": at(time.Hour)})), verify.Access, verify.ErrMalformed},
		{"no sub", sign(keyA(), "a", s.access(claims{"sub": nil})), verify.Access, verify.ErrMalformed},

		{"alg none", none + "." + payload + ".", verify.Access, verify.ErrAlgorithm},
		{"HS256 with the public key's name", signAs(jose.HS256, []byte(strings.Repeat("k", 32)), "a", s.access(nil)), verify.Access, verify.ErrAlgorithm},
		{"RS512", signAs(jose.RS512, keyA(), "a", s.access(nil)), verify.Access, verify.ErrAlgorithm},
		{"PS256", signAs(jose.PS256, keyA(), "a", s.access(nil)), verify.Access, verify.ErrAlgorithm},

		{"no kid", sign(keyA(), "", s.access(nil)), verify.Access, verify.ErrUnknownKey},
		{"a kid of other case", sign(keyA(), "A", s.access(nil)), verify.Access, verify.ErrUnknownKey},
		{"a kid nobody has", sign(keyA(), "z", s.access(nil)), verify.Access, verify.ErrUnknownKey},
		{"another's key under our kid", sign(keyC(), "a", s.access(nil)), verify.Access, verify.ErrSignature},
		{"another payload", header + "." + strings.Split(sign(keyC(), "a", s.access(claims{"username": "eve"})), ".")[1] + "." + signature, verify.Access, verify.ErrSignature},
		{"no signature", header + "." + payload + ".", verify.Access, verify.ErrSignature},
		{"a key in the header", signWith(keyC(), "a", claims{"jwk": jose.JSONWebKey{Key: keyC().Public()}}, s.access(nil)), verify.Access, verify.ErrSignature},
		{"a key in the header and no kid", signWith(keyC(), "", claims{"jwk": jose.JSONWebKey{Key: keyC().Public()}}, s.access(nil)), verify.Access, verify.ErrUnknownKey},
		{"an address of keys", signWith(keyC(), "a", claims{"jku": s.URL, "x5u": s.URL}, s.access(nil)), verify.Access, verify.ErrSignature},
		{"a header that must be understood", signWith(keyA(), "a", claims{"crit": []string{"tulip"}, "tulip": 1}, s.access(nil)), verify.Access, verify.ErrSignature},

		{"another issuer", sign(keyA(), "a", s.access(claims{"iss": s.URL + "/eu-west-1_Other"})), verify.Access, verify.ErrIssuer},
		{"an issuer with a slash more", sign(keyA(), "a", s.access(claims{"iss": s.name() + "/"})), verify.Access, verify.ErrIssuer},
		{"no issuer", sign(keyA(), "a", s.access(claims{"iss": nil})), verify.Access, verify.ErrIssuer},
		{"an ID token for an access token", sign(keyA(), "a", s.id(nil)), verify.Access, verify.ErrUse},
		{"an access token for an ID token", good, verify.ID, verify.ErrUse},
		{"no token_use", sign(keyA(), "a", s.access(claims{"token_use": nil})), verify.Access, verify.ErrUse},
		{"another client", sign(keyA(), "a", s.access(claims{"client_id": "other"})), verify.Access, verify.ErrClient},
		{"an access token whose aud is ours", sign(keyA(), "a", s.access(claims{"client_id": "other", "aud": clientID})), verify.Access, verify.ErrClient},
		{"another audience", sign(keyA(), "a", s.id(claims{"aud": "other"})), verify.ID, verify.ErrClient},
		{"an audience of two", sign(keyA(), "a", s.id(claims{"aud": []string{clientID, "other"}})), verify.ID, verify.ErrClient},
		{"an ID token whose client_id is ours", sign(keyA(), "a", s.id(claims{"aud": nil, "client_id": clientID})), verify.ID, verify.ErrClient},

		{"issued in the future", sign(keyA(), "a", s.access(claims{"iat": at(11 * time.Second)})), verify.Access, verify.ErrNotYetValid},
		{"issued a little in the future", sign(keyA(), "a", s.access(claims{"iat": at(10 * time.Second)})), verify.Access, nil},
		{"not before later", sign(keyA(), "a", s.access(claims{"nbf": at(11 * time.Second)})), verify.Access, verify.ErrNotYetValid},
		{"expired", sign(keyA(), "a", s.access(claims{"exp": at(-10 * time.Second)})), verify.Access, verify.ErrExpired},
		{"expired a little", sign(keyA(), "a", s.access(claims{"exp": at(-9 * time.Second)})), verify.Access, nil},
		{"expired, and another's", sign(keyA(), "a", s.access(claims{"exp": at(-time.Hour), "client_id": "other"})), verify.Access, verify.ErrClient},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := v.Verify(t.Context(), tt.raw, tt.use)
			if !errors.Is(err, tt.want) || (got == nil) != (err != nil) {
				t.Fatalf("Verify = %v, %v, want %v", got, err, tt.want)
			}
			if err != nil && (!errors.Is(err, verify.ErrInvalid) || errors.Is(err, verify.ErrKeysUnavailable)) {
				t.Errorf("%v is not ErrInvalid", err)
			}
		})
	}
}

func TestAnUnknownUseIsRefused(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	raw := sign(keyA(), "a", s.access(map[string]any{"token_use": ""}))
	if got, err := s.verifier(t).Verify(t.Context(), raw, ""); err == nil {
		t.Errorf("Verify = %v, want an error", got)
	}
}

func TestLeewayCanBeNone(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	o := s.options()
	o.Leeway = -1
	v, err := verify.New(o)
	if err != nil {
		t.Fatal(err)
	}
	raw := sign(keyA(), "a", s.access(map[string]any{"exp": start.Unix()}))
	if _, err := v.Verify(t.Context(), raw, verify.Access); !errors.Is(err, verify.ErrExpired) {
		t.Errorf("Verify = %v, want %v", err, verify.ErrExpired)
	}
}

func TestIssuer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ pool, endpoint, want string }{
		{"eu-west-1_Tulip", "", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Tulip"},
		{"cn-north-1_Tulip", "", "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Tulip"},
		{"eu-west-1_Tulip", "http://127.0.0.1:9229/", "http://127.0.0.1:9229/eu-west-1_Tulip"},
	} {
		if got := verify.Issuer(tt.pool, tt.endpoint); got != tt.want {
			t.Errorf("Issuer(%q, %q) = %q, want %q", tt.pool, tt.endpoint, got, tt.want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	ours := []string{clientID}
	for _, tt := range []struct {
		name    string
		options verify.Options
		good    bool
	}{
		{"no pool", verify.Options{ClientIDs: ours}, false},
		{"no client", verify.Options{UserPoolID: poolID}, false},
		{"an empty client", verify.Options{UserPoolID: poolID, ClientIDs: []string{""}}, false},
		{"http to a stranger", verify.Options{UserPoolID: poolID, ClientIDs: ours, Endpoint: "http://example.com"}, false},
		{"http to what only looks like loopback", verify.Options{UserPoolID: poolID, ClientIDs: ours, Endpoint: "http://127.0.0.1.example.com"}, false},
		{"another scheme", verify.Options{UserPoolID: poolID, ClientIDs: ours, JWKSURL: "file:///etc/passwd"}, false},
		{"no URL", verify.Options{UserPoolID: poolID, ClientIDs: ours, JWKSURL: "tulip"}, false},
		{"Amazon's", verify.Options{UserPoolID: poolID, ClientIDs: ours}, true},
		{"an issuer alone", verify.Options{Issuer: "https://id.example.com", ClientIDs: ours}, true},
		{"http to a stranger who is trusted", verify.Options{UserPoolID: poolID, ClientIDs: ours, Endpoint: "http://cenote:9229", InsecureHTTP: true}, true},
		{"another scheme, trusted", verify.Options{UserPoolID: poolID, ClientIDs: ours, JWKSURL: "ftp://cenote/keys", InsecureHTTP: true}, false},
		{"no host, trusted", verify.Options{UserPoolID: poolID, ClientIDs: ours, JWKSURL: "http://:9229/keys", InsecureHTTP: true}, false},
		{"http on loopback", verify.Options{UserPoolID: poolID, ClientIDs: ours, Endpoint: "http://[::1]:9229"}, true},
		{"http on localhost", verify.Options{UserPoolID: poolID, ClientIDs: ours, Endpoint: "http://localhost:9229"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := verify.New(tt.options); (err == nil) != tt.good {
				t.Errorf("New = %v, want good: %v", err, tt.good)
			}
		})
	}
}

// Between containers a server has a name, and no certificate.
func TestKeysByHTTPFromAHostThatIsTrusted(t *testing.T) {
	t.Parallel()
	s := newIssuer(t)
	o := s.options()
	o.Endpoint, o.InsecureHTTP = "http://cenote:9229", true
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if address != "cenote:9229" {
			t.Errorf("the keys are asked of %s", address)
		}
		return new(net.Dialer).DialContext(ctx, network, s.Listener.Addr().String())
	}}
	t.Cleanup(transport.CloseIdleConnections)
	o.HTTPClient = &http.Client{Transport: transport}
	v, err := verify.New(o)
	if err != nil {
		t.Fatal(err)
	}
	mustVerify(t, v, sign(keyA(), "a", s.access(map[string]any{"iss": "http://cenote:9229/" + poolID})))
}

func FuzzVerify(f *testing.F) {
	s := newIssuer(f)
	v := s.verifier(f)
	good := s.access(nil)
	raw := sign(keyA(), "a", good)
	want, err := v.Verify(f.Context(), raw, verify.Access)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add("")
	f.Add("a.b.c")
	f.Add(sign(keyC(), "a", good))
	f.Add(signAs(jose.PS256, keyA(), "a", good))
	f.Add(base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"a","crit":["b64"],"b64":false}`)) + ".e30.AA")
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := v.Verify(t.Context(), raw, verify.Access)
		if err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("a token nobody signed was accepted: %v", got)
		}
		if err != nil && !errors.Is(err, verify.ErrInvalid) {
			t.Errorf("Verify = %v, which is no Fault", err)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	s := newIssuer(b)
	v := s.verifier(b)
	raw := sign(keyA(), "a", s.access(nil))
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := v.Verify(b.Context(), raw, verify.Access); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkRefuseUnknownKey(b *testing.B) {
	s := newIssuer(b)
	v := s.verifier(b)
	raw := sign(keyC(), "z", s.access(nil))
	for b.Loop() {
		if _, err := v.Verify(b.Context(), raw, verify.Access); !errors.Is(err, verify.ErrUnknownKey) {
			b.Fatal(err)
		}
	}
}
