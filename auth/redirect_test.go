package auth_test

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/internal/oauthtest"
	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

const back, away = "https://app.example.com/callback", "https://app.example.com/bye"

// pages returns a pool with hosted pages and a client of it.
func pages(t *testing.T, change func(*auth.Config)) (*oauthtest.Server, *auth.Client) {
	t.Helper()
	s := oauthtest.Start(t)
	s.RedirectURIs, s.LogoutURIs = []string{back, back + "/other"}, []string{away}
	cfg := auth.Config{
		UserPoolID: s.PoolID, ClientID: s.ClientID, Endpoint: s.URL,
		OAuth: &auth.OAuth{
			Domain: s.URL, Scopes: []string{"openid", "email"},
			RedirectSignIn: []string{back}, RedirectSignOut: []string{away},
		},
	}
	if change != nil {
		change(&cfg)
	}
	client, err := auth.New(cfg, &auth.Options{Now: s.Now})
	if err != nil {
		t.Fatal(err)
	}
	return s, client
}

// visit is a person's way through the pages: it returns where they came back.
func visit(t *testing.T, address string) string {
	t.Helper()
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusFound {
		t.Fatalf("the pages answer %s", res.Status)
	}
	return res.Header.Get("Location")
}

// leave begins a redirect and returns where the person came back.
func leave(t *testing.T, c *auth.Client, in auth.RedirectInput) string {
	t.Helper()
	address, err := c.AuthorizeURL(t.Context(), in)
	if err != nil {
		t.Fatalf("AuthorizeURL: %v", err)
	}
	return visit(t, address)
}

func TestRedirectSignsIn(t *testing.T) {
	t.Parallel()
	s, client := pages(t, nil)
	var heard recorder
	defer client.Subscribe(heard.hear)()

	user, err := client.CompleteRedirect(t.Context(), leave(t, client, auth.RedirectInput{CustomState: "dahin? é 🌷"}))
	if err != nil {
		t.Fatalf("CompleteRedirect: %v", err)
	}
	if user.Username != "ada" || user.UserID != s.Sub {
		t.Errorf("user = %+v", user)
	}
	byRedirect, err := client.SignedInByRedirect(t.Context())
	if err != nil || !byRedirect {
		t.Errorf("SignedInByRedirect = %v, %v", byRedirect, err)
	}
	heard.want(t, auth.CustomState{State: "dahin? é 🌷"}, auth.RedirectCompleted{}, auth.SignedIn{User: *user})

	k := userpool.Keys{ClientID: s.ClientID}
	found, err := client.Storage().Load(t.Context(), k.LastAuthUser(), k.OAuthMetadata("ada"), k.OAuthSignIn(),
		k.InflightOAuth(), k.InflightOAuthDeadline(), k.OAuthState(), k.OAuthPKCE(), k.SignInDetails("ada"))
	want := map[string]string{k.LastAuthUser(): "ada", k.OAuthMetadata("ada"): `{"oauthSignIn":true}`, k.OAuthSignIn(): "true,false"}
	if err != nil || !reflect.DeepEqual(found, want) {
		t.Errorf("the storage has %v, %v, want %v", found, err, want)
	}

	s.Advance(2 * time.Hour)
	if _, err := client.Tokens(t.Context(), nil); err != nil || s.Refreshes() != 1 {
		t.Errorf("Tokens two hours later: %v after %d refreshes", err, s.Refreshes())
	}
	if err := client.SignOut(t.Context(), nil); err != nil || s.Revoked() != 1 {
		t.Errorf("SignOut: %v, revoked %d", err, s.Revoked())
	}
	if found, err := client.Storage().Load(t.Context(), k.OAuthSignIn(), k.OAuthMetadata("ada")); err != nil || len(found) != 0 {
		t.Errorf("after SignOut the storage has %v, %v", found, err)
	}
}

// recorder notes events.
type recorder struct {
	mu   sync.Mutex
	list []auth.Event
}

func (r *recorder) hear(e auth.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, e)
}

func (r *recorder) want(t *testing.T, want ...auth.Event) {
	t.Helper()
	var got []auth.Event
	for end := time.Now().Add(2 * time.Second); len(got) < len(want) && time.Now().Before(end); time.Sleep(time.Millisecond) {
		r.mu.Lock()
		got = append([]auth.Event(nil), r.list...)
		r.mu.Unlock()
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("events = %+v, want %+v", got, want)
	}
}

