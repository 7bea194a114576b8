package wellknown

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/cenote-auth/cenote/internal/pool"
)

// cacheControl lets anybody keep a document for 5 minutes.
const cacheControl = "public, max-age=300"

// Documents makes the documents of a pool. Both methods answer with an error
// of the kind pool.NotFound when there is no such pool.
type Documents interface {
	JWKS(ctx context.Context, poolID string) ([]byte, error)
	Discovery(ctx context.Context, poolID string) ([]byte, error)
}

// Register adds the two paths to mux. log may be nil.
func Register(mux *http.ServeMux, docs Documents, log *slog.Logger) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	mux.Handle("/{poolId}/.well-known/jwks.json", serve(docs.JWKS, log))
	mux.Handle("/{poolId}/.well-known/openid-configuration", serve(docs.Discovery, log))
}

func serve(document func(context.Context, string) ([]byte, error), log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		switch r.Method {
		case http.MethodGet, http.MethodHead:
		case http.MethodOptions:
			h.Set("Access-Control-Allow-Methods", "GET")
			h.Set("Access-Control-Allow-Headers", "*")
			h.Set("Access-Control-Max-Age", "7200")
			return
		default:
			h.Set("Allow", "GET, HEAD, OPTIONS")
			fail(w, http.StatusMethodNotAllowed, "Use GET.")
			return
		}
		id := r.PathValue("poolId")
		if pool.CheckID(id) != nil { // a stranger's text, which no database has to hold
			fail(w, http.StatusNotFound, "User pool does not exist.")
			return
		}
		body, err := document(r.Context(), id)
		switch {
		case errors.Is(err, pool.E(pool.NotFound, "")):
			fail(w, http.StatusNotFound, "User pool "+id+" does not exist.")
		case err != nil && r.Context().Err() != nil:
			log.InfoContext(r.Context(), "client went away", "path", r.URL.Path, "error", err)
		case err != nil:
			log.ErrorContext(r.Context(), "document of a pool failed", "path", r.URL.Path, "error", err)
			fail(w, http.StatusInternalServerError, "Internal error.")
		default:
			h.Set("Content-Type", "application/json")
			h.Set("Cache-Control", cacheControl)
			_, _ = w.Write(body)
		}
	})
}

// fail answers with a message that must not be kept.
func fail(w http.ResponseWriter, status int, message string) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": message})
}
