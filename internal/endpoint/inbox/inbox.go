package inbox

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// How many messages one answer holds.
const (
	defaultLimit = 100
	maxLimit     = 1000
)

// Message is one mail or text message as it would have been sent.
type Message struct {
	ID          string    `json:"id"`
	Time        time.Time `json:"time"`
	Medium      string    `json:"medium"` // EMAIL or SMS
	Destination string    `json:"destination"`
	Subject     string    `json:"subject"` // "" for a text message
	Body        string    `json:"body"`
	Code        string    `json:"code"` // the code or temporary password in Body
}

// Source returns the newest messages first, at most limit; destination ""
// means those to everybody.
type Source func(ctx context.Context, destination string, limit int) ([]Message, error)

// Register adds /_cenote/inbox to mux. log may be nil.
func Register(mux *http.ServeMux, messages Source, log *slog.Logger) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	mux.HandleFunc("GET /_cenote/inbox", func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Vary", "Accept")
		h.Set("X-Content-Type-Options", "nosniff")
		query := r.URL.Query()
		destination := address(query.Get("destination"))
		if !utf8.ValidString(destination) || strings.IndexByte(destination, 0) >= 0 {
			writeJSON(w, http.StatusBadRequest, failure{"destination must be an e-mail address or a phone number"})
			return
		}
		limit, err := limitOf(query.Get("limit"))
		if err != nil {
			writeJSON(w, http.StatusBadRequest, failure{err.Error()})
			return
		}
		found, err := messages(r.Context(), destination, limit)
		if err != nil {
			log.ErrorContext(r.Context(), "inbox failed", "error", err)
			writeJSON(w, http.StatusInternalServerError, failure{"Internal error."})
			return
		}
		if wantsPage(r.Header.Values("Accept")) {
			writePage(w, destination, found)
			return
		}
		writeJSON(w, http.StatusOK, list{append([]Message{}, found...)})
	})
}

type list struct {
	Messages []Message `json:"messages"`
}

type failure struct {
	Message string `json:"message"`
}

// address returns a destination as it was meant: a "+" that was not escaped
// in the URL arrives as a space, and addresses have no spaces.
func address(s string) string { return strings.ReplaceAll(s, " ", "+") }

// limitOf reads the limit of the query, 100 if there is none.
func limitOf(s string) (int, error) {
	if s == "" {
		return defaultLimit, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxLimit {
		return 0, fmt.Errorf("limit must be a number from 1 to %d", maxLimit)
	}
	return n, nil
}

// wantsPage reports whether an Accept header likes text/html better than JSON.
func wantsPage(accept []string) bool {
	var page, data float64
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		kind, params, _ := strings.Cut(part, ";")
		quality := 1.0
		if q, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q="); ok {
			quality, _ = strconv.ParseFloat(q, 64)
		}
		switch strings.ToLower(strings.TrimSpace(kind)) {
		case "text/html":
			page = quality
		case "application/json":
			data = quality
		}
	}
	return page > data
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(body) // a client that went away hears nothing
}
