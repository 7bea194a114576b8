package crash

import (
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

// Describe returns the type of what was panicked with, or the text if it is
// the runtime's own (another's may hold secrets), and the function and line
// that panicked. It must be called by the function that recovers, or by one
// that it calls.
func Describe(v any) (what, at string) {
	if m, ok := v.(*Moved); ok {
		return kind(m.value), m.at
	}
	return kind(v), place()
}

// Moved is a panic that goes on in another goroutine than the one that it
// began in.
type Moved struct {
	value any
	at    string
	stack []byte
}

// Move returns what to panic with in the other goroutine, so that Describe
// tells there what it would have told here. It is called where Describe may be.
func Move(v any) *Moved { return &Moved{v, place(), debug.Stack()} }

// String is what the runtime prints, with the stack of where it began, when
// nobody recovers.
func (m *Moved) String() string { return fmt.Sprintf("%v\n\n%s", m.value, m.stack) }

func kind(v any) string {
	if err, ok := v.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", v)
}

func place() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for panicking := false; ; {
		frame, more := frames.Next()
		if panicking && !strings.HasPrefix(frame.Function, "runtime.") {
			return frame.Function + " (" + filepath.Base(frame.File) + ":" + strconv.Itoa(frame.Line) + ")"
		}
		panicking = panicking || frame.Function == "runtime.gopanic"
		if !more {
			return "unknown"
		}
	}
}
