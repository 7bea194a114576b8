package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/internal/oauthtest"
	"github.com/cenote-auth/cenote/auth/web"
)

func TestAnExpiredSessionIsRefreshedWithinTheRequest(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	b := a.browser(t)
	b.signIn()
	before := b.cookies()[a.keys.AccessToken("ada")]
	a.pages.Advance(2 * time.Hour)
	p := b.stay("GET", "/orders/")
	b.want(p, 200, "ada")
	if after := b.cookies()[a.keys.AccessToken("ada")]; after == before || a.pages.Refreshes() != 1 {
		t.Errorf("%d refreshes, and the cookie is new: %v", a.pages.Refreshes(), after != before)
	}
	if p.header.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control of new cookies = %q", p.header.Get("Cache-Control"))
	}
	p = b.stay("GET", "/orders/")
	b.want(p, 200, "ada")
	if len(p.header["Set-Cookie"]) != 0 || a.pages.Refreshes() != 1 {
		t.Errorf("the next answer sets %d cookies after %d refreshes", len(p.header["Set-Cookie"]), a.pages.Refreshes())
	}
}

// A browser sends several requests at once with the cookies it has, and the
// service takes each refresh token once.
func TestRequestsWithOldCookiesAfterARotation(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	a.pages.Rotate = true
	b := a.browser(t)
	b.signIn()
	old := b.cookies()
	a.pages.Advance(2 * time.Hour)
	send := func() (status int, cookies string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, a.URL+"/orders/", nil)
		for name, value := range old {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		w := httptest.NewRecorder()
		a.Config.Handler.ServeHTTP(w, r)
		return w.Code, strings.Join(w.Header()["Set-Cookie"], "\n")
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if status, cookies := send(); status != 200 || !strings.Contains(cookies, ".refreshToken=") {
				t.Errorf("answer %d with cookies %q", status, cookies)
			}
		})
	}
	all.Wait()
	if status, _ := send(); status != 200 || a.pages.Refreshes() != 1 {
		t.Errorf("a late request gets %d after %d refreshes, want 200 after 1", status, a.pages.Refreshes())
	}

	b.want(b.stay("GET", "/orders/"), 200, "ada")
	b.stay("POST", "/auth/sign-out")
	if status, cookies := send(); status == 200 || strings.Contains(cookies, ".accessToken=ey") {
		t.Errorf("after signing out the old cookies still serve: %d", status)
	}
}

// Handlers ask for tokens that are good a while longer than those of the cookies,
// or than the browser's clock says.
func TestHandlersOfOldCookiesShareARefresh(t *testing.T) {
	t.Parallel()
	for name, age := range map[string]func(*app, *browser){
		"the tokens end soon": func(a *app, _ *browser) { a.pages.Advance(59*time.Minute + 45*time.Second) },
		"a browser's clock is late": func(a *app, b *browser) {
			b.put(a.keys.ClockDrift("ada"), "7200000")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := start(t, nil)
			a.pages.Rotate = true
			a.Config.Handler.(*http.ServeMux).Handle("/tokens", a.site.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if _, err := web.ClientFrom(r.Context()).Tokens(r.Context(), nil); err != nil {
					t.Errorf("Tokens: %v", err)
				}
			})))
			b := a.browser(t)
			b.signIn()
			age(a, b)
			old := b.cookies()
			for range 3 {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, a.URL+"/tokens", nil)
				for name, value := range old {
					r.AddCookie(&http.Cookie{Name: name, Value: value})
				}
				w := httptest.NewRecorder()
				a.Config.Handler.ServeHTTP(w, r)
				if w.Code != 200 || a.pages.Refreshes() != 1 {
					t.Errorf("answer %d after %d refreshes, want 200 after 1", w.Code, a.pages.Refreshes())
				}
			}
		})
	}
}

// Tokens that are still good serve where new ones are not to be had.
func TestTokensThatEndSoonAndTheServiceIsDown(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	b := a.browser(t)
	b.signIn()
	a.pages.Advance(59*time.Minute + 15*time.Second)
	a.pages.Server.Close()
	b.want(b.send("GET", "/orders/"), 200, "ada")
	if _, kept := b.cookies()[a.keys.RefreshToken("ada")]; !kept {
		t.Error("the session's cookies are gone")
	}
}

// The service could not be told, and would still refresh the session.
func TestOldCookiesDoNotBringASignedOutSessionBack(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	a.pages.Deaf = true
	a.pages.Tamper = func(_ string, claims map[string]any) { claims["exp"] = claims["iat"].(int64) + 30 }
	b := a.browser(t)
	b.signIn()
	old := b.cookies()
	b.stay("POST", "/auth/sign-out")
	a.pages.Advance(45 * time.Second)
	for name, value := range old {
		b.put(name, value)
	}
	b.want(b.send("GET", "/"), 200, "nobody")
	if _, left := b.cookies()[a.keys.AccessToken("ada")]; left || a.pages.Refreshes() != 0 {
		t.Errorf("after %d refreshes the token is left: %t", a.pages.Refreshes(), left)
	}
}

