package web

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// writer puts the cookies into the header the moment it is written.
type writer struct {
	http.ResponseWriter
	cookies *Cookies
}

// WriteHeader implements http.ResponseWriter.
func (w *writer) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.cookies.Commit(w.Header())
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *writer) Write(p []byte) (int, error) {
	w.cookies.Commit(w.Header())
	return w.ResponseWriter.Write(p)
}

// ReadFrom implements io.ReaderFrom, by which files are sent without a copy.
func (w *writer) ReadFrom(r io.Reader) (int64, error) {
	w.cookies.Commit(w.Header())
	return io.Copy(w.ResponseWriter, r)
}

// Flush implements http.Flusher, for handlers that look for it.
func (w *writer) Flush() { _ = w.FlushError() }

// FlushError is for http.ResponseController.
func (w *writer) FlushError() error {
	w.cookies.Commit(w.Header())
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack implements http.Hijacker, for handlers that look for it. The connection
// takes no cookies: nothing can be saved any more.
func (w *writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil {
		w.cookies.Commit(w.Header())
	}
	return conn, buffered, err
}

// Unwrap is for http.ResponseController.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
