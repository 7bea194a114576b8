package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/internal/oauthtest"
)

func TestRedirectsThatFail(t *testing.T) {
	t.Parallel()
	without := func(address string, names ...string) string {
		u, _ := url.Parse(address)
		q := u.Query()
		for _, name := range names {
			q.Del(name)
		}
		u.RawQuery = q.Encode()
		return u.String()
	}
	for _, tt := range []struct {
		name   string
		server func(*oauthtest.Server)
		came   func(string) string
		want   auth.Code
		words  string // in the error
	}{
		{"the person said no", func(s *oauthtest.Server) { s.Refuse = "access_denied" }, nil, auth.ErrOAuthSignIn, "The person said no & left"},
		{"the person gave up", nil, func(string) string { return back }, auth.ErrOAuthSignIn, "given up"},
		{"no code", nil, func(u string) string { return without(u, "code") }, auth.ErrOAuthSignIn, "given up"},
		{"no state", nil, func(u string) string { return without(u, "state") }, auth.ErrOAuthSignIn, "given up"},
		{"another state", nil, func(u string) string { return without(u, "state") + "&state=x" }, auth.ErrOAuthState, ""},
		{"a code nobody gave", nil, func(u string) string { return without(u, "code") + "&code=x" }, auth.ErrOAuthSignIn, "invalid_grant"},
		{"a token endpoint that is down", func(s *oauthtest.Server) { s.TokenStatus = 502 }, nil, auth.ErrOAuthSignIn, "502"},
		{"no ID token", func(s *oauthtest.Server) { s.NoID = true }, nil, auth.ErrOAuthSignIn, "none came"},
		{"another nonce", tamper("id", "nonce", "x"), nil, auth.ErrOAuthSignIn, "not of this sign-in"},
		{"no nonce", tamper("id", "nonce", ""), nil, auth.ErrOAuthSignIn, "not of this sign-in"},
		{"tokens of two people", tamper("id", "sub", "someone-else"), nil, auth.ErrOAuthSignIn, "not of this sign-in"},
		{"another issuer", tamper("id", "iss", "https://evil.example"), nil, auth.ErrOAuthSignIn, "does not verify"},
		{"another audience", tamper("id", "aud", "other"), nil, auth.ErrOAuthSignIn, "does not verify"},
		{"an ID token that is over", tamper("id", "exp", 1), nil, auth.ErrOAuthSignIn, "does not verify"},
		{"another client's access token", tamper("access", "client_id", "other"), nil, auth.ErrOAuthSignIn, "does not verify"},
		{"another's signature", func(s *oauthtest.Server) { s.Key = oauthtest.NewKey() }, nil, auth.ErrOAuthSignIn, "does not verify"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, client := pages(t, nil)
			if tt.server != nil {
				tt.server(s)
			}
			var heard recorder
			defer client.Subscribe(heard.hear)()
			came := leave(t, client, auth.RedirectInput{CustomState: "kept"})
			if tt.came != nil {
				came = tt.came(came)
			}
			_, err := client.CompleteRedirect(t.Context(), came)
			wantCode(t, err, tt.want)
			if !strings.Contains(err.Error(), tt.words) {
				t.Errorf("error = %v, want %q in it", err, tt.words)
			}
			heard.want(t, auth.RedirectFailed{Err: err})
			_, err = client.CurrentUser(t.Context(), nil)
			wantCode(t, err, auth.ErrNotSignedIn)
		})
	}
}

// tamper sets a claim, or removes it if value is "".
func tamper(use, claim string, value any) func(*oauthtest.Server) {
	return func(s *oauthtest.Server) {
		s.Tamper = func(of string, claims map[string]any) {
			if of == use {
				claims[claim] = value
				if value == "" {
					delete(claims, claim)
				}
			}
		}
	}
}

func TestThePagesReasonIsKept(t *testing.T) {
	t.Parallel()
	s, client := pages(t, nil)
	s.Refuse = "access_denied"
	_, err := client.CompleteRedirect(t.Context(), leave(t, client, auth.RedirectInput{}))
	reason, ok := errors.AsType[*auth.OAuthError](err)
	if !ok || reason.Code != "access_denied" || reason.Description != "The person said no & left" {
		t.Errorf("reason = %+v in %v", reason, err)
	}
}

