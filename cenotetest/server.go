package cenotetest

import (
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"
)

// Server is a running server with a first pool and app client, whose ids are
// those of the embedded App. Its methods may be called from several goroutines;
// those that take a t fail that test when the server does not do what they ask,
// and so belong into the test's own goroutine.
type Server struct {
	App

	ahead atomic.Int64 // of the system's clock, in nanoseconds
	http  *http.Client // of our own calls
}

// Options tune a server. The zero value is what Start has.
type Options struct {
	FixedCode      string       // six digits that every code is; drawn at random if empty
	LambdaEndpoint string       // where the pools' triggers are called, as by the Invoke API of AWS Lambda
	Issuer         string       // of tokens, with {region} and {poolId}; the server's URL, a slash and the pool's id if empty
	Log            *slog.Logger // of the server, but not of CENOTE_BINARY; if nil its warnings go to the test's log
}

// Start starts a server that runs until the test and its subtests are over.
func Start(t testing.TB) *Server {
	t.Helper()
	return StartWith(t, Options{})
}

// StartWith is Start with options.
func StartWith(t testing.TB, o Options) *Server {
	t.Helper()
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	transport := &http.Transport{}
	s := &Server{http: &http.Client{Transport: transport, Timeout: callTimeout}}
	if program := os.Getenv("CENOTE_BINARY"); program != "" {
		s.App = runProgram(t, program, o)
	} else {
		s.App = runHere(t, o)
	}
	t.Cleanup(transport.CloseIdleConnections) // before the server ends
	return s
}

// callTimeout bounds a call that a test makes by one of our methods.
const callTimeout = 30 * time.Second
