package wellknown_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/endpoint/wellknown"
	"github.com/cenote-auth/cenote/internal/pool"
)

// documents knows one pool, and one that is broken.
type documents struct{}

func (documents) JWKS(_ context.Context, id string) ([]byte, error) {
	return document(id, `{"keys":[]}`)
}

func (documents) Discovery(_ context.Context, id string) ([]byte, error) {
	return document(id, `{"issuer":"x"}`)
}

func document(id, body string) ([]byte, error) {
	switch id {
	case "us-east-1_Known0001":
		return []byte(body), nil
	case "us-east-1_Broken001":
		return nil, errors.New("disk gone")
	case "us-east-1_Unknown01":
		return nil, pool.E(pool.NotFound, "as somebody else words it")
	}
	panic("asked for " + id)
}

func do(method, path string) *httptest.ResponseRecorder {
	mux := http.NewServeMux()
	wellknown.Register(mux, documents{}, nil)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, method, path string
		status             int
		body, cache        string
	}{
		{"keys", "GET", "/us-east-1_Known0001/.well-known/jwks.json", 200, `{"keys":[]}`, "public, max-age=300"},
		{"discovery", "GET", "/us-east-1_Known0001/.well-known/openid-configuration", 200, `{"issuer":"x"}`, "public, max-age=300"},
		{"unknown pool", "GET", "/us-east-1_Unknown01/.well-known/jwks.json", 404, `{"message":"User pool us-east-1_Unknown01 does not exist."}`, "no-store"},
		{"a fault of ours says nothing", "GET", "/us-east-1_Broken001/.well-known/jwks.json", 500, `{"message":"Internal error."}`, "no-store"},
		{"a NUL never reaches the database", "GET", "/us-east-1_%00/.well-known/jwks.json", 404, `{"message":"User pool does not exist."}`, "no-store"},
		{"a slash neither", "GET", "/us_%2f/.well-known/jwks.json", 404, `{"message":"User pool does not exist."}`, "no-store"},
		{"nor a long id", "GET", "/us_" + strings.Repeat("x", 53) + "/.well-known/jwks.json", 404, `{"message":"User pool does not exist."}`, "no-store"},
		{"nor what has no region", "GET", "/_x/.well-known/jwks.json", 404, `{"message":"User pool does not exist."}`, "no-store"},
		{"another method", "POST", "/us-east-1_Known0001/.well-known/jwks.json", 405, `{"message":"Use GET."}`, "no-store"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := do(tt.method, tt.path)
			if got := strings.TrimSpace(w.Body.String()); w.Code != tt.status || got != tt.body {
				t.Errorf("got %d %s, want %d %s", w.Code, got, tt.status, tt.body)
			}
			h := w.Header()
			if h.Get("Content-Type") != "application/json" || h.Get("Cache-Control") != tt.cache || h.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("headers = %v, want JSON, %s, any origin", h, tt.cache)
			}
		})
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	w := do("OPTIONS", "/us-east-1_Known0001/.well-known/jwks.json")
	if w.Code != 200 || w.Header().Get("Access-Control-Allow-Methods") != "GET" || w.Body.Len() != 0 {
		t.Errorf("got %d %v %q", w.Code, w.Header(), w.Body)
	}
}

// A client that goes away before its answer is no fault of ours.
func TestWhatIsLogged(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		gone bool
		want string
	}{
		{"a fault", false, "level=ERROR msg=\"document of a pool failed\""},
		{"a client that is gone", true, "level=INFO msg=\"client went away\""},
	} {
		var log bytes.Buffer
		mux := http.NewServeMux()
		wellknown.Register(mux, documents{}, slog.New(slog.NewTextHandler(&log, nil)))
		ctx, cancel := context.WithCancel(t.Context())
		if tt.gone {
			cancel()
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", "/us-east-1_Broken001/.well-known/jwks.json", nil).WithContext(ctx))
		cancel()
		if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, tt.want) {
			t.Errorf("%s: logged %q, want one line with %q", tt.name, got, tt.want)
		}
	}
}
