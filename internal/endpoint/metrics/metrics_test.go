package metrics_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/endpoint/metrics"
)

// shown returns the lines about this server itself.
func shown(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	mux := http.NewServeMux()
	m.Register(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", metrics.Path, nil))
	if got := w.Header().Get("Content-Type"); w.Code != 200 || !strings.HasPrefix(got, "text/plain; version=0.0.4") {
		t.Fatalf("got %d %s", w.Code, got)
	}
	var lines []string
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, "cenote_") {
			lines = append(lines, line)
		}
	}
	if !strings.Contains(w.Body.String(), "go_goroutines") {
		t.Error("nothing is said of the runtime")
	}
	return strings.Join(lines, "")
}

func TestWhatIsCountedIsShown(t *testing.T) {
	t.Parallel()
	m := metrics.New("v1.2.3")
	m.Began()
	m.Began()
	m.Done("SignUp", "", 3*time.Millisecond)
	m.Began()
	m.Done("SignUp", "UsernameExistsException", 30*time.Second)
	m.SignIn("USER_SRP_AUTH", "challenge")
	m.Refused("UserCreation")
	m.Transaction("update", "done", 3, time.Millisecond)
	m.Transaction("view", "failed", 0, time.Millisecond)
	m.Group(7, time.Millisecond)
	m.Step("sweep", "done", time.Millisecond)
	m.Trigger("PreSignUp", "timeout", 15*time.Second)
	m.WatchBacklog(func(context.Context) (metrics.Backlog, error) {
		return metrics.Backlog{Messages: 2, Oldest: time.Minute, Jobs: 3, Failing: 1}, nil
	}, slog.New(slog.DiscardHandler))
	got := shown(t, m)
	for _, want := range []string{
		`cenote_requests_in_flight 1`,
		`cenote_trigger_seconds_count{outcome="timeout",trigger="PreSignUp"} 1`,
		`cenote_trigger_seconds_sum{outcome="timeout",trigger="PreSignUp"} 15`,
		`cenote_rate_refusals_total{category="UserCreation"} 1`,
		`cenote_request_seconds_bucket{operation="SignUp",le="0.0025"} 0`,
		`cenote_request_seconds_bucket{operation="SignUp",le="0.005"} 1`,
		`cenote_request_seconds_bucket{operation="SignUp",le="15"} 1`,
		`cenote_request_seconds_count{operation="SignUp"} 2`,
		`cenote_request_errors_total{exception="UsernameExistsException",operation="SignUp"} 1`,
		`cenote_sign_ins_total{result="challenge",step="USER_SRP_AUTH"} 1`,
		`cenote_transaction_seconds_count{kind="update",outcome="done"} 1`,
		`cenote_transaction_seconds_count{kind="view",outcome="failed"} 1`,
		`cenote_transaction_retries_total 2`,
		`cenote_commit_group_size_bucket{le="8"} 1`,
		`cenote_commit_group_size_bucket{le="4"} 0`,
		`cenote_commit_group_seconds_count 1`,
		`cenote_job_step_seconds_count{kind="sweep",outcome="done"} 1`,
		`cenote_database_up 1`,
		`cenote_outbox_messages 2`,
		`cenote_outbox_oldest_seconds 60`,
		`cenote_jobs_due 3`,
		`cenote_jobs_failing 1`,
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("no line %s in\n%s", want, got)
		}
	}
	if !strings.Contains(got, `version="v1.2.3"`) {
		t.Error("the version is not shown")
	}
}

func TestADatabaseThatDoesNotAnswerIsShownAsDown(t *testing.T) {
	t.Parallel()
	m := metrics.New("")
	m.WatchBacklog(func(context.Context) (metrics.Backlog, error) {
		return metrics.Backlog{}, errors.New("gone")
	}, slog.New(slog.DiscardHandler))
	got := shown(t, m)
	if !strings.Contains(got, "cenote_database_up 0\n") || strings.Contains(got, "cenote_outbox_messages") {
		t.Errorf("got\n%s\nwant that it is down, and no numbers", got)
	}
}

// BenchmarkRequest is what a request with two transactions pays.
func BenchmarkRequest(b *testing.B) {
	m := metrics.New("")
	b.ReportAllocs()
	for b.Loop() {
		m.Began()
		m.Transaction("view", "done", 1, time.Millisecond)
		m.Transaction("update", "done", 1, time.Millisecond)
		m.Group(1, time.Millisecond)
		m.Done("InitiateAuth", "", time.Millisecond)
	}
}
