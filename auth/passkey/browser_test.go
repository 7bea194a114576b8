package passkey_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/passkey"
)

const (
	creation   = `{"challenge":"AQID","rp":{"id":"localhost","name":"</script><b>"},"user":{"id":"BAUG"},"pubKeyCredParams":[]}`
	request    = `{"challenge":"AQID","rpId":"login.localhost"}`
	credential = `{"id":"AQID","type":"public-key"}`
)

// visit is what a browser does with the URL. The names below localhost, which
// browsers know, are made known to Go.
func visit(t *testing.T, method, url, origin, body string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), method, regexp.MustCompile(`//[^:]+:`).ReplaceAllString(url, "//127.0.0.1:"), strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return &http.Response{}, ""
	}
	r.Host = strings.Split(url, "/")[2]
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(r)
	if err != nil {
		t.Error(err)
		return &http.Response{}, ""
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	return res, string(text)
}

func originOf(url string) string { return strings.Join(strings.Split(url, "/")[:3], "/") }

// answering is a Browser in which the user does what do says.
func answering(t *testing.T, do func(url string)) *passkey.Browser {
	var wait sync.WaitGroup
	t.Cleanup(wait.Wait)
	return &passkey.Browser{Open: func(_ context.Context, url string) error {
		wait.Go(func() { do(url) })
		return nil
	}}
}

func TestACeremonyInABrowser(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, options, host string
		hold                func(*passkey.Browser) func(context.Context, json.RawMessage) (json.RawMessage, error)
	}{
		{"create", creation, "localhost", func(b *passkey.Browser) func(context.Context, json.RawMessage) (json.RawMessage, error) {
			return b.CreatePasskey
		}},
		{"get", request, "login.localhost", func(b *passkey.Browser) func(context.Context, json.RawMessage) (json.RawMessage, error) {
			return b.GetPasskey
		}},
		{"get without a site", `{"challenge":"AQID"}`, "localhost", func(b *passkey.Browser) func(context.Context, json.RawMessage) (json.RawMessage, error) {
			return b.GetPasskey
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := answering(t, func(url string) {
				if !strings.HasPrefix(url, "http://"+tt.host+":") {
					t.Errorf("the page is %s, want one of %s", url, tt.host)
				}
				res, text := visit(t, "GET", url, "", "")
				if res.StatusCode != http.StatusOK || strings.Contains(text, "</script><b>") || !strings.Contains(text, `"AQID"`) {
					t.Errorf("the page: %s\n%s", res.Status, text)
				}
				if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
					t.Errorf("the page's policy: %s", policy)
				}
				if res.Header.Get("Cache-Control") != "no-store" {
					t.Error("the page may be kept")
				}
				if res, _ := visit(t, "POST", url, originOf(url), `{"credential":`+credential+`}`); res.StatusCode != http.StatusNoContent {
					t.Errorf("the answer: %s", res.Status)
				}
			})
			got, err := tt.hold(b)(t.Context(), json.RawMessage(tt.options))
			if err != nil || string(got) != credential {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}

func TestWhatABrowserSaysOfAnError(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		create, get auth.Code
	}{
		{"NotAllowedError", "PasskeyRegistrationCanceled", "PasskeyAuthenticationCanceled"},
		{"InvalidStateError", "PasskeyAlreadyExists", "PasskeyRetrievalFailed"},
		{"SecurityError", "RelyingPartyMismatch", "RelyingPartyMismatch"},
		{"AbortError", "PasskeyOperationAborted", "PasskeyOperationAborted"},
		{"NotSupportedError", "PasskeyNotSupported", "PasskeyNotSupported"},
		{"\x1b[31mBoo", "PasskeyRegistrationFailed", "PasskeyRetrievalFailed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := answering(t, func(url string) {
				text, err := json.Marshal(map[string]string{"error": tt.name})
				if err != nil {
					t.Error(err)
				}
				visit(t, "POST", url, originOf(url), string(text))
			})
			_, created := b.CreatePasskey(t.Context(), json.RawMessage(creation))
			_, got := b.GetPasskey(t.Context(), json.RawMessage(request))
			if !errors.Is(created, tt.create) || !errors.Is(got, tt.get) {
				t.Errorf("create: %v, get: %v; want %v, %v", created, got, tt.create, tt.get)
			}
			if strings.Contains(created.Error()+got.Error(), "Boo") {
				t.Error("a stranger's words are in the error")
			}
		})
	}
}

// What other sites can have the browser do is refused, and changes nothing.
func TestStrangers(t *testing.T) {
	t.Parallel()
	b := answering(t, func(url string) {
		right := originOf(url)
		answer := `{"credential":{"id":"evil"}}`
		for _, tt := range []struct {
			what, method, url, origin, body string
			status                          int
		}{
			{"another site's page", "POST", url, "https://evil.example", answer, http.StatusForbidden},
			{"no page", "POST", url, "", answer, http.StatusForbidden},
			{"a name that leads here", "GET", strings.Replace(url, "localhost", "evil.example", 1), "", "", http.StatusForbidden},
			{"a name that leads here, with its own page", "POST", strings.Replace(url, "localhost", "evil.example", 1), "http://evil.example", answer, http.StatusForbidden},
			{"a guess", "GET", right + "/AAAA", "", "", http.StatusNotFound},
			{"a guess with an answer", "POST", right + "/AAAA", right, answer, http.StatusNotFound},
			{"the root", "GET", right + "/", "", "", http.StatusNotFound},
			{"another method", "PUT", url, right, answer, http.StatusMethodNotAllowed},
			{"only a look", "HEAD", url, "", "", http.StatusMethodNotAllowed},
			{"no JSON", "POST", url, right, "credential", http.StatusBadRequest},
			{"no answer", "POST", url, right, "{}", http.StatusBadRequest},
			{"too long an answer", "POST", url, right, `{"credential":"` + strings.Repeat("x", 70_000) + `"}`, http.StatusBadRequest},
			{"the user", "POST", url, right, `{"credential":` + credential + `}`, http.StatusNoContent},
		} {
			if res, _ := visit(t, tt.method, tt.url, tt.origin, tt.body); res.StatusCode != tt.status {
				t.Errorf("%s: %s, want %d", tt.what, res.Status, tt.status)
			}
		}
	})
	if got, err := b.CreatePasskey(t.Context(), json.RawMessage(creation)); err != nil || string(got) != credential {
		t.Errorf("got %s, %v", got, err)
	}
}

