package watch

import (
	"net/http"

	"github.com/google/uuid"
)

// writer is a response and the visit that it belongs to.
type writer struct {
	http.ResponseWriter
	visit Visit
}

// WriteHeader gives a response without a request id one.
func (w *writer) WriteHeader(status int) {
	if w.visit.Status == 0 && status >= http.StatusOK {
		w.visit.Status = status
		if h := w.Header(); h["X-Amzn-Requestid"] == nil {
			h["X-Amzn-Requestid"] = []string{uuid.NewString()}
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *writer) Write(b []byte) (int, error) {
	if w.visit.Status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	n, err := w.ResponseWriter.Write(b)
	w.visit.out += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