func TestAuthorizeURL(t *testing.T) {
	t.Parallel()
	s, client := pages(t, nil)
	fixed := url.Values{
		"client_id": {s.ClientID}, "redirect_uri": {back}, "response_type": {"code"}, "scope": {"openid email"},
		"code_challenge_method": {"S256"},
	}
	for _, tt := range []struct {
		name string
		in   auth.RedirectInput
		path string
		want url.Values
	}{
		{"nothing said", auth.RedirectInput{}, "/oauth2/authorize", url.Values{"identity_provider": {"COGNITO"}}},
		{"a provider", auth.RedirectInput{Provider: auth.ProviderApple}, "/oauth2/authorize", url.Values{"identity_provider": {"SignInWithApple"}}},
		{"an identifier", auth.RedirectInput{IDPIdentifier: "example.com"}, "/oauth2/authorize", url.Values{"idp_identifier": {"example.com"}}},
		{"silently", auth.RedirectInput{Prompt: auth.PromptNone}, "/oauth2/authorize", url.Values{"prompt": {"none"}}},
		{
			"all the rest", auth.RedirectInput{LoginHint: "ada +1", Lang: "de", Prompt: auth.PromptLogin, Nonce: "n0nce", SignUp: true},
			"/signup",
			url.Values{"identity_provider": {"COGNITO"}, "login_hint": {"ada +1"}, "lang": {"de"}, "prompt": {"login"}, "nonce": {"n0nce"}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			address, err := client.AuthorizeURL(t.Context(), tt.in)
			if err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			if len(q.Get("state")) < 26 || len(q.Get("code_challenge")) != 43 || len(q.Get("nonce")) < 5 {
				t.Errorf("state %q, challenge %q, nonce %q", q.Get("state"), q.Get("code_challenge"), q.Get("nonce"))
			}
			q.Del("state")
			q.Del("code_challenge")
			if tt.in.Nonce == "" {
				q.Del("nonce")
			}
			want := url.Values{}
			for _, some := range []url.Values{fixed, tt.want} {
				for name, value := range some {
					want[name] = value
				}
			}
			if u.Scheme+"://"+u.Host != s.URL || u.Path != tt.path || !reflect.DeepEqual(q, want) || strings.Contains(u.RawQuery, "+") {
				t.Errorf("address = %s, want path %s and %v", address, tt.path, want)
			}
		})
	}
}

func TestAuthorizeURLRemembersUnderAmplifysNames(t *testing.T) {
	t.Parallel()
	s, client := pages(t, nil)
	address, err := client.AuthorizeURL(t.Context(), auth.RedirectInput{})
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(address)
	k := userpool.Keys{ClientID: s.ClientID}
	found, err := client.Storage().Load(t.Context(), k.InflightOAuth(), k.InflightOAuthDeadline(), k.OAuthState(), k.OAuthPKCE())
	if err != nil {
		t.Fatal(err)
	}
	deadline, _ := time.ParseDuration(found[k.InflightOAuthDeadline()] + "ms")
	left := time.UnixMilli(deadline.Milliseconds()).Sub(s.Now())
	if found[k.InflightOAuth()] != "true" || left < 4*time.Minute || left > 5*time.Minute ||
		found[k.OAuthState()] != u.Query().Get("state") || len(found[k.OAuthPKCE()]) < 43 {
		t.Errorf("the storage has %v (deadline in %v)", found, left)
	}
}

func TestRedirectConfigurations(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*auth.Config)
		uri    string
		want   auth.Code // "" for none
		prefix string
	}{
		{"no pages", func(c *auth.Config) { c.OAuth = nil }, "", auth.ErrOAuthNotConfigured, ""},
		{"no domain", func(c *auth.Config) { c.OAuth.Domain = "" }, "", auth.ErrOAuthNotConfigured, ""},
		{"http to a stranger", func(c *auth.Config) { c.OAuth.Domain = "http://login.example.com" }, "", auth.ErrOAuthNotConfigured, ""},
		{"http between containers", func(c *auth.Config) { c.OAuth.Domain, c.InsecureHTTP = "http://cenote:9229", true }, "", "", "http://cenote:9229/oauth2/authorize?"},
		{"another scheme", func(c *auth.Config) { c.OAuth.Domain, c.InsecureHTTP = "javascript://x", true }, "", auth.ErrOAuthNotConfigured, ""},
		{"a password in it", func(c *auth.Config) { c.OAuth.Domain = "https://ada:secret@login.example.com" }, "", auth.ErrOAuthNotConfigured, ""},
		{"a host", func(c *auth.Config) { c.OAuth.Domain = "login.example.com" }, "", "", "https://login.example.com/oauth2/authorize?"},
		{"a loopback host", func(c *auth.Config) { c.OAuth.Domain = "localhost:9229" }, "", "", "http://localhost:9229/oauth2/authorize?"},
		{"https on a loopback host", func(c *auth.Config) { c.OAuth.Domain = "https://localhost:9229" }, "", "", "https://localhost:9229/oauth2/authorize?"},
		{"no redirect URI", func(c *auth.Config) { c.OAuth.RedirectSignIn = nil }, "", auth.ErrInvalidRedirect, ""},
		{"two, and none named", func(c *auth.Config) { c.OAuth.RedirectSignIn = []string{back, away} }, "", auth.ErrInvalidRedirect, ""},
		{"two, and one named", func(c *auth.Config) { c.OAuth.RedirectSignIn = []string{back, away} }, away, "", "http://127"},
		{"one that only begins like ours", nil, back + ".evil.example", auth.ErrRedirectNotConfigured, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, client := pages(t, tt.change)
			got, err := client.AuthorizeURL(t.Context(), auth.RedirectInput{RedirectURI: tt.uri})
			if tt.want != "" {
				wantCode(t, err, tt.want)
				return
			}
			if err != nil || !strings.HasPrefix(got, tt.prefix) {
				t.Errorf("AuthorizeURL = %q, %v, want %s…", got, err, tt.prefix)
			}
		})
	}
}

