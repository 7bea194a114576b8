package userpool_test

import (
	"context"
	"io"
	"log"
	"os"
	"testing"

	"github.com/cenote-auth/cenote/cenotetest"
)

// exampleServer is a running server with a user ada@example.com.
func exampleServer() (s *cenotetest.Server, t *exampleTest) {
	t = new(exampleTest)
	s = cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42", Attributes: map[string]string{"name": "Ada"}})
	return s, t
}

// exampleTest stands in for the test that an example has not got.
type exampleTest struct {
	testing.TB
	cleanups []func()
}

func (e *exampleTest) Helper()                   {}
func (e *exampleTest) Context() context.Context  { return context.Background() }
func (e *exampleTest) Cleanup(f func())          { e.cleanups = append(e.cleanups, f) }
func (e *exampleTest) Fatalf(s string, a ...any) { log.Panicf(s, a...) }
func (e *exampleTest) Errorf(s string, a ...any) { log.Panicf(s, a...) }
func (e *exampleTest) Logf(string, ...any)       {}
func (e *exampleTest) Failed() bool              { return false }
func (e *exampleTest) Name() string              { return "Example" }
func (e *exampleTest) Output() io.Writer         { return io.Discard }
func (e *exampleTest) TempDir() string {
	dir, err := os.MkdirTemp("", "userpool")
	if err != nil {
		log.Panic(err)
	}
	e.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
func (e *exampleTest) stop() {
	for len(e.cleanups) > 0 {
		last := len(e.cleanups) - 1
		f := e.cleanups[last]
		e.cleanups = e.cleanups[:last]
		f()
	}
}
