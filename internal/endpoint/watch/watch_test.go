package watch_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/endpoint/watch"
)

// watched serves one request on a mux with a few endpoints, and returns the
// response, the lines that were logged, and the visits that were told of.
func watched(t *testing.T, level slog.Level, r *http.Request) (*httptest.ResponseRecorder, string, []watch.Visit) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		watch.Note(w, watch.Details{Operation: "SignUp", ClientID: "client1", In: 7})
		w.Header()["X-Amzn-Requestid"] = []string{"the-id"}
		w.Header()["X-Amzn-Errortype"] = []string{"CodeMismatchException:"}
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte("12345"))
	})
	mux.HandleFunc("GET /{pool}/keys", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ab"))
		_, _ = w.Write([]byte("c"))
	})
	mux.HandleFunc("GET /_cenote/health", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /trouble", func(w http.ResponseWriter, _ *http.Request) {
		watch.Note(w, watch.Details{Trouble: "request failed", Level: slog.LevelError, Args: []any{"error", errors.New("disk gone")}})
		w.WriteHeader(http.StatusInternalServerError)
	})
	var log bytes.Buffer
	lines := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelInfo}))
	mux.HandleFunc("GET /logged", func(w http.ResponseWriter, r *http.Request) {
		told := watch.Logger(lines).With("page", "keys")
		told.DebugContext(r.Context(), "nobody wants to know")
		told.ErrorContext(r.Context(), "page failed", "error", errors.New("disk gone"))
		w.WriteHeader(http.StatusInternalServerError)
	})
	var seen []watch.Visit
	began := 0
	h := watch.Options{
		Log:   lines,
		Level: level, Began: func() { began++ }, Done: func(v *watch.Visit) { seen = append(seen, *v) },
	}.Wrap(mux)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if began != 1 || len(seen) != 1 {
		t.Errorf("%d began and %d done, want 1 of each", began, len(seen))
	}
	return w, log.String(), seen
}

func TestLines(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, method, path string
		level              slog.Level
		want               string // the line without time, id and duration; "" for none
		operation          string // of the metric
		exception          string
	}{
		{"the API", "POST", "/", slog.LevelInfo, `{"level":"INFO","msg":"request","operation":"SignUp","client":"client1","status":400,"exception":"CodeMismatchException","in":7,"out":5,"remote":"192.0.2.1"}`, "SignUp", "CodeMismatchException"},
		{"another endpoint", "GET", "/p_1/keys", slog.LevelInfo, `{"level":"INFO","msg":"request","operation":"GET /{pool}/keys","status":200,"in":0,"out":3,"remote":"192.0.2.1"}`, "GET /{pool}/keys", ""},
		{"a path that is none", "GET", "/ada@example.com", slog.LevelInfo, `{"level":"INFO","msg":"request","operation":"unknown","status":404,"exception":"404","in":0,"out":19,"remote":"192.0.2.1"}`, "unknown", "404"},
		{"a probe", "GET", "/_cenote/health", slog.LevelInfo, "", "GET /_cenote/health", ""},
		{"a path under the probes that is none", "GET", "/_cenote/inbox", slog.LevelInfo, `{"level":"INFO","msg":"request","operation":"unknown","status":404,"exception":"404","in":0,"out":19,"remote":"192.0.2.1"}`, "unknown", "404"},
		{"quiet", "POST", "/", slog.LevelDebug, "", "SignUp", "CodeMismatchException"},
		{"trouble is never quiet", "GET", "/trouble", slog.LevelDebug, `{"level":"ERROR","msg":"request failed","operation":"GET /trouble","status":500,"exception":"500","in":0,"out":0,"remote":"192.0.2.1","error":"disk gone"}`, "GET /trouble", "500"},
		{"what an endpoint logs", "GET", "/logged", slog.LevelDebug, `{"level":"ERROR","msg":"page failed","operation":"GET /logged","status":500,"exception":"500","in":0,"out":0,"remote":"192.0.2.1","page":"keys","error":"disk gone"}`, "GET /logged", "500"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, line, seen := watched(t, tt.level, httptest.NewRequest(tt.method, tt.path, nil))
			if got := bare(t, line); got != tt.want {
				t.Errorf("logged\n got %s\nwant %s", got, tt.want)
			}
			if v := seen[0]; v.Operation != tt.operation || v.Exception != tt.exception || v.Took <= 0 {
				t.Errorf("done with %+v, want %q %q", v, tt.operation, tt.exception)
			}
		})
	}
}

var changing = regexp.MustCompile(`"(time|request_id|ms)":("[^"]*"|[0-9.]+),?`)

// bare returns a line without what differs each time, having checked that it
// is there.
func bare(t *testing.T, line string) string {
	t.Helper()
	if line == "" {
		return ""
	}
	var all map[string]any
	if err := json.Unmarshal([]byte(line), &all); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	for _, key := range []string{"time", "request_id", "ms"} {
		if all[key] == nil {
			t.Errorf("no %s in %s", key, line)
		}
	}
	return strings.TrimSpace(changing.ReplaceAllString(line, ""))
}

