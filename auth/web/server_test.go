package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/userpool"
	"github.com/cenote-auth/cenote/auth/web"
	"github.com/cenote-auth/cenote/cenotetest"
)

// An app with a sign-in form of its own, on a real server.
func TestSignInByAFormOfTheApp(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	sub := s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42"})
	client, err := auth.New(auth.Config{UserPoolID: s.UserPoolID, ClientID: s.ClientID, Endpoint: s.URL}, &auth.Options{Now: s.Now})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	a := &app{Server: httptest.NewServer(mux), keys: userpool.Keys{ClientID: s.ClientID}}
	t.Cleanup(a.Close)
	if a.site, err = web.New(web.Options{Client: client, Origin: a.URL, SignInPath: "/login", Now: s.Now}); err != nil {
		t.Fatal(err)
	}
	mux.Handle("/", a.site.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := web.UserFrom(r.Context())
		fmt.Fprintf(w, "%s %s", user.UserID, user.ID.Email)
	})))
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "the form") })
	mux.Handle("POST /login", a.site.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := web.ClientFrom(r.Context()).SignIn(r.Context(), auth.SignInInput{
			Username: "ada@example.com", Password: r.URL.Query().Get("password"),
		})
		if err != nil {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})))
	mux.Handle("/auth/", a.site.Routes())

	b := a.browser(t)
	b.want(b.send("GET", "/"), 200, "the form")
	b.want(b.send("POST", "/login?password=wrong"), 401, "no")
	b.want(b.send("POST", "/login?password=Tulip-42"), 200, sub+" ada@example.com")
	before := b.cookies()
	s.Advance(t, 2*time.Hour)
	b.want(b.send("GET", "/"), 200, sub)
	after := b.cookies()
	refreshed := 0
	for name, value := range after {
		if strings.HasSuffix(name, ".accessToken") && value != before[name] {
			refreshed++
		}
	}
	if refreshed != 1 {
		t.Errorf("%d access tokens were refreshed, want 1", refreshed)
	}
	b.want(b.send("POST", "/auth/sign-out"), 200, "the form")
	if left := b.cookies(); len(left) != 0 {
		t.Errorf("cookies %v are left", left)
	}
}