func TestABrowserThatLeavesDoesNotLoseTheNewTokens(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	a.pages.Rotate = true
	b := a.browser(t)
	b.signIn()
	a.pages.Advance(2 * time.Hour)
	ctx, leave := context.WithCancel(t.Context())
	a.pages.Do(func() { a.pages.Tamper = func(string, map[string]any) { leave() } }) // while tokens are made
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, a.URL+"/orders/", nil)
	for name, value := range b.cookies() {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	a.Config.Handler.ServeHTTP(httptest.NewRecorder(), r)
	if ctx.Err() == nil {
		t.Fatal("nothing was refreshed")
	}
	time.Sleep(50 * time.Millisecond)             // for a refresh that nobody waited for
	b.want(b.stay("GET", "/orders/"), 200, "ada") // without a way to the pages, where all are signed in
	if a.pages.Refreshes() != 1 {
		t.Errorf("%d refreshes, want 1", a.pages.Refreshes())
	}
}

func TestASessionThatTheServiceEnded(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	b := a.browser(t)
	b.signIn()
	a.pages.EndSessions()
	b.want(b.send("GET", "/"), 200, "ada") // until the tokens expire
	a.pages.Advance(2 * time.Hour)
	b.want(b.send("GET", "/"), 200, "nobody")
	if _, kept := b.cookies()[a.keys.AccessToken("ada")]; kept {
		t.Error("the session's cookies are still there")
	}
}

func TestTheServiceIsDown(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	b := a.browser(t)
	b.signIn()
	a.pages.Server.Close()
	b.want(b.send("GET", "/orders/"), 200, "ada") // the keys are known
	a.pages.Advance(2 * time.Hour)
	b.want(b.send("GET", "/"), 200, "nobody")
	b.want(b.send("GET", "/orders/"), 503, "not possible at the moment")
	b.want(b.stay("GET", "/both/"), 503, "not possible at the moment")
	b.want(b.send("GET", "/auth/sign-in"), 503, "not possible at the moment")
	if _, kept := b.cookies()[a.keys.RefreshToken("ada")]; !kept {
		t.Error("the session's cookies are gone")
	}
}

func TestTokensThatAreNotGenuine(t *testing.T) {
	t.Parallel()
	forged := func(change func(*oauthtest.Server)) func(*app) oauthtest.Tokens {
		return func(a *app) oauthtest.Tokens {
			a.pages.Do(func() { change(a.pages) })
			defer a.pages.Do(func() { a.pages.Key, a.pages.Tamper = nil, nil })
			return a.pages.Mint()
		}
	}
	claim := func(use, name string, value any) func(*oauthtest.Server) {
		return func(s *oauthtest.Server) {
			s.Tamper = func(of string, claims map[string]any) {
				if of == use {
					claims[name] = value
				}
			}
		}
	}
	for name, mint := range map[string]func(*app) oauthtest.Tokens{
		"another's signature":    forged(func(s *oauthtest.Server) { s.Key = oauthtest.NewKey() }),
		"another client":         forged(claim("access", "client_id", "other")),
		"another pool":           forged(claim("access", "iss", "https://evil.example")),
		"an ID token of another": forged(claim("id", "sub", "someone-else")),
		"an ID token for access": func(a *app) oauthtest.Tokens {
			t := a.pages.Mint()
			t.AccessToken = t.IDToken
			return t
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := start(t, nil)
			b := a.browser(t)
			tokens := mint(a)
			b.put(a.keys.LastAuthUser(), "ada")
			b.put(a.keys.AccessToken("ada"), tokens.AccessToken)
			b.put(a.keys.IDToken("ada"), tokens.IDToken)
			b.want(b.send("GET", "/"), 200, "nobody")
			if left := b.cookies(); len(left) != 0 {
				t.Errorf("cookies %v are left", left)
			}
			b.want(b.send("GET", "/orders/"), 200, "ada") // by signing in
		})
	}
}

func TestASessionOfAmplify(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	b := a.browser(t)
	tokens := a.pages.Mint()
	b.put(a.keys.LastAuthUser(), "ada")
	b.put(a.keys.AccessToken("ada"), tokens.AccessToken)
	b.put(a.keys.IDToken("ada"), tokens.IDToken)
	b.put(a.keys.RefreshToken("ada"), tokens.RefreshToken)
	b.put(a.keys.ClockDrift("ada"), "-7200000") // of a browser whose clock is two hours ahead
	b.want(b.stay("GET", "/orders/"), 200, "ada")
	a.pages.Advance(90 * time.Minute)
	b.want(b.stay("GET", "/orders/"), 200, "ada")
	if a.pages.Refreshes() != 1 {
		t.Errorf("%d refreshes, want 1", a.pages.Refreshes())
	}
}