func TestEveryResponseHasARequestID(t *testing.T) {
	t.Parallel()
	w, line, _ := watched(t, slog.LevelInfo, httptest.NewRequest("GET", "/p_1/keys", nil))
	if id := w.Header().Get("X-Amzn-Requestid"); len(id) != 36 || !strings.Contains(line, id) {
		t.Errorf("id %q is not that of the line %s", id, line)
	}
	w, line, _ = watched(t, slog.LevelInfo, httptest.NewRequest("POST", "/", nil))
	if id := w.Header().Get("X-Amzn-Requestid"); id != "the-id" || !strings.Contains(line, id) {
		t.Errorf("id %q, want the endpoint's own in the line %s", id, line)
	}
}

func TestPanics(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		panic func(http.ResponseWriter)
		cut   bool
		lines int
	}{
		{"before the answer", func(w http.ResponseWriter) { w.Header().Set("Cache-Control", "max-age=300"); panic("hunter2") }, false, 1},
		{"in the middle of the answer", func(w http.ResponseWriter) { _, _ = w.Write([]byte("half")); panic("hunter2") }, true, 1},
		{"to cut the connection", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, true, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			h := watch.Options{Log: slog.New(slog.NewTextHandler(&log, nil))}.Wrap(http.HandlerFunc(
				func(w http.ResponseWriter, _ *http.Request) { tt.panic(w) }))
			w := httptest.NewRecorder()
			func() {
				defer func() {
					if got := recover(); (got == http.ErrAbortHandler) != tt.cut {
						t.Errorf("went on with %v, want cut = %v", got, tt.cut)
					}
				}()
				h.ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
			}()
			if !tt.cut && (w.Code != 500 || w.Body.String() != `{"__type":"InternalErrorException"}` || w.Header().Get("Cache-Control") != "no-store") {
				t.Errorf("got %d %s %v, want a 500 that nobody keeps", w.Code, w.Body, w.Header())
			}
			got := log.String()
			if strings.Count(got, "\n") != tt.lines || strings.Contains(got, "hunter2") || strings.Contains(got, "goroutine") {
				t.Errorf("logged %s, want %d line without a secret or a stack", got, tt.lines)
			}
			if tt.cut != strings.Contains(got, "exception=aborted") {
				t.Errorf("logged %s, want aborted = %v", got, tt.cut)
			}
			if tt.name != "to cut the connection" && (!strings.Contains(got, "watch_test.go:") || !strings.Contains(got, w.Header().Get("X-Amzn-Requestid"))) {
				t.Errorf("logged %s, want the place and the request id", got)
			}
		})
	}
}

// The status of a response is its first one that is final.
func TestTheStatusThatIsSeen(t *testing.T) {
	t.Parallel()
	for _, statuses := range [][]int{{200}, {200, 500}, {103, 200}} {
		var seen int
		h := watch.Options{Log: slog.New(slog.DiscardHandler), Done: func(v *watch.Visit) { seen = v.Status }}.Wrap(http.HandlerFunc(
			func(w http.ResponseWriter, _ *http.Request) {
				for _, status := range statuses {
					w.WriteHeader(status)
				}
			}))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		if seen != 200 {
			t.Errorf("of %v %d was seen, want 200", statuses, seen)
		}
	}
}

// Deadlines of the connection are still set through the watch.
func TestTheConnectionIsReached(t *testing.T) {
	t.Parallel()
	var err error
	s := httptest.NewServer(watch.Options{Log: slog.New(slog.DiscardHandler)}.Wrap(http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) {
			err = http.NewResponseController(w).SetReadDeadline(time.Now().Add(time.Minute))
		})))
	res, get := http.Get(s.URL)
	s.Close()
	if get != nil || err != nil {
		t.Fatalf("%v, %v", get, err)
	}
	res.Body.Close()
}

var id = []string{"the-id"}

func BenchmarkLine(b *testing.B) {
	h := watch.Options{Log: slog.New(slog.NewJSONHandler(io.Discard, nil))}.Wrap(http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["X-Amzn-Requestid"] = id
			watch.Note(w, watch.Details{Operation: "InitiateAuth", ClientID: "3n4b5urk1ft4fl3mg5e62d9ado"})
			w.WriteHeader(200)
		}))
	r := httptest.NewRequest("POST", "/", nil)
	w := httptest.NewRecorder()
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(w, r)
	}
}

func BenchmarkWatch(b *testing.B) {
	h := watch.Options{Log: slog.New(slog.DiscardHandler), Done: func(*watch.Visit) {}}.Wrap(http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) { w.Header()["X-Amzn-Requestid"] = id; w.WriteHeader(200) }))
	r := httptest.NewRequest("POST", "/", nil)
	w := httptest.NewRecorder()
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(w, r)
	}
}

// What belongs to no request is logged as it is.
func TestLoggerWithoutARequest(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	l := watch.Logger(slog.New(slog.NewJSONHandler(&log, nil))).With("part", "inbox").WithGroup("in")
	l.WarnContext(t.Context(), "outside", "a", 1)
	if got := log.String(); !strings.HasSuffix(got, `"level":"WARN","msg":"outside","part":"inbox","in":{"a":1}}`+"\n") {
		t.Errorf("logged %s", got)
	}
}
