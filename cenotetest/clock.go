package cenotetest

import (
	"net/http"
	"testing"
	"time"
)

// Advance moves the server's clock forward by d, more than zero, for everything
// that expires there. A program under test that looks at expiry times itself
// has to read the same clock: give it Now.
func (s *Server) Advance(t testing.TB, d time.Duration) {
	t.Helper()
	body := struct {
		Advance string `json:"advance"`
	}{d.String()}
	if err := s.call(t.Context(), http.MethodPost, "/_cenote/clock", body, nil); err != nil {
		t.Fatalf("cenotetest: advance the clock by %v: %v", d, err)
	}
	s.ahead.Add(int64(d))
}

// Now returns the time by the server's clock: the system's, and what Advance
// added.
func (s *Server) Now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }
