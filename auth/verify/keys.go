package verify

import (
	"context"
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/cenote-auth/cenote/auth/internal/loopback"
)

const (
	keysFresh   = time.Hour      // where the answer does not say
	keysLongest = 24 * time.Hour // whatever the answer says

	// keysStale is how long keys serve after they should have been fetched
	// again, if they cannot be. No token of the service lives longer.
	keysStale = 24 * time.Hour

	fetchTimeout = 5 * time.Second
)

// keySet holds the pool's public keys and fetches them when they are old, or
// when a token names one that is not among them. Fetches never overlap, and
// begin no closer together than refetch.
type keySet struct {
	url     string
	http    *http.Client
	refetch time.Duration
	now     func() time.Time

	mu     sync.Mutex
	keys   map[string]*rsa.PublicKey // by kid; replaced, never changed
	until  time.Time                 // fresh until then
	began  time.Time                 // the last fetch
	err    error                     // of the last fetch
	flight chan struct{}             // closed at the end of the fetch under way; nil without
}

func newKeySet(o Options, now func() time.Time) (*keySet, error) {
	u, err := url.Parse(o.JWKSURL)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("the address of the keys is not a URL")
	}
	if !loopback.Usable(u, o.InsecureHTTP) {
		return nil, fmt.Errorf("keys are fetched by https, or from a loopback address by http, not from %s", u.Redacted())
	}
	own := http.Client{}
	if o.HTTPClient != nil {
		own = *o.HTTPClient
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &keySet{url: u.String(), http: &own, refetch: o.Refetch, now: now}, nil
}

// key returns the key with that id. The error is ErrUnknownKey,
// ErrKeysUnavailable or ctx's.
func (s *keySet) key(ctx context.Context, id string) (*rsa.PublicKey, error) {
	now := s.now()
	s.mu.Lock()
	key := s.keys[id]
	if key != nil && now.Before(s.until) {
		s.mu.Unlock()
		return key, nil
	}
	flight := s.board(now)
	if key != nil && s.err != nil && now.Before(s.until.Add(keysStale)) {
		s.mu.Unlock()
		return key, nil // nobody waits for a server that did not answer the last time
	}
	s.mu.Unlock()
	if err := wait(ctx, flight); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch key = s.keys[id]; {
	case s.keys == nil || !now.Before(s.until.Add(keysStale)):
		return nil, s.unavailable()
	case key != nil:
		return key, nil
	case s.err != nil: // the key may be one of those that could not be fetched
		return nil, s.unavailable()
	}
	return nil, ErrUnknownKey
}

func (s *keySet) preload(ctx context.Context) error {
	now := s.now()
	s.mu.Lock()
	if now.Before(s.until) {
		s.mu.Unlock()
		return nil
	}
	flight := s.board(now)
	s.mu.Unlock()
	if err := wait(ctx, flight); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.unavailable()
	}
	return nil
}

func (s *keySet) unavailable() error {
	if s.err == nil {
		return ErrKeysUnavailable
	}
	return fmt.Errorf("%w: %w", ErrKeysUnavailable, s.err)
}

// board returns the fetch to wait for: the one under way, a new one, or nil if
// it is too early for another. The caller holds mu.
func (s *keySet) board(now time.Time) chan struct{} {
	since := now.Sub(s.began)
	if s.flight == nil && (s.began.IsZero() || since < 0 || since >= s.refetch) {
		s.began, s.flight = now, make(chan struct{})
		go s.fetch(s.flight)
	}
	return s.flight
}

// wait returns when the fetch is over, which goes on for the others if ctx ends.
func wait(ctx context.Context, flight chan struct{}) error {
	if flight == nil {
		return ctx.Err()
	}
	select {
	case <-flight:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fetch replaces the keys, or leaves them and notes why it could not.
func (s *keySet) fetch(flight chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	keys, fresh, err := download(ctx, s.http, s.url)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err, s.flight = err, nil
	if err == nil {
		s.keys, s.until = keys, s.now().Add(max(fresh, s.refetch))
	}
	close(flight)
}
