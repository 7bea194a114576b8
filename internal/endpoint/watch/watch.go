package watch

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/internal/crash"
)

// Unknown stands for an operation or a path that is none of the server's, so
// that strangers do not invent names for metrics.
const Unknown = "unknown"

// Options are the parts of a watch. Log is required.
type Options struct {
	Log   *slog.Logger
	Level slog.Level // of the line of a request; that of a fault of ours is higher

	Began func()       // a request came in; may be nil
	Done  func(*Visit) // it was answered; may be nil
}

// Visit is one request and what became of it.
type Visit struct {
	Operation string // of the API, or the route: one of a fixed set
	Exception string // "" for a success, else its name, the HTTP status, or "aborted"
	Status    int
	Took      time.Duration

	requestID string
	details   Details
	in, out   int64
	remote    string
}

// Details are what an endpoint knows of a request. Empty parts are left out.
type Details struct {
	Operation string
	PoolID    string
	ClientID  string
	AccessKey string
	In        int // bytes of the body

	// Trouble is what an operator should know of it.
	Trouble string
	Level   slog.Level // of the line, where there is trouble
	Args    []any
}

// Note adds what an endpoint knows of the request that w answers.
func Note(w http.ResponseWriter, d Details) {
	if v, ok := w.(*writer); ok {
		v.visit.details = d
	}
}

// Wrap watches what next does.
func (o Options) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		began := time.Now()
		if o.Began != nil {
			o.Began()
		}
		w := &writer{ResponseWriter: rw}
		r = r.WithContext(context.WithValue(r.Context(), visitKey{}, &w.visit))
		defer func() {
			cut := w.recovered(recover())
			o.ended(r, w, began, cut)
			if cut {
				panic(http.ErrAbortHandler)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// recovered answers 500 in place of an endpoint that panicked with v. It
// reports whether the connection has to be cut: then it is too late for that.
func (w *writer) recovered(v any) (cut bool) {
	if v == nil {
		return false
	}
	if v == http.ErrAbortHandler {
		return true // the server's own way to cut a connection
	}
	what, at := crash.Describe(v)
	w.visit.details.Trouble, w.visit.details.Level = "request panicked", slog.LevelError
	w.visit.details.Args = []any{"panic", what, "at", at}
	if w.visit.Status != 0 {
		return true
	}
	h := w.Header()
	clear(h)
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Amzn-Errortype", "InternalErrorException:")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(w, `{"__type":"InternalErrorException"}`) // a client that went away hears nothing
	return false
}

// ended completes the visit, and tells of it.
func (o Options) ended(r *http.Request, w *writer, began time.Time, cut bool) {
	v := &w.visit
	v.Took = time.Since(began)
	if v.Status == 0 {
		v.Status = http.StatusOK // an empty answer, which net/http completes
	}
	v.Operation = operation(r, v.details.Operation)
	switch {
	case cut:
		v.Exception = "aborted"
	case v.Status >= http.StatusBadRequest:
		v.Exception = strings.TrimSuffix(header(w, "X-Amzn-Errortype"), ":")
		if v.Exception == "" {
			v.Exception = strconv.Itoa(v.Status)
		}
	}
	if o.Done != nil {
		o.Done(v)
	}
	level := o.Level
	switch {
	case v.details.Trouble != "":
		level = v.details.Level
	case v.Status < http.StatusBadRequest && strings.HasPrefix(r.URL.Path, "/_cenote/"):
		level = slog.LevelDebug // probes
	}
	if !o.Log.Enabled(context.Background(), level) {
		return
	}
	v.requestID, v.remote = header(w, "X-Amzn-Requestid"), host(r.RemoteAddr)
	v.in = max(r.ContentLength, int64(v.details.In), 0)
	o.Log.LogAttrs(context.Background(), level, v.message(), v.attributes()...)
}

// operation names a request by what it asked for.
func operation(r *http.Request, noted string) string {
	switch {
	case noted != "":
		return noted
	case r.Method == http.MethodOptions:
		return "preflight"
	case r.Pattern == "" || r.Pattern == "/{$}":
		return Unknown
	}
	return r.Pattern
}

// header returns a header of the response under its canonical name.
func header(w http.ResponseWriter, name string) string {
	if values := w.Header()[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// host returns the address of a caller without the port.
func host(remote string) string {
	if a, err := netip.ParseAddrPort(remote); err == nil {
		return a.Addr().Unmap().String()
	}
	return remote
}
