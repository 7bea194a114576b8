package web

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth"
)

// clock is a time that tests move.
type clock struct{ time.Time }

func (c *clock) now() time.Time       { return c.Time }
func (c *clock) pass(d time.Duration) { c.Time = c.Add(d) }

func newClock() *clock { return &clock{time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)} }

func known(r *recent, refreshToken string) string {
	switch tokens, done, err := r.claim(context.Background(), refreshToken); {
	case err != nil:
		return "over"
	case tokens == nil:
		done()
		return "unknown"
	default:
		return tokens.RefreshToken
	}
}

func wantKnown(t *testing.T, r *recent, refreshToken, want string) {
	t.Helper()
	if got := known(r, refreshToken); got != want {
		t.Errorf("claim(%q) is %s, want %s", refreshToken, got, want)
	}
}

func TestTokensAreRememberedForAMinute(t *testing.T) {
	t.Parallel()
	c := newClock()
	r := newRecent(c.now)
	r.put("a", &auth.Tokens{RefreshToken: "b"})
	r.put("same", &auth.Tokens{RefreshToken: "same"})
	for range 2 {
		c.pass(29 * time.Second)
		r.put("another", &auth.Tokens{RefreshToken: "one"})
		wantKnown(t, r, "a", "b")
		wantKnown(t, r, "same", "same")
		wantKnown(t, r, "b", "unknown") // it can be used itself
	}
	c.pass(3 * time.Second)
	wantKnown(t, r, "a", "unknown")
	wantKnown(t, r, "another", "one")
}

func TestASessionThatWasSignedOutDoesNotComeBack(t *testing.T) {
	t.Parallel()
	for _, gone := range []string{"a", "b"} {
		c := newClock()
		r := newRecent(c.now)
		r.put("a", &auth.Tokens{RefreshToken: "b"})
		r.forget(gone)
		wantKnown(t, r, "a", "over")
		wantKnown(t, r, "b", "over")
	}
	// Two requests waited for the same refresh. One has signed out by now.
	for _, gone := range []string{"a", "b"} {
		c := newClock()
		r := newRecent(c.now)
		r.forget(gone)
		if r.put("a", &auth.Tokens{RefreshToken: "b"}) {
			t.Errorf("after %s was signed out, put takes its tokens", gone)
		}
		if known(r, "a") == "b" {
			t.Errorf("after %s was signed out, a gets its tokens", gone)
		}
		c.pass(2 * time.Minute)
		wantKnown(t, r, gone, "unknown")
	}
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	t.Parallel()
	c := newClock()
	r := newRecent(c.now)
	for i := range 3 * maxRecent {
		r.put(fmt.Sprint("before ", i), &auth.Tokens{RefreshToken: fmt.Sprint("after ", i)})
	}
	if n := len(r.young) + len(r.old); n > 2*maxRecent+2 {
		t.Errorf("%d entries are kept, want %d at most", n, 2*maxRecent)
	}
	wantKnown(t, r, fmt.Sprint("before ", 3*maxRecent-1), fmt.Sprint("after ", 3*maxRecent-1))
	for range 2 {
		c.pass(2 * time.Minute)
		r.put("a", &auth.Tokens{RefreshToken: "b"})
	}
	if n := len(r.young) + len(r.old); n > 4 {
		t.Errorf("%d entries are kept after minutes, want none of the old", n)
	}
}

func TestARefreshTokenIsClaimedByOne(t *testing.T) {
	t.Parallel()
	r := newRecent(newClock().now)
	claim := func(ctx context.Context, refreshToken string) string {
		tokens, done, err := r.claim(ctx, refreshToken)
		switch {
		case err != nil:
			return err.Error()
		case tokens == nil:
			done()
			return "to refresh"
		}
		return tokens.RefreshToken
	}
	_, first, err := r.claim(t.Context(), "a")
	if err != nil || first == nil {
		t.Fatalf("the first claim = %v", err)
	}
	if got := claim(t.Context(), "another"); got != "to refresh" {
		t.Errorf("the claim of another = %s", got)
	}
	hurried, cancel := context.WithCancel(t.Context())
	cancel()
	if got := claim(hurried, "a"); got != context.Canceled.Error() {
		t.Errorf("the claim of one who cannot wait = %s", got)
	}
	second := make(chan string)
	go func() { second <- claim(t.Context(), "a") }()
	select {
	case got := <-second:
		t.Errorf("the second claim does not wait: %s", got)
	case <-time.After(20 * time.Millisecond):
	}
	r.put("a", &auth.Tokens{RefreshToken: "b"})
	first()
	if got := <-second; got != "b" {
		t.Errorf("the second claim = %s, want the tokens", got)
	}

	_, failing, err := r.claim(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	go func() { second <- claim(t.Context(), "x") }()
	failing()
	if got := <-second; got != "to refresh" {
		t.Errorf("after a refresh that failed the claim = %s, want it to be tried again", got)
	}
	if len(r.underWay) != 0 {
		t.Errorf("%d refreshes are still under way", len(r.underWay))
	}
}

// A stranger sends what cookies they like, and as many as they like.
func TestStrangersCookiesAreNotRemembered(t *testing.T) {
	t.Parallel()
	nowhere := httptest.NewServer(nil)
	nowhere.Close()
	client, err := auth.New(auth.Config{UserPoolID: "eu-west-1_Tulip0042", ClientID: "1tulip", Endpoint: nowhere.URL}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{
		"that are not genuine":        "e30.e30.e30",
		"that could not be looked at": base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"a"}`)) + ".e30.AA",
	} {
		s, err := New(Options{Client: client, Origin: "https://app.example.com"})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/auth/sign-out", nil)
		const prefix = "CognitoIdentityServiceProvider.1tulip."
		r.Header.Set("Cookie", prefix+"LastAuthUser=a; "+prefix+"a.accessToken="+token+"; "+prefix+"a.refreshToken=x")
		w := httptest.NewRecorder()
		s.Routes().ServeHTTP(w, r)
		if w.Code != http.StatusSeeOther || len(w.Header()["Set-Cookie"]) != 3 {
			t.Errorf("with cookies %s: sign-out answers %d, %v", name, w.Code, w.Header())
		}
		if len(s.recent.young) != 0 {
			t.Errorf("a refresh token from cookies %s is remembered", name)
		}
	}
}
