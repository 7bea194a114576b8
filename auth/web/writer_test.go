package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cenote-auth/cenote/auth/web"
)

// A hijacked connection gets no cookies, so nothing can be saved any more.
func TestAHijackedConnectionTakesNoCookies(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	saved := make(chan error, 1)
	a.Config.Handler.(*http.ServeMux).Handle("/socket", a.site.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Errorf("Hijack: %v", err)
			return
		}
		defer conn.Close()
		saved <- web.ClientFrom(r.Context()).Storage().Save(r.Context(), map[string]string{"a": "1"})
		fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
	})))
	b := a.browser(t)
	b.want(b.send("GET", "/socket"), 200, "ok")
	if err := <-saved; err == nil {
		t.Error("Save succeeds, and what was saved reaches nobody")
	}
}

func TestAWriterThatCannotFlushSaysSo(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	h := a.site.Optional(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).Flush(); err == nil {
			t.Error("Flush succeeds on a writer that cannot")
		}
	}))
	h.ServeHTTP(struct{ http.ResponseWriter }{httptest.NewRecorder()}, httptest.NewRequestWithContext(t.Context(), http.MethodGet, a.URL, nil))
}
