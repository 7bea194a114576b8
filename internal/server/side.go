package server

import (
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"

	"github.com/cenote-auth/cenote/internal/endpoint/metrics"
)

// side is a listener of its own for the metrics, so that those whom the server
// is for do not read them. A nil side is none.
type side struct {
	listener net.Listener
	server   *http.Server
}

func openSide(c Config) (*side, error) {
	if c.MetricsListen == "" {
		return nil, nil
	}
	ln, err := net.Listen("tcp", c.MetricsListen)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err) // names the address
	}
	mux := http.NewServeMux()
	c.metrics.Register(mux)
	return &side{ln, &http.Server{
		Handler: mux, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: log.New(firstLine{c.Log}, "", 0),
	}}, nil
}

// serve answers until close.
func (s *side) serve(log *slog.Logger) {
	if s == nil {
		return
	}
	if err := s.server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		log.Error("metrics are not served any more", "error", err)
	}
}

func (s *side) close() {
	if s != nil {
		_ = s.server.Close()   // nobody is left to care about a connection
		_ = s.listener.Close() // also where it was never served
	}
}

// url is where the metrics are, "" for nowhere.
func (s *side) url() string {
	if s == nil {
		return ""
	}
	return "http://" + s.listener.Addr().String() + metrics.Path
}
