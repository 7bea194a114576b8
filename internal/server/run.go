package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// The bounds of one connection. A request for an operation has tighter ones of
// its own in endpoint/awsjson.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 120 * time.Second
	maxHeader     = 64 << 10 // bytes; tokens travel in headers
)

// drainTime is how long requests in flight may take when the server stops.
const drainTime = 10 * time.Second

// Serve answers requests on ln until ctx ends and those in flight are
// answered, or were cut off after 10 seconds. Then it closes the server. It
// returns nil after an orderly end.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	return s.serve(ctx, ln, drainTime)
}

func (s *Server) serve(ctx context.Context, ln net.Listener, drain time.Duration) error {
	requests, cut := context.WithCancel(context.Background()) // not of ctx: they outlive it
	defer cut()
	hs := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: s.config.patience,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		BaseContext:       func(net.Listener) context.Context { return requests },
		ErrorLog:          log.New(firstLine{s.log}, "", 0),
	}
	failed := make(chan error, 1)
	go func() { failed <- s.accept(hs, ln) }()
	go s.side.serve(s.log)
	s.announce(ln.Addr())

	var err error
	select {
	case err = <-failed:
		err = errors.Join(fmt.Errorf("serve: %w", err), hs.Close())
	case <-ctx.Done():
		s.drain(hs, drain)
		<-failed
	}
	cut()
	return errors.Join(err, s.Close())
}

// accept serves by TLS where there is a certificate, else in plain.
func (s *Server) accept(hs *http.Server, ln net.Listener) error {
	if s.tls == nil {
		return hs.Serve(ln)
	}
	hs.TLSConfig = s.tls
	return hs.ServeTLS(ln, "", "")
}

// drain stops accepting and waits for the requests in flight, but no longer
// than limit.
func (s *Server) drain(hs *http.Server, limit time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if err := hs.Shutdown(ctx); err != nil {
		s.log.Warn("requests in flight were cut off", "after", limit)
		_ = hs.Close() // nobody is left to care about a connection
	}
}

// firstLine logs what net/http has to say without the stack that it adds to a
// panic. That somebody knocked and did not speak TLS is no news.
type firstLine struct{ log *slog.Logger }

func (l firstLine) Write(p []byte) (int, error) {
	line, _, _ := bytes.Cut(p, []byte("\n"))
	level := slog.LevelError
	if bytes.Contains(line, []byte("TLS handshake error")) {
		level = slog.LevelDebug
	}
	l.log.Log(context.Background(), level, "http server", "error", string(line))
	return len(p), nil
}
