// Package health answers the probes of an orchestrator: /_cenote/health says
// that the process lives, /_cenote/ready that it can serve. It knows HTTP and
// a function that asks the database.
package health

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// pingTimeout bounds one look at the database.
const pingTimeout = 2 * time.Second

// Register adds the two paths to mux. ready answers nil when requests can be
// served; its context ends after 2 seconds. log may be nil.
func Register(mux *http.ServeMux, ready func(context.Context) error, log *slog.Logger) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	mux.HandleFunc("GET /_cenote/health", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, "ok\n")
	})
	mux.HandleFunc("GET /_cenote/ready", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), pingTimeout)
		defer cancel()
		if err := ready(ctx); err != nil {
			log.WarnContext(ctx, "not ready", "error", err)
			answer(w, http.StatusServiceUnavailable, "not ready\n")
			return
		}
		answer(w, http.StatusOK, "ok\n")
	})
}

func answer(w http.ResponseWriter, status int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}
