package upload

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
)

// Path is where files are sent, with the token of their job behind it.
const Path = "/_cenote/import/"

// The bounds of a request: between two pieces of the file, and for all of it.
const (
	pieceTime = 30 * time.Second
	wholeTime = pool.ImportUploadTime
)

// Receive keeps the file of the job that token belongs to. The kinds of its
// errors are NotAuthorized, PreconditionNotMet and LimitExceeded; one of reading
// file is handed back.
type Receive func(ctx context.Context, token string, file io.Reader) error

// Register adds the path to mux.
func Register(mux *http.ServeMux, receive Receive, log *slog.Logger) {
	mux.HandleFunc("PUT "+Path+"{token}", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), wholeTime)
		defer cancel()
		file := newBody(w, r)
		err := receive(ctx, r.PathValue("token"), file)
		answer(w, r, file, err, log)
	})
}

// answers are the words of an object store for the kinds of error.
var answers = map[pool.Kind]struct {
	status int
	code   string
}{
	pool.NotAuthorized:      {http.StatusForbidden, "AccessDenied"},
	pool.PreconditionNotMet: {http.StatusConflict, "OperationAborted"},
	pool.LimitExceeded:      {http.StatusRequestEntityTooLarge, "EntityTooLarge"},
}

func answer(w http.ResponseWriter, r *http.Request, file *body, err error, log *slog.Logger) {
	w.Header().Set("Cache-Control", "no-store")
	if err == nil {
		return
	}
	w.Header().Set("Connection", "close") // nobody reads the rest of the file
	switch e, ok := errors.AsType[*pool.Error](err); {
	case ok && answers[e.Kind].code != "":
		a := answers[e.Kind]
		fail(w, a.status, a.code, e.Message)
	case file.failed || r.Context().Err() != nil:
		fail(w, http.StatusBadRequest, "IncompleteBody", "The file did not arrive as a whole.")
	default:
		log.ErrorContext(r.Context(), "upload of an import failed", "error", err)
		fail(w, http.StatusInternalServerError, "InternalError", "Internal error.")
	}
}

// failure is how an object store tells of an error.
type failure struct {
	XMLName xml.Name `xml:"Error"`
	Code    string
	Message string
}

func fail(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, xml.Header) // a client that went away hears nothing
	_ = xml.NewEncoder(w).Encode(failure{Code: code, Message: message})
}

// body is the body of a request. The server's own time for one is short; this
// one may take long as long as it comes.
type body struct {
	io.Reader
	conn   *http.ResponseController
	end    time.Time
	failed bool
}

func newBody(w http.ResponseWriter, r *http.Request) *body {
	b := &body{Reader: r.Body, conn: http.NewResponseController(w), end: time.Now().Add(wholeTime)}
	_ = b.conn.SetWriteDeadline(b.end.Add(pieceTime)) // a server that knows no deadlines is left to its own
	return b
}

func (b *body) Read(p []byte) (int, error) {
	at := time.Now().Add(pieceTime)
	if at.After(b.end) {
		at = b.end
	}
	_ = b.conn.SetReadDeadline(at)
	n, err := b.Reader.Read(p)
	b.failed = b.failed || err != nil && err != io.EOF
	return n, err
}