// Somebody else on this machine may have found the URL.
func TestAPageOpenedTwiceEndsTheCeremony(t *testing.T) {
	t.Parallel()
	b := answering(t, func(url string) {
		visit(t, "GET", url, "", "")
		if res, _ := visit(t, "GET", url, "", ""); res.StatusCode != http.StatusGone {
			t.Errorf("the second time: %s", res.Status)
		}
	})
	_, err := b.GetPasskey(t.Context(), json.RawMessage(request))
	if !errors.Is(err, auth.ErrPasskeyOperationAborted) {
		t.Errorf("got %v", err)
	}
}

// On systems without a desktop the program that opens URLs is the browser, which
// stays open when the user is done.
func TestABrowserThatStaysOpen(t *testing.T) {
	t.Parallel()
	b := passkey.Browser{Timeout: 5 * time.Second, Open: func(ctx context.Context, url string) error {
		visit(t, "POST", url, originOf(url), `{"credential":`+credential+`}`)
		<-ctx.Done()
		return ctx.Err()
	}}
	if got, err := b.GetPasskey(t.Context(), json.RawMessage(request)); err != nil || string(got) != credential {
		t.Errorf("got %s, %v", got, err)
	}
	b = passkey.Browser{Timeout: 10 * time.Millisecond, Open: func(ctx context.Context, _ string) error {
		<-ctx.Done()
		return ctx.Err()
	}}
	if _, err := b.GetPasskey(t.Context(), json.RawMessage(request)); !errors.Is(err, auth.ErrPasskeyOperationAborted) {
		t.Errorf("nobody answers: %v", err)
	}
}

// Browsers may look for localhost at ::1 first, so nobody else may listen there.
func TestBothAddressesOfThisMachineAreTaken(t *testing.T) {
	t.Parallel()
	if ln, err := net.Listen("tcp6", "[::1]:0"); err != nil {
		t.Skip("this machine has no ::1")
	} else {
		ln.Close()
	}
	b := answering(t, func(url string) {
		port := regexp.MustCompile(`:(\d+)/`).FindStringSubmatch(url)[1]
		if ln, err := net.Listen("tcp6", "[::1]:"+port); err == nil {
			ln.Close()
			t.Error("another program could listen at ::1")
		}
		visit(t, "POST", url, originOf(url), `{"credential":`+credential+`}`)
	})
	if _, err := b.GetPasskey(t.Context(), json.RawMessage(request)); err != nil {
		t.Error(err)
	}
}

func TestCeremoniesThatEndBeforeTheBrowserAnswers(t *testing.T) {
	t.Parallel()
	ignored := func(context.Context, string) error { return nil }
	broken := errors.New("no browser")
	given, cancel := context.WithCancel(t.Context())
	for _, tt := range []struct {
		name    string
		ctx     context.Context
		browser passkey.Browser
		options string
		want    error
	}{
		{"another site's passkeys", t.Context(), passkey.Browser{Open: ignored}, `{"rpId":"example.com"}`, auth.ErrRelyingPartyMismatch},
		{"an address for a site", t.Context(), passkey.Browser{Open: ignored}, `{"rpId":"127.0.0.1"}`, auth.ErrRelyingPartyMismatch},
		{"a path for a site", t.Context(), passkey.Browser{Open: ignored}, `{"rpId":"evil.example/?.localhost"}`, auth.ErrRelyingPartyMismatch},
		{"a site's user", t.Context(), passkey.Browser{Open: ignored}, `{"rpId":"me@evil.example:80#.localhost"}`, auth.ErrRelyingPartyMismatch},
		{"a site that moves the cursor", t.Context(), passkey.Browser{Open: ignored}, `{"rpId":"\u001b[2J.localhost"}`, auth.ErrRelyingPartyMismatch},
		{"a site with half a name", t.Context(), passkey.Browser{Open: ignored}, `{"rpId":".localhost"}`, auth.ErrRelyingPartyMismatch},
		{"no options", t.Context(), passkey.Browser{Open: ignored}, `[`, auth.ErrInvalidPasskeyOptions},
		{"no browser", t.Context(), passkey.Browser{Open: func(context.Context, string) error { return broken }}, request, broken},
		{"nobody answers", t.Context(), passkey.Browser{Open: ignored, Timeout: 10 * time.Millisecond}, request, auth.ErrPasskeyOperationAborted},
		{"too late", t.Context(), passkey.Browser{Open: ignored, Timeout: 10 * time.Millisecond}, request, context.DeadlineExceeded},
		{"the program gives up", given, passkey.Browser{Open: func(context.Context, string) error { cancel(); return nil }}, request, context.Canceled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := tt.browser.GetPasskey(tt.ctx, json.RawMessage(tt.options)); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	b := passkey.Browser{Open: ignored}
	if _, err := b.CreatePasskey(t.Context(), json.RawMessage(`[`)); !errors.Is(err, auth.ErrInvalidPasskeyRegistrationOptions) {
		t.Errorf("create without options: %v", err)
	}
}