func TestThoseWhoAreNotSignedIn(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	b := a.browser(t)
	for _, tt := range []struct {
		name, method string
		header       []string
		status       int
		to           string
	}{
		{"a person", "GET", nil, 303, "/auth/sign-in?return=%2Forders%2F%3Fa%3D1"},
		{"a person, by the browser's word", "GET", []string{"Accept", "*/*", "Sec-Fetch-Mode", "navigate"}, 303, "/auth/sign-in?return=%2Forders%2F%3Fa%3D1"},
		{"a script", "GET", []string{"Sec-Fetch-Mode", "cors"}, 401, ""},
		{"a program", "GET", []string{"Accept", "application/json"}, 401, ""},
		{"a form", "POST", nil, 401, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := b.stay(tt.method, "/orders/?a=1", tt.header...)
			if p.status != tt.status || p.header.Get("Location") != tt.to || (tt.status == 401) != (p.header.Get("WWW-Authenticate") != "") {
				t.Errorf("%d to %q, want %d to %q", p.status, p.header.Get("Location"), tt.status, tt.to)
			}
		})
	}
}

func TestRequestsOfOtherSites(t *testing.T) {
	t.Parallel()
	a := start(t, func(o *web.Options) { o.TrustedOrigins = []string{"https://admin.example.com"} })
	b := a.browser(t)
	b.signIn()
	for _, tt := range []struct {
		method string
		header []string
		status int
	}{
		{"POST", nil, 200},
		{"POST", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"POST", []string{"Origin", a.URL}, 200},
		{"POST", []string{"Origin", "https://admin.example.com", "Sec-Fetch-Site", "cross-site"}, 200},
		{"GET", []string{"Sec-Fetch-Site", "cross-site"}, 200},
		{"POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"DELETE", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"POST", []string{"Origin", "https://evil.example"}, 403},
		{"POST", []string{"Origin", "null"}, 403},
	} {
		if p := b.stay(tt.method, "/orders/", tt.header...); p.status != tt.status {
			t.Errorf("%s %v = %d, want %d", tt.method, tt.header, p.status, tt.status)
		}
	}
}

func TestHandlersUseTheClient(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	b := a.browser(t)
	b.signIn()
	first := b.cookies()[a.keys.AccessToken("ada")]
	a.Config.Handler.(*http.ServeMux).Handle("/renew", a.site.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client := web.ClientFrom(r.Context())
		if _, err := client.Tokens(r.Context(), &auth.SessionOptions{ForceRefresh: true}); err != nil {
			t.Errorf("Tokens: %v", err)
		}
		if _, ok := w.(http.Flusher); !ok {
			t.Error("the writer does not flush")
		}
		w.WriteHeader(http.StatusEarlyHints)
		if _, err := w.Write([]byte("renewed")); err != nil {
			t.Errorf("Write: %v", err)
		}
		if err := client.SignOut(r.Context(), nil); err == nil {
			t.Error("SignOut after the answer began succeeds, and cannot")
		}
	})))
	b.want(b.send("GET", "/renew"), 200, "renewed")
	if b.cookies()[a.keys.AccessToken("ada")] == first {
		t.Error("the cookies are the old ones")
	}
}

func TestWithoutASite(t *testing.T) {
	t.Parallel()
	if user, ok := web.UserFrom(t.Context()); ok || user != nil || web.ClientFrom(t.Context()) != nil {
		t.Errorf("UserFrom = %v, %v", user, ok)
	}
}

func TestBearer(t *testing.T) {
	t.Parallel()
	s := oauthtest.Start(t)
	tokens := s.Mint()
	h := web.Bearer(verifier(t, s, 0), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, ok := web.UserFrom(r.Context())
		if !ok || user.Username != "ada" || user.UserID != s.Sub || web.ClientFrom(r.Context()) != nil {
			t.Errorf("UserFrom = %v, %v", user, ok)
		}
	}), "openid")
	scoped := web.Bearer(verifier(t, s, 0), h, "orders/read")
	ask := func(h http.Handler, authorization ...string) (int, string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header["Authorization"] = authorization
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code, w.Header().Get("WWW-Authenticate")
	}
	for _, tt := range []struct {
		name   string
		h      http.Handler
		header []string
		status int
		want   string
	}{
		{"a good token", h, []string{"Bearer " + tokens.AccessToken}, 200, ""},
		{"a scheme in small letters", h, []string{"bearer " + tokens.AccessToken}, 200, ""},
		{"nothing", h, nil, 401, "Bearer"},
		{"another scheme", h, []string{"Basic eDp5"}, 401, "Bearer"},
		{"two of them", h, []string{"Bearer " + tokens.AccessToken, "Bearer x"}, 401, "Bearer"},
		{"an ID token", h, []string{"Bearer " + tokens.IDToken}, 401, `Bearer error="invalid_token"`},
		{"a scope that is missing", scoped, []string{"Bearer " + tokens.AccessToken}, 403, `Bearer error="insufficient_scope", scope="orders/read"`},
	} {
		if status, challenge := ask(tt.h, tt.header...); status != tt.status || challenge != tt.want {
			t.Errorf("%s: %d %s, want %d %s", tt.name, status, challenge, tt.status, tt.want)
		}
	}
	down := oauthtest.Start(t)
	v := verifier(t, down, 0)
	down.Close()
	if status, _ := ask(web.Bearer(v, h), "Bearer "+tokens.AccessToken); status != 503 {
		t.Errorf("without keys: %d, want 503", status)
	}
}
