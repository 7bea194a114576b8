package crash

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// Describe returns the type of what was panicked with, or the text if it is
// the runtime's own (another's may hold secrets), and the function and line
// that panicked. It must be called by the function that recovers, or by one
// that it calls.
func Describe(v any) (what, at string) {
	what = fmt.Sprintf("%T", v)
	if err, ok := v.(runtime.Error); ok {
		what = err.Error()
	}
	return what, place()
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
