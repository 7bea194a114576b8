package feedback

import (
	"context"
	_ "embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"

	"github.com/cenote-auth/cenote/internal/pool"
)

// Judge keeps what the bearer of a token says of a sign-in in a pool: that it was
// them, or not. It answers with pool.NotAuthorized for a token that is none, and
// pool.NotFound where there is no such pool or sign-in.
type Judge func(ctx context.Context, poolID, token string, valid bool) error

// maxForm is how large an answer may be.
const maxForm = 8 << 10

//go:embed page.html
var text string

var page = template.Must(template.New("page").Parse(text))

// view is what the page shows.
type view struct {
	Title, Words string
	Token, Value string // of the question; "" for none
}

// Register adds the path to mux. log may be nil.
func Register(mux *http.ServeMux, judge Judge, log *slog.Logger) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	mux.HandleFunc("GET /{poolId}/feedback", ask)
	mux.HandleFunc("POST /{poolId}/feedback", func(w http.ResponseWriter, r *http.Request) { answer(w, r, judge, log) })
}

// ask shows the question that the link stands for.
func ask(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	v := view{Title: "Was this sign-in yours?", Token: q.Get("token"), Value: q.Get("value")}
	switch v.Value {
	case "valid":
		v.Words = "Yes, it was me."
	case "invalid":
		v.Words = "No, it was not me."
	default:
		show(w, http.StatusNotFound, gone)
		return
	}
	show(w, http.StatusOK, v)
}

var gone = view{Title: "This link is not valid", Words: "It may have been cut off by your mail program, or the sign-in is too long ago."}

func answer(w http.ResponseWriter, r *http.Request, judge Judge, log *slog.Logger) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	value, token := r.PostFormValue("value"), r.PostFormValue("token")
	if value != "valid" && value != "invalid" {
		show(w, http.StatusBadRequest, gone)
		return
	}
	poolID := r.PathValue("poolId")
	if pool.CheckID(poolID) != nil { // a stranger's text, which no database has to hold
		show(w, http.StatusNotFound, gone)
		return
	}
	err := judge(r.Context(), poolID, token, value == "valid")
	switch {
	case errors.Is(err, pool.E(pool.NotAuthorized, "")) || errors.Is(err, pool.E(pool.NotFound, "")):
		show(w, http.StatusNotFound, gone)
	case err != nil:
		log.ErrorContext(r.Context(), "feedback failed", "error", err)
		show(w, http.StatusInternalServerError, view{Title: "That did not work", Words: "Please try again later."})
	case value == "valid":
		show(w, http.StatusOK, view{Title: "Thank you", Words: "We will take such sign-ins for yours."})
	default:
		show(w, http.StatusOK, view{Title: "Thank you", Words: "Change your password now: somebody else may know it."})
	}
}

// show writes the page. Its address has the token in it, which goes nowhere
// else.
func show(w http.ResponseWriter, status int, v view) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_ = page.Execute(w, v) // the client is gone, or has it
}