func TestTheCodeIsNotForwarded(t *testing.T) {
	t.Parallel()
	s, client := pages(t, nil)
	elsewhere := startAPI(t)
	s.TokenMoved = elsewhere.URL
	_, err := client.CompleteRedirect(t.Context(), leave(t, client, auth.RedirectInput{}))
	wantCode(t, err, auth.ErrOAuthSignIn)
	if len(elsewhere.came) != 0 {
		t.Errorf("another server got %q", elsewhere.bodies)
	}
}

func TestACodeIsExchangedOnce(t *testing.T) {
	t.Parallel()
	s, client := pages(t, nil)
	came := leave(t, client, auth.RedirectInput{})
	var all sync.WaitGroup
	var mu sync.Mutex
	good := 0
	for range 20 {
		all.Go(func() {
			if _, err := client.CompleteRedirect(t.Context(), came); err == nil {
				mu.Lock()
				good++
				mu.Unlock()
			} else if !errors.Is(err, auth.ErrOAuthState) {
				t.Errorf("CompleteRedirect = %v, want %s", err, auth.ErrOAuthState)
			}
		})
	}
	all.Wait()
	if good != 1 || s.Exchanges() != 1 {
		t.Errorf("%d calls signed in and the code was exchanged %d times, want one each", good, s.Exchanges())
	}
}

func TestAStrangersCallbackLeavesTheRedirectAlone(t *testing.T) {
	t.Parallel()
	_, client := pages(t, nil)
	came := leave(t, client, auth.RedirectInput{})
	for _, forged := range []string{back + "?code=x&state=y", back + "?error=access_denied&state=y", back} {
		if _, err := client.CompleteRedirect(t.Context(), forged); err == nil {
			t.Fatalf("CompleteRedirect(%s) signed in", forged)
		}
	}
	if _, err := client.CompleteRedirect(t.Context(), came); err != nil {
		t.Errorf("CompleteRedirect: %v", err)
	}
}

func TestACallbackThatIsNoURLIsNotRepeated(t *testing.T) {
	t.Parallel()
	_, client := pages(t, nil)
	_, err := client.CompleteRedirect(t.Context(), "https://app.example.com/\x7f?code=c0de")
	wantCode(t, err, auth.ErrOAuthSignIn)
	if strings.Contains(fmt.Sprint(err), "c0de") {
		t.Errorf("the code is in %v", err)
	}
}

func TestAnEndedContextLeavesTheRedirectAlone(t *testing.T) {
	t.Parallel()
	_, client := pages(t, nil)
	came := leave(t, client, auth.RedirectInput{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.CompleteRedirect(ctx, came); !errors.Is(err, context.Canceled) {
		t.Errorf("CompleteRedirect = %v, want %v", err, context.Canceled)
	}
	if _, err := client.CompleteRedirect(t.Context(), came); err != nil {
		t.Errorf("CompleteRedirect again: %v", err)
	}
}

func FuzzCompleteRedirect(f *testing.F) {
	client, err := auth.New(auth.Config{
		UserPoolID: "eu-west-1_Tulip0042", ClientID: "1tulip",
		OAuth: &auth.OAuth{Domain: "localhost:1", Scopes: []string{"openid"}, RedirectSignIn: []string{back}},
	}, nil)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{back, back + "?code=x&state=y", back + "#access_token=e.e.e&state=y", back + "?error=x&error_description=%ff", "\x7f", "::"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, callback string) {
		if _, err := client.AuthorizeURL(t.Context(), auth.RedirectInput{}); err != nil {
			t.Fatal(err)
		}
		user, err := client.CompleteRedirect(t.Context(), callback)
		if user != nil || !errors.Is(err, auth.ErrOAuthSignIn) && !errors.Is(err, auth.ErrOAuthState) {
			t.Errorf("CompleteRedirect = %v, %v", user, err)
		}
	})
}
