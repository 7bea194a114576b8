package health_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"github.com/cenote-auth/cenote/internal/endpoint/health"
)

func get(ready func(context.Context) error, path string) *httptest.ResponseRecorder {
	mux := http.NewServeMux()
	health.Register(mux, ready, nil)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

func TestProbes(t *testing.T) {
	t.Parallel()
	good := func(context.Context) error { return nil }
	bad := func(context.Context) error { return errors.New("disk gone, password hunter2") }
	for _, tt := range []struct {
		name, path string
		ready      func(context.Context) error
		status     int
		body       string
	}{
		{"alive", "/_cenote/health", good, 200, "ok\n"},
		{"alive while the database is away", "/_cenote/health", bad, 200, "ok\n"},
		{"ready", "/_cenote/ready", good, 200, "ok\n"},
		{"not ready, and why is nobody's business", "/_cenote/ready", bad, 503, "not ready\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := get(tt.ready, tt.path)
			if w.Code != tt.status || w.Body.String() != tt.body {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Body, tt.status, tt.body)
			}
		})
	}
}

func TestReadyGivesUpOnADatabaseThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := get(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, "/_cenote/ready")
		if w.Code != http.StatusServiceUnavailable {
			t.Errorf("status = %d, want 503", w.Code)
		}
	})
}
