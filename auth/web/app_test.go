package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/internal/oauthtest"
	"github.com/cenote-auth/cenote/auth/userpool"
	"github.com/cenote-auth/cenote/auth/verify"
	"github.com/cenote-auth/cenote/auth/web"
)

// app is a small web app at hosted pages.
type app struct {
	*httptest.Server
	pages *oauthtest.Server
	site  *web.Site
	of    *auth.Client
	keys  userpool.Keys
}

// start starts an app: / says who is there, /orders/ is for those who are signed
// in, POST /orders/ too. change may be nil.
func start(t *testing.T, change func(*web.Options)) *app {
	t.Helper()
	a := &app{pages: oauthtest.Start(t)}
	mux := http.NewServeMux()
	a.Server = httptest.NewServer(mux)
	t.Cleanup(a.Close)
	a.pages.RedirectURIs, a.pages.LogoutURIs = []string{a.URL + "/auth/sign-in-callback"}, []string{a.URL + "/auth/sign-out-callback"}
	a.keys = userpool.Keys{ClientID: a.pages.ClientID}
	cfg := auth.Config{
		UserPoolID: a.pages.PoolID, ClientID: a.pages.ClientID, Endpoint: a.pages.URL,
		OAuth: &auth.OAuth{
			Domain: a.pages.URL, Scopes: []string{"openid", "email"},
			RedirectSignIn: a.pages.RedirectURIs, RedirectSignOut: a.pages.LogoutURIs,
		},
	}
	client, err := auth.New(cfg, &auth.Options{Now: a.pages.Now, SDK: []func(*cip.Options){
		func(o *cip.Options) { o.Retryer = aws.NopRetryer{} }, // for tests of a service that is down
	}})
	if err != nil {
		t.Fatal(err)
	}
	a.of = client
	o := web.Options{Client: client, Origin: a.URL, Now: a.pages.Now}
	if change != nil {
		change(&o)
	}
	if a.site, err = web.New(o); err != nil {
		t.Fatal(err)
	}
	who := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, ok := web.UserFrom(r.Context()); ok {
			fmt.Fprintf(w, "%s %s at %s", user.Username, user.UserID, r.URL.Path)
			return
		}
		io.WriteString(w, "nobody")
	})
	mux.Handle("/auth/", a.site.Routes())
	mux.Handle("/", a.site.Optional(who))
	mux.Handle("/orders/", a.site.Required(who))
	mux.Handle("/both/", a.site.Optional(a.site.Required(who)))
	return a
}

func (a *app) client(*testing.T) *auth.Client { return a.of }

// browser is a person's.
type browser struct {
	t *testing.T
	*http.Client
	app *app
}

func (a *app) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &browser{t, &http.Client{Jar: jar, Transport: transport}, a}
}

// page is what a browser shows.
type page struct {
	status int
	text   string
	path   string // with the query
	header http.Header
	first  http.Header // of the first answer, before any redirect
}

// send opens a path of the app, or an address.
func (b *browser) send(method, path string, header ...string) page {
	b.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = b.app.URL + path
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	var p page
	follow := *b.Client
	follow.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if p.first == nil {
			p.first = r.Response.Header
		}
		if header := r.Response.Header; len(via) > 10 || len(header["X-Stop"]) > 0 {
			return http.ErrUseLastResponse
		}
		return nil
	}
	res, err := follow.Do(r)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	p.status, p.text, p.path, p.header = res.StatusCode, strings.TrimSpace(string(body)), res.Request.URL.RequestURI(), res.Header
	if p.first == nil {
		p.first = res.Header
	}
	return p
}

// stay opens a path and follows no redirect.
func (b *browser) stay(method, path string, header ...string) page {
	b.t.Helper()
	kept := b.Client
	defer func() { b.Client = kept }()
	b.Client = &http.Client{Jar: kept.Jar, Transport: stopping{kept.Transport}}
	return b.send(method, path, header...)
}

// stopping marks answers that are not to be followed.
type stopping struct{ http.RoundTripper }

func (s stopping) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := s.RoundTripper.RoundTrip(r)
	if res != nil {
		res.Header["X-Stop"] = []string{"1"}
	}
	return res, err
}

func (b *browser) want(p page, status int, text string) {
	b.t.Helper()
	if p.status != status || !strings.Contains(p.text, text) {
		b.t.Fatalf("%d %q at %s, want %d %q", p.status, p.text, p.path, status, text)
	}
}

// cookies are the browser's of the app, by name.
func (b *browser) cookies() map[string]string {
	b.t.Helper()
	u, err := url.Parse(b.app.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	found := make(map[string]string)
	for _, c := range b.Jar.Cookies(u) {
		found[c.Name] = c.Value
	}
	return found
}

// put gives the browser a cookie of the app.
func (b *browser) put(name, value string) {
	b.t.Helper()
	u, err := url.Parse(b.app.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	b.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

// signIn signs the person in by the hosted pages.
func (b *browser) signIn() {
	b.t.Helper()
	b.want(b.send(http.MethodGet, "/auth/sign-in"), 200, "ada "+b.app.pages.Sub)
}

// verifier verifies by the pages' clock.
func verifier(t *testing.T, a *oauthtest.Server, leeway time.Duration) *verify.Verifier {
	t.Helper()
	v, err := verify.New(verify.Options{
		UserPoolID: a.PoolID, Endpoint: a.URL, ClientIDs: []string{a.ClientID}, Now: a.Now, Leeway: leeway,
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}
