package inbox_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/endpoint/inbox"
)

var noon = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)

// asked is what a source was asked for.
type asked struct {
	destination string
	limit       int
}

func get(t *testing.T, query, accept string, found []inbox.Message, err error) (*httptest.ResponseRecorder, *asked) {
	t.Helper()
	var a *asked
	mux := http.NewServeMux()
	inbox.Register(mux, func(_ context.Context, destination string, limit int) ([]inbox.Message, error) {
		a = &asked{destination, limit}
		return found, err
	}, nil)
	r := httptest.NewRequest("GET", "/_cenote/inbox"+query, nil)
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w, a
}

func TestJSON(t *testing.T) {
	t.Parallel()
	w, _ := get(t, "", "", []inbox.Message{
		{"2", noon.Add(time.Minute), "SMS", "+15550100", "", "Your code is 222222", "222222"},
		{"1", noon, "EMAIL", "ada@example.com", "Your code", "Your code is <b>111111</b>", "111111"},
	}, nil)
	want := `{"messages":[` +
		`{"id":"2","time":"2030-01-02T12:01:00Z","medium":"SMS","destination":"+15550100","subject":"","body":"Your code is 222222","code":"222222"},` +
		`{"id":"1","time":"2030-01-02T12:00:00Z","medium":"EMAIL","destination":"ada@example.com","subject":"Your code","body":"Your code is <b>111111</b>","code":"111111"}]}`
	if got := strings.TrimSpace(w.Body.String()); w.Code != 200 || got != want {
		t.Errorf("got %d %s\nwant 200 %s", w.Code, got, want)
	}
	h := w.Header()
	if h.Get("Content-Type") != "application/json" || h.Get("Cache-Control") != "no-store" || h.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("headers = %v, want JSON that nobody keeps and no other origin reads", h)
	}
}

func TestAnEmptyInboxIsAnEmptyList(t *testing.T) {
	t.Parallel()
	w, _ := get(t, "", "*/*", nil, nil)
	if got := strings.TrimSpace(w.Body.String()); got != `{"messages":[]}` {
		t.Errorf("body = %s", got)
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, query string
		want        asked
		status      int
	}{
		{"nothing asked for", "", asked{"", 100}, 200},
		{"a destination and a limit", "?destination=ada@example.com&limit=7", asked{"ada@example.com", 7}, 200},
		{"a phone number escaped well", "?destination=" + url.QueryEscape("+15550100"), asked{"+15550100", 100}, 200},
		{"a phone number typed as it is", "?destination=+15550100", asked{"+15550100", 100}, 200},
		{"a destination that is no text", "?destination=%ff", asked{}, 400},
		{"a destination that no database can hold", "?destination=a%00", asked{}, 400},
		{"a limit of nothing", "?limit=0", asked{}, 400},
		{"a limit too large", "?limit=1001", asked{}, 400},
		{"a limit that is no number", "?limit=ten", asked{}, 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, a := get(t, tt.query, "", nil, nil)
			if w.Code != tt.status {
				t.Fatalf("status = %d, want %d", w.Code, tt.status)
			}
			if tt.status == 200 && *a != tt.want {
				t.Errorf("asked for %+v, want %+v", *a, tt.want)
			}
		})
	}
}

func TestAFaultSaysNothing(t *testing.T) {
	t.Parallel()
	w, _ := get(t, "", "", nil, errors.New("disk gone"))
	if got := strings.TrimSpace(w.Body.String()); w.Code != 500 || got != `{"message":"Internal error."}` {
		t.Errorf("got %d %s", w.Code, got)
	}
}

func TestWhoGetsThePage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, accept, want string }{
		{"a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"},
		{"curl", "*/*", "application/json"},
		{"a test", "application/json", "application/json"},
		{"JSON rather than a page", "application/json, text/html;q=0.5", "application/json"},
		{"a page rather than JSON", "application/json;q=0.5, text/html; q=0.9", "text/html; charset=utf-8"},
		{"anything but a page", "text/html;q=0, */*", "application/json"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, _ := get(t, "", tt.accept, nil, nil)
			if got := w.Header().Get("Content-Type"); got != tt.want {
				t.Errorf("Accept %q: Content-Type = %q, want %q", tt.accept, got, tt.want)
			}
		})
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	const evil = `<script>alert("x")</script>`
	w, _ := get(t, "?destination="+url.QueryEscape(`"><img src=x>`), "text/html", []inbox.Message{
		{"2", noon.Add(time.Minute), "EMAIL", "ada@example.com", "Welcome", "Your code is 222222", "222222"},
		{"1", noon, "EMAIL", evil, evil, evil, evil},
	}, nil)
	body := w.Body.String()
	for _, want := range []string{
		`<p class="code">222222</p>`, "2030-01-02 12:01:00 UTC", "<strong>Welcome</strong>", "&lt;script&gt;", "<style>body {",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %q:\n%s", want, body)
		}
	}
	for _, no := range []string{"<script", "<img", "http://", "https://", "ZgotmplZ"} {
		if strings.Contains(body, no) {
			t.Errorf("the page has %q:\n%s", no, body)
		}
	}
	if strings.Index(body, "222222") > strings.Index(body, "&lt;script&gt;") {
		t.Error("the older message comes first")
	}
	_, style, _ := strings.Cut(body, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	sum := sha256.Sum256([]byte(style))
	want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; "
	if policy := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, want) {
		t.Errorf("Content-Security-Policy = %q, want it to begin with %q", policy, want)
	}
}
