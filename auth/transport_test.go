package auth_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/internal/oauthtest"
)

// api answers 200 to the tokens it takes, 401 to others, and notes what came.
type api struct {
	*httptest.Server
	mu     sync.Mutex
	takes  func(authorization string) bool
	came   []string // Authorization headers
	bodies []string
}

func startAPI(t *testing.T) *api {
	t.Helper()
	a := &api{}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a.mu.Lock()
		defer a.mu.Unlock()
		a.came, a.bodies = append(a.came, r.Header.Get("Authorization")), append(a.bodies, string(body))
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusTemporaryRedirect)
			return
		}
		if a.takes != nil && !a.takes(r.Header.Get("Authorization")) {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte("not you"))
		}
	}))
	t.Cleanup(a.Close)
	return a
}

// bearing returns a client of somebody who is signed in, and an http.Client that
// shows the token to the api.
func bearing(t *testing.T, a *api) (*oauthtest.Server, *auth.Client, *http.Client) {
	t.Helper()
	s, client := pages(t, nil)
	hold(t, client, s.Mint())
	transport, err := client.Transport(nil, auth.AccessToken, a.URL)
	if err != nil {
		t.Fatal(err)
	}
	return s, client, &http.Client{Transport: transport}
}

func post(t *testing.T, c *http.Client, address string, body io.Reader) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, body)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(r)
	if err != nil {
		t.Fatalf("POST %s: %v", address, err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

func accessToken(t *testing.T, c *auth.Client) string {
	t.Helper()
	tokens, err := c.Tokens(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return tokens.AccessToken.Raw()
}

func TestTransportShowsTheToken(t *testing.T) {
	t.Parallel()
	a := startAPI(t)
	_, client, c := bearing(t, a)
	post(t, c, a.URL+"/orders", strings.NewReader("one"))
	if want := "Bearer " + accessToken(t, client); len(a.came) != 1 || a.came[0] != want || a.bodies[0] != "one" {
		t.Errorf("the API got %d requests, body %q", len(a.came), a.bodies)
	}
}

func TestTransportShowsTheTokenToNobodyElse(t *testing.T) {
	t.Parallel()
	a, stranger := startAPI(t), startAPI(t)
	_, _, c := bearing(t, a)
	post(t, c, stranger.URL, nil)
	post(t, c, a.URL+"?to="+stranger.URL, strings.NewReader("one"))
	if len(stranger.came) != 2 || stranger.came[0] != "" || stranger.came[1] != "" {
		t.Errorf("the stranger got %d requests, with a token: %v", len(stranger.came), stranger.came)
	}
	if len(a.came) != 1 || a.came[0] == "" {
		t.Errorf("the API got %d requests without a token", len(a.came))
	}
}

// A stranger's redirect would have the API do in the user's name what the
// stranger likes.
func TestTransportDoesNotFollowAStrangerWithTheToken(t *testing.T) {
	t.Parallel()
	a, stranger := startAPI(t), startAPI(t)
	_, _, c := bearing(t, a)
	post(t, c, stranger.URL+"?to="+a.URL, strings.NewReader("one"))
	post(t, c, a.URL+"?to="+stranger.URL+"?to="+a.URL, strings.NewReader("two"))
	if len(a.came) != 3 || a.came[0] != "" || a.came[1] == "" || a.came[2] != "" {
		t.Errorf("the API got %d requests, want three and a token with the second alone", len(a.came))
	}
	post(t, c, a.URL+"?to="+a.URL, strings.NewReader("three"))
	if len(a.came) != 5 || a.came[4] == "" {
		t.Errorf("the API's own redirect lost the token")
	}
}

func TestARefusedRequestIsNotRepeatedInAnothersName(t *testing.T) {
	t.Parallel()
	a := startAPI(t)
	s, client, c := bearing(t, a)
	s.Advance(time.Minute)
	a.takes = func(string) bool {
		s.Do(func() { s.Person, s.Sub = "eve", "another" })
		hold(t, client, s.Mint())
		return false
	}
	if res := post(t, c, a.URL, strings.NewReader("ada's")); res.StatusCode != http.StatusUnauthorized || len(a.came) != 1 {
		t.Errorf("status %d after %d requests, want 401 after one", res.StatusCode, len(a.came))
	}
}

func TestTransportLeavesAnotherAuthorizationAlone(t *testing.T) {
	t.Parallel()
	a := startAPI(t)
	_, _, c := bearing(t, a)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Basic eDp5")
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if a.came[0] != "Basic eDp5" {
		t.Errorf("the API got %q", a.came[0])
	}
}

func TestTransportRefreshesOnceOn401(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		body     io.Reader
		age      time.Duration
		takes    func(old string) func(string) bool
		status   int
		requests int
		renewed  int
	}{
		{"a newer token is taken", strings.NewReader("one"), time.Minute, refuses, 200, 2, 1},
		{"no body", nil, time.Minute, refuses, 200, 2, 1},
		{"no token is taken", strings.NewReader("one"), time.Minute, refusesAll, 401, 2, 1},
		{"a body that cannot be had again", io.MultiReader(bytes.NewReader([]byte("one"))), time.Minute, refuses, 401, 1, 0},
		{"a token that was just issued", nil, 0, refusesAll, 401, 1, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := startAPI(t)
			s, client, c := bearing(t, a)
			a.takes = tt.takes("Bearer " + accessToken(t, client))
			s.Advance(tt.age)
			res := post(t, c, a.URL, tt.body)
			if res.StatusCode != tt.status || len(a.came) != tt.requests || s.Refreshes() != tt.renewed {
				t.Errorf("status %d after %d requests and %d refreshes, want %d, %d, %d",
					res.StatusCode, len(a.came), s.Refreshes(), tt.status, tt.requests, tt.renewed)
			}
			if tt.body != nil && a.bodies[len(a.bodies)-1] != "one" {
				t.Errorf("bodies = %q", a.bodies)
			}
			if body, _ := io.ReadAll(res.Body); tt.status == 401 && string(body) != "not you" {
				t.Errorf("the 401 says %q", body)
			}
		})
	}
}

func refuses(old string) func(string) bool { return func(came string) bool { return came != old } }
func refusesAll(string) func(string) bool  { return func(string) bool { return false } }

func TestA401ThatCannotBeRefreshedIsReturned(t *testing.T) {
	t.Parallel()
	a := startAPI(t)
	a.takes = refusesAll("")
	s, _, c := bearing(t, a)
	s.EndSessions()
	s.Advance(time.Minute)
	if res := post(t, c, a.URL, nil); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("status %d, want 401", res.StatusCode)
	}
}

