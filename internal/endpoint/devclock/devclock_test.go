package devclock_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/endpoint/devclock"
)

// fake is a clock that stands still at the start of 2030 until it is moved.
type fake struct{ offset time.Duration }

func (f *fake) Now() time.Time          { return time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC).Add(f.offset) }
func (f *fake) Offset() time.Duration   { return f.offset }
func (f *fake) Advance(d time.Duration) { f.offset += d }

func do(c devclock.Clock, method, body string) *httptest.ResponseRecorder {
	mux := http.NewServeMux()
	devclock.Register(mux, c)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(method, "/_cenote/clock", strings.NewReader(body)))
	return w
}

func TestClockMoves(t *testing.T) {
	t.Parallel()
	c := &fake{}
	for _, step := range []struct{ method, body, want string }{
		{"GET", "", `{"now":"2030-01-01T00:00:00Z","offset":"0s"}`},
		{"POST", `{"advance":"25h"}`, `{"now":"2030-01-02T01:00:00Z","offset":"25h0m0s"}`},
		{"POST", ` {"advance":"90s"} `, `{"now":"2030-01-02T01:01:30Z","offset":"25h1m30s"}`},
		{"GET", "", `{"now":"2030-01-02T01:01:30Z","offset":"25h1m30s"}`},
	} {
		w := do(c, step.method, step.body)
		if got := strings.TrimSpace(w.Body.String()); w.Code != 200 || got != step.want {
			t.Errorf("%s %s = %d %s, want 200 %s", step.method, step.body, w.Code, got, step.want)
		}
	}
}

func TestClockRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, want string }{
		{"nothing", ``, "the body must be"},
		{"no duration", `{}`, "advance is missing"},
		{"null", `{"advance":null}`, "advance is missing"},
		{"a bare number", `{"advance":25}`, "the body must be"},
		{"a number without a unit", `{"advance":"25"}`, "must be a duration"},
		{"zero", `{"advance":"0s"}`, "more than zero"},
		{"back", `{"advance":"-1h"}`, "does not go back"},
		{"too far", `{"advance":"2000000h"}`, "no further than 100 years"},
		{"another member", `{"advance":"1h","to":"2030"}`, "unknown field"},
		{"a second object", `{"advance":"1h"}{"advance":"1h"}`, "nothing after it"},
		{"a body without end", `{"advance":"` + strings.Repeat("1h", 1000) + `"}`, "the body must be"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := &fake{}
			w := do(c, "POST", tt.body)
			if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("got %d %s, want 400 with %q", w.Code, w.Body, tt.want)
			}
			if c.offset != 0 {
				t.Errorf("the clock moved by %v", c.offset)
			}
		})
	}
}

func TestClockStaysWithinADuration(t *testing.T) {
	t.Parallel()
	c := &fake{offset: 99 * 365 * 24 * time.Hour}
	if w := do(c, "POST", `{"advance":"17520h"}`); w.Code != http.StatusBadRequest {
		t.Errorf("status = %d, want 400", w.Code)
	}
}
