package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/auth/web"
)

func TestAPersonSignsInAndOut(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	b := a.browser(t)
	b.want(b.send("GET", "/"), 200, "nobody")
	p := b.send("GET", "/orders/7?all=1")
	b.want(p, 200, "ada "+a.pages.Sub+" at /orders/7")
	if p.path != "/orders/7?all=1" {
		t.Errorf("after signing in the person is at %s", p.path)
	}
	b.want(b.send("GET", "/both/"), 200, "ada")
	if got := a.pages.Exchanges(); got != 1 {
		t.Errorf("%d codes were exchanged, want 1", got)
	}
	for name := range b.cookies() {
		if strings.Contains(name, "oauthState") || strings.Contains(name, "oauthPKCE") || strings.Contains(name, "inflight") {
			t.Errorf("cookie %s is left over", name)
		}
	}
	b.want(b.send("GET", "/auth/sign-in?return=/orders/8"), 200, "at /orders/8") // signed in already

	p = b.send("POST", "/auth/sign-out", "Sec-Fetch-Site", "same-origin")
	b.want(p, 200, "nobody")
	if p.path != "/" || a.pages.Revoked() != 1 || a.pages.Logouts() != 1 {
		t.Errorf("at %s after %d revocations and %d logouts", p.path, a.pages.Revoked(), a.pages.Logouts())
	}
	if left := b.cookies(); len(left) != 0 {
		t.Errorf("cookies %v are left", left)
	}
}

func TestCookiesOfASignIn(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	b := a.browser(t)
	left := b.stay("GET", "/auth/sign-in")
	back := b.stay("GET", left.header.Get("Location"))
	p := b.stay("GET", back.header.Get("Location"))
	if p.status != http.StatusSeeOther || p.header.Get("Location") != "/" {
		t.Fatalf("the callback answers %d to %s", p.status, p.header.Get("Location"))
	}
	for _, answer := range []page{left, p} {
		if answer.header.Get("Cache-Control") != "no-store" || answer.header.Get("Referrer-Policy") != "no-referrer" || answer.header.Get("Vary") != "Cookie" {
			t.Errorf("header = %v", answer.header)
		}
		for _, line := range answer.header["Set-Cookie"] {
			if !strings.Contains(line, "; HttpOnly") || !strings.Contains(line, "; SameSite=Lax") {
				t.Errorf("Set-Cookie: %s", line)
			}
		}
	}
	has := b.cookies()
	for _, name := range []string{a.keys.LastAuthUser(), a.keys.AccessToken("ada"), a.keys.IDToken("ada"), a.keys.RefreshToken("ada"), a.keys.OAuthMetadata("ada")} {
		if has[name] == "" {
			t.Errorf("there is no cookie %s", name)
		}
	}
}

func TestStrictCookiesGoOnByAPage(t *testing.T) {
	t.Parallel()
	a := start(t, func(o *web.Options) { o.Cookie.SameSite = http.SameSiteStrictMode })
	b := a.browser(t)
	p := b.send("GET", "/auth/sign-in?return="+url.QueryEscape(`/orders/?a="><script>&b='`))
	b.want(p, 200, `<meta http-equiv="refresh"`)
	if strings.Contains(p.text, "<script>") || !strings.Contains(p.text, `url=/orders/?a=&#34;&gt;&lt;script&gt;&amp;b=&#39;"`) {
		t.Errorf("the page is %s", p.text)
	}
	for _, line := range p.header["Set-Cookie"] {
		if strings.Contains(line, "oken=") && !strings.Contains(line, "; SameSite=Strict") {
			t.Errorf("Set-Cookie: %s", line)
		}
	}
	b.want(b.send("GET", "/"), 200, "ada")
}

func TestCookiesAreSecureWhereTheAppIs(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	site, err := web.New(web.Options{Client: a.client(t), Origin: "https://app.example.com", Path: "/in/"})
	if err != nil {
		t.Fatal(err)
	}
	for origin, h := range map[string]http.Handler{a.URL: a.site.Optional(leaving), "https://app.example.com": site.Optional(leaving)} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, origin, nil))
		lines := w.Header()["Set-Cookie"]
		for _, line := range lines {
			if strings.Contains(line, "; Secure") != strings.HasPrefix(origin, "https:") {
				t.Errorf("at %s: Set-Cookie: %s", origin, line)
			}
		}
		if len(lines) == 0 {
			t.Errorf("at %s no cookie is set", origin)
		}
	}
}

// leaving saves something.
var leaving = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	_ = web.ClientFrom(r.Context()).Storage().Save(r.Context(), map[string]string{"a": "1"})
})

func TestWhereSignInGoes(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	for path, want := range map[string]string{
		"/auth/sign-in":                              "identity_provider=COGNITO",
		"/auth/sign-in?provider=Google&lang=de":      "identity_provider=Google",
		"/auth/sign-in?provider=Apple":               "identity_provider=SignInWithApple",
		"/auth/sign-in?provider=Corp%20SAML":         "identity_provider=Corp%20SAML",
		"/auth/sign-up?login_hint=ada%40example.com": "/signup?",
	} {
		got := a.browser(t).stay("GET", path)
		if to := got.header.Get("Location"); got.status != http.StatusSeeOther || !strings.HasPrefix(to, a.pages.URL+"/") || !strings.Contains(to, want) {
			t.Errorf("%s leads to %d %s, want %s", path, got.status, to, want)
		}
	}
}

