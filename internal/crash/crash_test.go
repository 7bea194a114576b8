package crash_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/crash"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	var none *struct{ n int }
	for _, tt := range []struct {
		name  string
		panic func()
		want  string
	}{
		{"a text is not repeated", func() { panic("hunter2") }, "string"},
		{"nor an error", func() { panic(errors.New("hunter2")) }, "*errors.errorString"},
		{"what the runtime says is", func() { none.n++ }, "runtime error: invalid memory address or nil pointer dereference"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				what, at := crash.Describe(recover())
				if what != tt.want {
					t.Errorf("what = %q, want %q", what, tt.want)
				}
				if !regexp.MustCompile(`^\S+crash_test\.TestDescribe\.func\d+ \(crash_test\.go:\d+\)$`).MatchString(at) {
					t.Errorf("at = %q, want the function and line of this file", at)
				}
			}()
			tt.panic()
		})
	}
}

// A panic that was caught in one goroutine and goes on in another is still
// told of where it began.
func TestMove(t *testing.T) {
	t.Parallel()
	var moved *crash.Moved
	func() {
		defer func() { moved = crash.Move(recover()) }()
		fall()
	}()
	defer func() {
		what, at := crash.Describe(recover())
		if what != "string" || !strings.HasPrefix(at, "github.com/cenote-auth/cenote/internal/crash_test.fall (crash_test.go:") {
			t.Errorf("%s at %s, want a string in fall", what, at)
		}
		if text := moved.String(); !strings.HasPrefix(text, "off a cliff\n") || !strings.Contains(text, "crash_test.fall") {
			t.Errorf("unrecovered it prints %s, want the value and the stack", text)
		}
	}()
	panic(moved)
}

//go:noinline
func fall() { panic("off a cliff") }
