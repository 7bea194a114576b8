package passkey

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

func TestEverySystemHasAWayToOpenAURL(t *testing.T) {
	t.Parallel()
	for system, want := range map[string]string{
		"linux": "xdg-open", "darwin": "open", "windows": "rundll32", "freebsd": "xdg-open", "plan9": "",
	} {
		name, args := opener(system, "http://localhost:1/x")
		if name != want || want != "" && args[len(args)-1] != "http://localhost:1/x" {
			t.Errorf("%s: %s %v, want %s with the URL last", system, name, args, want)
		}
	}
}

// The browser outlives the ceremony where it is what was started.
func TestWhoOpensAURLIsNotKilled(t *testing.T) {
	name, _ := opener(runtime.GOOS, "")
	if name == "" || runtime.GOOS == "windows" {
		t.Skip("no shell script can stand for the browser")
	}
	path := filepath.Join(t.TempDir(), name)
	script := "#!/bin/sh\n: > \"$0.up\"\nsleep 0.3\n: > \"$0.closed\"\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Dir(path)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		await(path + ".up")
	}()
	if err := OpenURL(ctx, "http://localhost:1/x"); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if !await(path + ".closed") {
		t.Error("the browser was killed")
	}
}

// await reports whether a file came to be within some seconds.
func await(path string) bool {
	for range 1000 {
		if _, err := os.Stat(path); err == nil {
			return true
		}
		time.Sleep(5 * time.Millisecond)
	}
	return false
}
