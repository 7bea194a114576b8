package oauthtest

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Server is a running pool with one app client. Its exported fields are set
// before it is used, or by Do.
type Server struct {
	*httptest.Server
	PoolID, ClientID, Secret string
	RedirectURIs, LogoutURIs []string

	Person string // the name of whoever comes to the pages
	Sub    string
	Refuse string // the error the pages answer with, such as access_denied
	Rotate bool   // refresh tokens are good for one refresh
	Deaf   bool   // RevokeToken fails
	NoID   bool   // the token endpoint gives no ID token

	// Tamper changes the claims of a token before it is signed; use is access or
	// id.
	Tamper func(use string, claims map[string]any)
	Key    *rsa.PrivateKey // signs; the published one if nil

	TokenStatus int    // of the token endpoint's answer, instead of tokens
	TokenMoved  string // where the token endpoint sends its callers, instead of answering

	mu        sync.Mutex
	ahead     time.Duration
	codes     map[string]grant
	refresh   map[string]bool // live refresh tokens
	exchanges int
	refreshes int
	revoked   []string
	logouts   int
	asked     []string // paths of the pages
}

// grant is what a code was given for.
type grant struct{ back, challenge, nonce, scope string }

var published = sync.OnceValue(NewKey)

// NewKey returns a key of the kind that pools sign with.
func NewKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

const keyID = "tulip-key"

// Start starts a server that ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{
		PoolID: "eu-west-1_Tulip0042", ClientID: "1tulip23456789",
		Person: "ada", Sub: "5a0b1c2d-0000-4000-8000-000000000042",
		codes: make(map[string]grant), refresh: make(map[string]bool),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /oauth2/authorize", s.authorize)
	mux.HandleFunc("GET /signup", s.authorize)
	mux.HandleFunc("POST /oauth2/token", s.token)
	mux.HandleFunc("POST /oauth2/revoke", s.revoke)
	mux.HandleFunc("GET /logout", s.logout)
	mux.HandleFunc("GET /{pool}/.well-known/jwks.json", s.jwks)
	mux.HandleFunc("POST /{$}", s.operation)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// Do changes the server while it runs.
func (s *Server) Do(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// Now is the server's time.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

func (s *Server) now() time.Time { return time.Now().Add(s.ahead) }

// Advance moves the server's time on.
func (s *Server) Advance(d time.Duration) { s.Do(func() { s.ahead += d }) }

// Exchanges is how many codes were taken for tokens.
func (s *Server) Exchanges() (n int) { s.Do(func() { n = s.exchanges }); return n }

// Refreshes is how often tokens were refreshed.
func (s *Server) Refreshes() (n int) { s.Do(func() { n = s.refreshes }); return n }

// Revoked is how many refresh tokens were revoked.
func (s *Server) Revoked() (n int) { s.Do(func() { n = len(s.revoked) }); return n }

// Logouts is how many people came to /logout.
func (s *Server) Logouts() (n int) { s.Do(func() { n = s.logouts }); return n }

// EndSessions makes all refresh tokens invalid.
func (s *Server) EndSessions() { s.Do(func() { clear(s.refresh) }) }

// Tokens are those of one sign-in.
type Tokens struct {
	AccessToken  string `json:"access_token"`
	IDToken      string `json:"id_token,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
}

// Mint returns new tokens of Person.
func (s *Server) Mint() (t Tokens) {
	s.Do(func() { t = s.mint("openid", "", true) })
	return t
}

func (s *Server) mint(scope, nonce string, refresh bool) Tokens {
	now := s.now()
	base := map[string]any{
		"sub": s.Sub, "iss": s.URL + "/" + s.PoolID, "auth_time": now.Unix(), "iat": now.Unix(),
		"exp": now.Add(time.Hour).Unix(), "jti": rand.Text(), "origin_jti": "o-1",
	}
	t := Tokens{TokenType: "Bearer", ExpiresIn: 3600}
	t.AccessToken = s.sign("access", base, map[string]any{
		"token_use": "access", "client_id": s.ClientID, "scope": scope, "username": s.Person,
	})
	id := map[string]any{"token_use": "id", "aud": s.ClientID, "cognito:username": s.Person, "email": s.Person + "@example.com"}
	if nonce != "" {
		id["nonce"] = nonce
	}
	t.IDToken = s.sign("id", base, id)
	if refresh {
		t.RefreshToken = rand.Text()
		s.refresh[t.RefreshToken] = true
	}
	return t
}

func (s *Server) sign(use string, base, more map[string]any) string {
	claims := maps.Clone(base)
	maps.Copy(claims, more)
	if s.Tamper != nil {
		s.Tamper(use, claims)
	}
	key := s.Key
	if key == nil {
		key = published()
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: keyID}}, nil)
	if err != nil {
		panic(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		panic(err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return raw
}

func (s *Server) jwks(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: published().Public(), KeyID: keyID, Use: "sig", Algorithm: "RS256"},
	}})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
