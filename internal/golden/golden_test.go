package golden_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/cenote-auth/cenote/internal/golden"
)

// recorder is a test that notes whether it failed.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Fatalf(string, ...any) { r.failed = true; runtime.Goexit() }

// fails reports whether golden.Equal fails a test.
func fails(name string, got any) bool {
	r := &recorder{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		golden.Equal(r, name, got)
	}()
	<-done
	return r.failed
}

func TestEqual(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("testdata", 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"text": "a < b\n", "value.json": "{\n  \"a\": \"<\"\n}\n"} {
		if err := os.WriteFile(filepath.Join("testdata", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name, file string
		got        any
		want       bool
	}{
		{"the same text", "text", "a < b\n", false},
		{"the same bytes", "text", []byte("a < b\n"), false},
		{"other text", "text", "a < c\n", true},
		{"a value that encodes the same", "value.json", map[string]string{"a": "<"}, false},
		{"another value", "value.json", map[string]string{"a": ">"}, true},
		{"a file that is not there", "none", "", true},
	} {
		if got := fails(tt.file, tt.got); got != tt.want {
			t.Errorf("%s: failed = %v, want %v", tt.name, got, tt.want)
		}
	}
}