func TestAuthorizeURLWhileSignedIn(t *testing.T) {
	t.Parallel()
	_, client := pages(t, nil)
	if _, err := client.CompleteRedirect(t.Context(), leave(t, client, auth.RedirectInput{})); err != nil {
		t.Fatal(err)
	}
	_, err := client.AuthorizeURL(t.Context(), auth.RedirectInput{})
	wantCode(t, err, auth.ErrAlreadySignedIn)
	if _, err := client.AuthorizeURL(t.Context(), auth.RedirectInput{Prompt: auth.PromptLogin}); err != nil {
		t.Errorf("AuthorizeURL with a prompt: %v", err)
	}
}

func TestSignOutURL(t *testing.T) {
	t.Parallel()
	s, client := pages(t, nil)
	got, err := client.SignOutURL("")
	want := s.URL + "/logout?client_id=" + s.ClientID + "&logout_uri=" + url.QueryEscape(away)
	if err != nil || got != want {
		t.Errorf("SignOutURL = %q, %v, want %q", got, err, want)
	}
	_, err = client.SignOutURL("https://evil.example")
	wantCode(t, err, auth.ErrRedirectNotConfigured)
}

func TestAConfidentialClientAuthenticates(t *testing.T) {
	t.Parallel()
	s, client := pages(t, func(c *auth.Config) { c.ClientSecret = "s3cret+/ =" })
	s.Secret = url.QueryEscape("s3cret+/ =") // as Basic carries it
	if _, err := client.CompleteRedirect(t.Context(), leave(t, client, auth.RedirectInput{})); err != nil {
		t.Errorf("CompleteRedirect: %v", err)
	}
}

func TestTheImplicitFlow(t *testing.T) {
	t.Parallel()
	s, client := pages(t, func(c *auth.Config) { c.OAuth.ResponseType = "token" })
	came := leave(t, client, auth.RedirectInput{})
	if !strings.Contains(came, "#") {
		t.Fatalf("came back at %s", came)
	}
	if _, err := client.CompleteRedirect(t.Context(), came); err != nil {
		t.Fatalf("CompleteRedirect: %v", err)
	}
	s.Advance(2 * time.Hour)
	_, err := client.Tokens(t.Context(), nil)
	wantCode(t, err, auth.ErrTokenRefresh)
}

func TestWithoutTheOpenIDScope(t *testing.T) {
	t.Parallel()
	_, client := pages(t, func(c *auth.Config) { c.OAuth.Scopes = []string{"email"} })
	user, err := client.CompleteRedirect(t.Context(), leave(t, client, auth.RedirectInput{}))
	if err != nil || user.Username != "ada" {
		t.Errorf("CompleteRedirect = %+v, %v", user, err)
	}
}

// A redirect that Amplify began in a browser, whose storage a server shares.
func TestARedirectThatAmplifyBegan(t *testing.T) {
	t.Parallel()
	s, client := pages(t, nil)
	address, err := client.AuthorizeURL(t.Context(), auth.RedirectInput{})
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(address)
	q := u.Query()
	q.Set("state", q.Get("state")+"-e9") // é in Amplify's writing
	q.Del("nonce")
	u.RawQuery = q.Encode()
	k := userpool.Keys{ClientID: s.ClientID}
	theirs := storage.NewMemory()
	found, err := client.Storage().Load(t.Context(), k.InflightOAuth(), k.OAuthPKCE())
	if err != nil {
		t.Fatal(err)
	}
	found[k.OAuthState()] = q.Get("state")
	if err := theirs.Save(t.Context(), found); err != nil {
		t.Fatal(err)
	}
	var heard recorder
	defer client.Subscribe(heard.hear)()
	user, err := client.WithStorage(theirs).CompleteRedirect(t.Context(), visit(t, u.String()))
	if err != nil {
		t.Fatalf("CompleteRedirect: %v", err)
	}
	heard.want(t, auth.CustomState{State: "é"}, auth.RedirectCompleted{}, auth.SignedIn{User: *user})
}
