package server

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"sync"

	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/store"
)

// Server is a running server without a port: Serve gives it one.
type Server struct {
	log     *slog.Logger
	config  Config
	store   store.Store
	pools   *admin.Pools
	clients *admin.Clients
	handler http.Handler
	tls     *tls.Config // nil without TLS
	side    *side       // nil without a listener for the metrics

	stop       context.CancelFunc // of what runs in the background
	background sync.WaitGroup
	close      func() error
}

// New opens the database of c, or makes one, and starts what works in the
// background. The caller ends it by Serve or Close.
func New(ctx context.Context, c Config) (*Server, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	s := &Server{log: c.Log}
	if s.tls, err = tlsConfig(c); err != nil {
		return nil, err
	}
	if c.lists, err = openLists(c); err != nil {
		return nil, err
	}
	s.config = c
	now := clock.New()
	st, keys, err := open(ctx, c, now)
	if err != nil {
		return nil, errors.Join(err, c.lists.close())
	}
	if s.side, err = openSide(c); err != nil {
		return nil, errors.Join(err, st.Close(), c.lists.close())
	}
	s.store = measured(c, st)
	p := newParts(c, s.store, keys, now)
	c.metrics.WatchBacklog(backlog(s.store, now), c.Log)
	s.pools, s.clients, s.handler = p.pools, p.clients, newHandler(c, p)
	running, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.close = sync.OnceValue(s.end)
	for _, work := range p.work {
		s.background.Go(func() { work(running) })
	}
	return s, nil
}

// Handler returns everything that the server answers to.
func (s *Server) Handler() http.Handler { return s.handler }

// URL returns where clients reach the server.
func (s *Server) URL() string { return s.config.PublicURL }

// Close stops what works in the background, waits for it and for what the
// database is doing, and closes the database. It may be called again.
func (s *Server) Close() error { return s.close() }

func (s *Server) end() error {
	s.stop()
	s.side.close()
	s.background.Wait()
	return errors.Join(s.store.Close(), s.config.lists.close())
}

// ready returns nil when requests can be answered.
func ready(st store.Store) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := st.Ping(ctx); err != nil {
			return errors.Join(errors.New("the database does not answer"), err)
		}
		return nil
	}
}