func TestSignInNeverLeadsToAnotherSite(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	for _, evil := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "/\t/evil.example", "javascript:alert(1)"} {
		b := a.browser(t)
		for range 2 { // signing in, and being signed in already
			p := b.send("GET", "/auth/sign-in?return="+url.QueryEscape(evil))
			b.want(p, 200, "ada")
			if p.path != "/" {
				t.Errorf("return=%q leads to %s", evil, p.path)
			}
		}
	}
	b := a.browser(t)
	back := b.stay("GET", b.stay("GET", "/auth/sign-in").header.Get("Location"))
	b.put("CognitoIdentityServiceProvider."+a.pages.ClientID+".oauthStateReturn", "https://evil.example")
	if p := b.stay("GET", back.header.Get("Location")); p.status != http.StatusSeeOther || p.header.Get("Location") != "/" {
		t.Errorf("a cookie leads to %d %s", p.status, p.header.Get("Location"))
	}
}

func TestCallbacksThatAreRefused(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	victim, attacker := a.browser(t), a.browser(t)
	authorize := attacker.stay("GET", "/auth/sign-in").header.Get("Location")
	callback := attacker.stay("GET", authorize).header.Get("Location")
	victim.want(victim.send("GET", callback), 400, "did not succeed") // the attacker's own code
	victim.stay("GET", "/auth/sign-in")
	victim.want(victim.send("GET", callback), 400, "did not succeed") // with a state of the victim's own
	victim.want(victim.send("GET", "/auth/sign-in-callback"), 400, "did not succeed")
	victim.want(victim.send("GET", "/auth/sign-in-callback?error=access_denied&error_description=%3Cb%3E"), 400, "did not succeed")
	victim.want(victim.send("GET", "/"), 200, "nobody")
	if a.pages.Exchanges() != 0 {
		t.Errorf("%d codes were exchanged", a.pages.Exchanges())
	}
	attacker.want(attacker.send("GET", callback), 200, "ada")
	attacker.want(attacker.send("GET", callback), 400, "did not succeed") // again
}

func TestSignOutIsForTheAppsOwnPages(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	b := a.browser(t)
	b.signIn()
	for _, tt := range []struct {
		method string
		header []string
		status int
	}{
		{"GET", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"GET", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"GET", nil, 403},
		{"GET", []string{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Dest", "image"}, 403}, // a picture that a visitor put into a page
		{"POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"POST", []string{"Origin", "https://evil.example"}, 403},
		{"PUT", nil, 405},
		{"HEAD", nil, 405},
	} {
		p := b.stay(tt.method, "/auth/sign-out", tt.header...)
		if p.status != tt.status {
			t.Errorf("%s %v = %d, want %d", tt.method, tt.header, p.status, tt.status)
		}
	}
	b.want(b.send("GET", "/"), 200, "ada")
	b.want(b.send("GET", "/auth/sign-out", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Dest", "document"), 200, "nobody")
}

func TestSignOutWhileTheServiceIsDown(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	b := a.browser(t)
	b.signIn()
	a.pages.Server.Close()
	p := b.stay("POST", "/auth/sign-out")
	if p.status != http.StatusSeeOther || len(b.cookies()) != 0 {
		t.Errorf("sign-out answers %d and leaves %d cookies", p.status, len(b.cookies()))
	}
}

func TestMethodsAndPaths(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	b := a.browser(t)
	for path, method := range map[string]string{
		"/auth/sign-in": "POST", "/auth/sign-up": "DELETE", "/auth/sign-in-callback": "HEAD", "/auth/sign-out-callback": "POST",
	} {
		p := b.stay(method, path)
		if p.status != http.StatusMethodNotAllowed || !slices.Equal(p.header["Allow"], []string{"GET"}) {
			t.Errorf("%s %s = %d, Allow %v", method, path, p.status, p.header["Allow"])
		}
	}
	if p := b.stay("GET", "/auth/else"); p.status != http.StatusNotFound {
		t.Errorf("another path answers %d", p.status)
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	for name, change := range map[string]func(*web.Options){
		"no client":              func(o *web.Options) { o.Client = nil },
		"no origin":              func(o *web.Options) { o.Origin = "" },
		"an origin with a path":  func(o *web.Options) { o.Origin += "/" },
		"http to the world":      func(o *web.Options) { o.Origin = "http://app.example.com" },
		"SameSite=None":          func(o *web.Options) { o.Cookie.SameSite = http.SameSiteNoneMode },
		"a negative age":         func(o *web.Options) { o.Cookie.MaxAge = -1 },
		"a domain that is none":  func(o *web.Options) { o.Cookie.Domain = "a b" },
		"another site's path":    func(o *web.Options) { o.AfterSignIn = "//evil.example" },
		"a trusted non-origin":   func(o *web.Options) { o.TrustedOrigins = []string{"evil"} },
		"a sign-in page outside": func(o *web.Options) { o.SignInPath = "https://login.example.com" },
	} {
		o := web.Options{Client: a.client(t), Origin: "https://app.example.com"}
		change(&o)
		if _, err := web.New(o); err == nil {
			t.Errorf("New with %s succeeds", name)
		}
	}
}
