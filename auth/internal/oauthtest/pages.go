package oauthtest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// authorize answers as a person who signs in without being asked would have it
// (RFC 6749, sections 4.1.1 and 4.2.1).
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	back := q.Get("redirect_uri")
	s.asked = append(s.asked, r.URL.Path)
	if q.Get("client_id") != s.ClientID || !slices.Contains(s.RedirectURIs, back) {
		http.Error(w, "unknown client or redirect URI", http.StatusBadRequest) // never redirect there
		return
	}
	out := url.Values{"state": {q.Get("state")}}
	separator := "?"
	switch kind := q.Get("response_type"); {
	case s.Refuse != "":
		out.Set("error", s.Refuse)
		out.Set("error_description", "The person said no & left")
	case kind == "code" && (q.Get("code_challenge") == "" || q.Get("code_challenge_method") != "S256"):
		out.Set("error", "invalid_request")
	case kind == "code":
		code := rand.Text()
		s.codes[code] = grant{back, q.Get("code_challenge"), q.Get("nonce"), q.Get("scope")}
		out.Set("code", code)
	case kind == "token":
		t := s.mint(q.Get("scope"), q.Get("nonce"), false)
		out.Set("access_token", t.AccessToken)
		out.Set("id_token", t.IDToken)
		separator = "#"
	default:
		out.Set("error", "unsupported_response_type")
	}
	http.Redirect(w, r, back+separator+out.Encode(), http.StatusFound)
}

// token takes codes (RFC 6749, section 4.1.3, and RFC 7636, section 4.6).
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	refuse := func(code string) { answer(w, http.StatusBadRequest, map[string]string{"error": code}) }
	if s.TokenMoved != "" {
		http.Redirect(w, r, s.TokenMoved, http.StatusTemporaryRedirect)
		return
	}
	if s.TokenStatus != 0 {
		w.WriteHeader(s.TokenStatus)
		return
	}
	if !s.authentic(r) {
		refuse("invalid_client")
		return
	}
	code := r.PostFormValue("code")
	g, ok := s.codes[code]
	delete(s.codes, code) // one try
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	switch {
	case r.PostFormValue("grant_type") != "authorization_code":
		refuse("unsupported_grant_type")
	case !ok, g.back != r.PostFormValue("redirect_uri"),
		g.challenge != base64.RawURLEncoding.EncodeToString(sum[:]):
		refuse("invalid_grant")
	default:
		s.exchanges++
		t := s.mint(g.scope, g.nonce, true)
		if s.NoID || !slices.Contains(strings.Fields(g.scope), "openid") {
			t.IDToken = ""
		}
		answer(w, http.StatusOK, t)
	}
}

// authentic reports whether the client is ours: by its id alone if it has no
// secret, by Basic if it has (RFC 6749, section 2.3.1).
func (s *Server) authentic(r *http.Request) bool {
	id, secret, basic := r.BasicAuth()
	if s.Secret != "" {
		return basic && id == s.ClientID && secret == s.Secret
	}
	return !basic && r.PostFormValue("client_id") == s.ClientID
}

// revoke is RFC 7009.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.authentic(r) {
		answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_client"})
		return
	}
	s.drop(r.PostFormValue("token"))
}

func (s *Server) drop(token string) {
	delete(s.refresh, token)
	s.revoked = append(s.revoked, token)
}

// logout ends the pages' own session and sends the person back.
func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	if q.Get("client_id") != s.ClientID || !slices.Contains(s.LogoutURIs, q.Get("logout_uri")) {
		http.Error(w, "unknown client or logout URI", http.StatusBadRequest)
		return
	}
	s.logouts++
	http.Redirect(w, r, q.Get("logout_uri"), http.StatusFound)
}
