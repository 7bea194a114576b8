package auth_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"testing"

	"github.com/cenote-auth/cenote/cenotetest"
)

// exampleServer runs one server for all examples, until the tests are over.
var exampleServer = sync.OnceValue(func() *cenotetest.Server {
	return cenotetest.Start(&examples)
})

func TestMain(m *testing.M) {
	code := m.Run()
	examples.cleanUp()
	os.Exit(code)
}

var examples exampleTB

// exampleTB is the test that the examples are, as far as cenotetest asks.
type exampleTB struct {
	testing.TB // nil: a method that is not below ends the program

	mu    sync.Mutex
	after []func()
}

func (e *exampleTB) Helper()                        {}
func (e *exampleTB) Output() io.Writer              { return os.Stderr }
func (e *exampleTB) Context() context.Context       { return context.Background() }
func (e *exampleTB) Errorf(format string, a ...any) { panic(fmt.Sprintf(format, a...)) }
func (e *exampleTB) Fatalf(format string, a ...any) { panic(fmt.Sprintf(format, a...)) }
func (e *exampleTB) Fatal(a ...any)                 { panic(fmt.Sprint(a...)) }

func (e *exampleTB) Cleanup(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.after = append(e.after, f)
}

func (e *exampleTB) TempDir() string {
	dir, err := os.MkdirTemp("", "cenote")
	if err != nil {
		panic(err)
	}
	e.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func (e *exampleTB) cleanUp() {
	for i := len(e.after) - 1; i >= 0; i-- {
		e.after[i]()
	}
}
