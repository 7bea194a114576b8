package feedback_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/endpoint/feedback"
	"github.com/cenote-auth/cenote/internal/pool"
)

// desk is the page before a judge who knows one token.
type desk struct {
	mux  *http.ServeMux
	said []string
}

func newDesk() *desk {
	d := &desk{mux: http.NewServeMux()}
	feedback.Register(d.mux, func(_ context.Context, poolID, token string, valid bool) error {
		switch token {
		case "good":
			d.said = append(d.said, map[bool]string{true: "valid in ", false: "invalid in "}[valid]+poolID)
			return nil
		case "broken":
			return errors.New("the database is gone")
		}
		return pool.E(pool.NotAuthorized, "Invalid feedback token.")
	}, nil)
	return d
}

func (d *desk) get(path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	d.mux.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

func (d *desk) post(pairs ...string) *httptest.ResponseRecorder {
	return d.postTo("/us-east-1_Staff/feedback", pairs...)
}

func (d *desk) postTo(path string, pairs ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	d.mux.ServeHTTP(w, r)
	return w
}

func TestALinkAsksAndAnswersNothing(t *testing.T) {
	t.Parallel()
	d := newDesk()
	w := d.get("/us-east-1_Staff/feedback?value=valid&token=" + url.QueryEscape(`"><script>`))
	if w.Code != 200 || !strings.Contains(w.Body.String(), "Yes, it was me.") || strings.Contains(w.Body.String(), "<script>") {
		t.Errorf("the page is %d %s", w.Code, w.Body)
	}
	if len(d.said) != 0 {
		t.Errorf("a link that was followed said %v", d.said)
	}
	for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if w := d.get("/us-east-1_Staff/feedback?token=good&value=perhaps"); w.Code != 404 {
		t.Errorf("a link cut off: %d", w.Code)
	}
}

func TestAnAnswerIsTaken(t *testing.T) {
	t.Parallel()
	d := newDesk()
	for _, tt := range []struct {
		token, value string
		code         int
		words        string
	}{
		{"good", "valid", 200, "Thank you"}, {"good", "invalid", 200, "Change your password"}, {"made up", "valid", 404, "not valid"},
		{"good", "perhaps", 400, "not valid"}, {"broken", "valid", 500, "did not work"}, {strings.Repeat("x", 9000), "valid", 400, "not valid"},
	} {
		w := d.post("token", tt.token, "value", tt.value)
		if w.Code != tt.code || !strings.Contains(w.Body.String(), tt.words) {
			t.Errorf("%.10s %s: %d %s", tt.token, tt.value, w.Code, w.Body)
		}
	}
	for _, id := range []string{"%00", "us-east-1_%FF", "us-east-1_a%00", "us-east-1", "us-east-1_" + strings.Repeat("a", 55)} {
		if w := d.postTo("/"+id+"/feedback", "token", "good", "value", "valid"); w.Code != 404 || !strings.Contains(w.Body.String(), "not valid") {
			t.Errorf("in the pool %.15s: %d %s", id, w.Code, w.Body)
		}
	}
	if got := strings.Join(d.said, ", "); got != "valid in us-east-1_Staff, invalid in us-east-1_Staff" {
		t.Errorf("said %s", got)
	}
}