func TestTransportWithoutASession(t *testing.T) {
	t.Parallel()
	a := startAPI(t)
	_, client := pages(t, nil)
	transport, err := client.Transport(nil, auth.IDToken, a.URL)
	if err != nil {
		t.Fatal(err)
	}
	body := &closed{Reader: strings.NewReader("one")}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.URL, body)
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Transport: transport}).Do(r)
	if err == nil {
		res.Body.Close()
	}
	wantCode(t, err, auth.ErrNotSignedIn)
	if len(a.came) != 0 || !body.closed {
		t.Errorf("the API got %d requests, the body is closed: %v", len(a.came), body.closed)
	}
}

type closed struct {
	io.Reader
	closed bool
}

func (c *closed) Close() error { c.closed = true; return nil }

func TestTransportRefusesOrigins(t *testing.T) {
	t.Parallel()
	_, client := pages(t, nil)
	for _, origin := range []string{"", "api.example.com", "http://api.example.com", "https://api.example.com/v1", "https://u:p@api.example.com", "ftp://x"} {
		_, err := client.Transport(nil, auth.AccessToken, origin)
		wantCode(t, err, auth.ErrInvalidParameter)
	}
	_, err := client.Transport(nil, auth.AccessToken)
	wantCode(t, err, auth.ErrInvalidParameter)
	_, err = client.Transport(nil, "refresh", "https://api.example.com")
	wantCode(t, err, auth.ErrInvalidParameter)

	_, client = pages(t, func(c *auth.Config) { c.InsecureHTTP = true })
	if _, err := client.Transport(nil, auth.AccessToken, "http://api:8080"); err != nil {
		t.Errorf("between containers: %v", err)
	}
}

func TestTokenSource(t *testing.T) {
	t.Parallel()
	s, client := pages(t, nil)
	hold(t, client, s.Mint())
	tokens, err := client.Tokens(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	access, err := client.TokenSource(t.Context(), auth.AccessToken).Token()
	if err != nil || access.AccessToken != tokens.AccessToken.Raw() || access.Extra("id_token") != tokens.IDToken.Raw() ||
		access.TokenType != "Bearer" || access.RefreshToken != "" {
		t.Errorf("access token source: %v", err)
	}
	if left := access.Expiry.Sub(s.Now()); left < 59*time.Minute || left > time.Hour {
		t.Errorf("the token lasts %v, want an hour", left)
	}
	id, err := client.TokenSource(t.Context(), auth.IDToken).Token()
	if err != nil || id.AccessToken != tokens.IDToken.Raw() {
		t.Errorf("ID token source: %v", err)
	}
	_, err = client.TokenSource(t.Context(), "").Token()
	wantCode(t, err, auth.ErrInvalidParameter)
	s.Advance(2 * time.Hour)
	fresh, err := client.TokenSource(t.Context(), auth.AccessToken).Token()
	if err != nil || fresh.AccessToken == access.AccessToken {
		t.Errorf("two hours later: %v, a new token: %v", err, fresh.AccessToken != access.AccessToken)
	}
	if err := client.SignOut(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	_, err = client.TokenSource(t.Context(), auth.AccessToken).Token()
	wantCode(t, err, auth.ErrNotSignedIn)
}
