package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/internal/oauthtest"
	"github.com/cenote-auth/cenote/auth/verify"
	"github.com/cenote-auth/cenote/auth/web"
)

// An app with two pools, say of customers and of staff.
func TestAUserOfOneSiteIsNobodyAtAnother(t *testing.T) {
	t.Parallel()
	customers, staff := start(t, nil), start(t, func(o *web.Options) { o.Path = "/staff/" })
	customers.Config.Handler.(*http.ServeMux).Handle("/admin/", customers.site.Optional(staff.site.Required(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			user, _ := web.UserFrom(r.Context())
			fmt.Fprintf(w, "%s may do everything", user.Username)
		}))))
	b := customers.browser(t)
	b.signIn()
	p := b.stay("GET", "/admin/")
	if p.status != http.StatusSeeOther || !strings.HasPrefix(p.header.Get("Location"), "/staff/sign-in?") {
		t.Errorf("a customer gets %d %q at %s", p.status, p.text, p.header.Get("Location"))
	}
}

// The keys cannot be had, so nobody knows whether the cookies are genuine.
func TestCookiesThatCouldNotBeVerifiedAreNobodysToTheClient(t *testing.T) {
	t.Parallel()
	nowhere := httptest.NewServer(nil)
	nowhere.Close()
	a := start(t, func(o *web.Options) {
		c := o.Client.Config()
		v, err := verify.New(verify.Options{UserPoolID: c.UserPoolID, Endpoint: c.Endpoint, ClientIDs: []string{c.ClientID}, JWKSURL: nowhere.URL})
		if err != nil {
			t.Fatal(err)
		}
		o.Verifier = v
	})
	tokens := a.pages.Mint()
	b := a.browser(t)
	b.put(a.keys.LastAuthUser(), "ada")
	b.put(a.keys.AccessToken("ada"), tokens.AccessToken)
	b.put(a.keys.IDToken("ada"), tokens.IDToken)
	b.put(a.keys.RefreshToken("ada"), tokens.RefreshToken)
	a.Config.Handler.(*http.ServeMux).Handle("/client", a.site.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client := web.ClientFrom(r.Context())
		user, err := client.CurrentUser(r.Context(), nil)
		session, serr := client.Session(r.Context(), nil)
		fmt.Fprintf(w, "%v %v, %v %v", user, err, session, serr)
		if user != nil || session.SignedIn() {
			t.Errorf("the client says that %v is signed in", user)
		}
	})))
	b.send("GET", "/client")
	if len(b.cookies()) != 4 {
		t.Errorf("%d cookies are left, want all", len(b.cookies()))
	}
	if p := b.stay("POST", "/auth/sign-out"); p.status != http.StatusSeeOther || len(b.cookies()) != 0 || a.pages.Revoked() != 1 {
		t.Errorf("sign-out answers %d, leaves %d cookies and revokes %d tokens", p.status, len(b.cookies()), a.pages.Revoked())
	}
}

func TestStatusOf(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]int{
		web.ErrCrossOrigin:                                 403,
		auth.ErrOAuthState:                                 400,
		verify.ErrKeysUnavailable:                          503,
		fmt.Errorf("Tokens: %w", context.DeadlineExceeded): 503,
		&auth.Error{Code: auth.ErrNetwork}:                 503,
		&auth.Error{Code: auth.ErrUnknown}:                 500,
	} {
		if got := web.StatusOf(err); got != want {
			t.Errorf("StatusOf(%v) = %d, want %d", err, got, want)
		}
	}
}

// The network between the containers of one developer.
func TestAnAppBetweenContainers(t *testing.T) {
	t.Parallel()
	s := oauthtest.Start(t)
	cfg := auth.Config{UserPoolID: s.PoolID, ClientID: s.ClientID, Endpoint: "http://cenote:9229"}
	for _, insecure := range []bool{false, true} {
		cfg.InsecureHTTP = insecure
		client, err := auth.New(cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, origin := range []string{"https://app.example.com", "http://app:3000"} {
			if _, err := web.New(web.Options{Client: client, Origin: origin}); (err == nil) != insecure {
				t.Errorf("New at %s, InsecureHTTP %t: %v", origin, insecure, err)
			}
		}
	}
}
