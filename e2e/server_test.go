package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/logtest"
)

const (
	startTime = 20 * time.Second // until it answers that it is ready
	stopTime  = 10 * time.Second // from SIGTERM to a clean exit
)

// passwordMark is in every password the tests use, here and in lib.mjs, so that
// one search of what the program printed finds any of them.
const passwordMark = "Tulip-4"

// server is a running `cenote dev`, or a `cenote serve` without what a first
// start of the former makes.
type server struct {
	endpoint string // "http://127.0.0.1:41873", no slash at the end
	poolID   string
	clientID string
	outputs  string // path of cenote.amplify.json

	cmd    *exec.Cmd
	output logtest.Lines
	exited chan struct{} // closed once err is set
	err    error
}

var origin = regexp.MustCompile(`http://(127\.0\.0\.1:[0-9]+)`)

// start runs `cenote dev` in dir, where its data folder comes to lie, on a free
// port unless flags say otherwise, and returns when it is ready. The server is
// stopped with the test, if it still runs then.
func start(t *testing.T, dir string, flags ...string) *server {
	t.Helper()
	s := launch(t, dir, origin, append([]string{"dev", "--listen", "127.0.0.1:0"}, flags...)...)
	s.readOutputs(t, filepath.Join(dir, "cenote-data", "cenote.amplify.json"))
	return s
}

// launch runs the program in dir and returns when it is ready, at the first
// address in its output that matches endpoint.
func launch(t *testing.T, dir string, endpoint *regexp.Regexp, args ...string) *server {
	t.Helper()
	s := &server{exited: make(chan struct{})}
	s.cmd = exec.Command(program, args...)
	s.cmd.Dir = dir
	s.cmd.Stdout = &s.output
	s.cmd.Stderr = &s.output
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		s.err = s.cmd.Wait()
		close(s.exited)
	}()
	t.Cleanup(func() { s.finish(t) })

	s.await(t, "print its endpoint", func() bool {
		found := endpoint.FindStringSubmatch(s.output.String())
		if found == nil {
			return false
		}
		s.endpoint = "http://" + found[1]
		return true
	})
	s.awaitReady(t)
	return s
}

func (s *server) awaitReady(t *testing.T) {
	t.Helper()
	s.await(t, "be ready", func() bool {
		res, err := http.Get(s.endpoint + "/_cenote/ready")
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
}

// await polls until done, and fails the test when that takes too long.
func (s *server) await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(startTime); !done(); time.Sleep(20 * time.Millisecond) {
		select {
		case <-s.exited:
			t.Fatalf("the server exited (%v) and did not %s", s.err, what)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server did not %s within %v", what, startTime)
		}
	}
}

func (s *server) readOutputs(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Auth struct {
			Cognito struct{ UserPoolID, UserPoolClientID string }
		}
	}
	if err := json.Unmarshal(text, &config); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	s.outputs = path
	s.poolID = config.Auth.Cognito.UserPoolID
	s.clientID = config.Auth.Cognito.UserPoolClientID
}

// stop asks the server to end, and fails the test unless it does so cleanly.
func (s *server) stop(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	select {
	case <-s.exited:
		if s.err != nil {
			t.Errorf("exit after SIGTERM: got %v, want status 0", s.err)
		}
	case <-time.After(stopTime):
		t.Errorf("the server still ran %v after SIGTERM", stopTime)
		s.kill()
	}
}

// kill ends the server without a word, as a crash would.
func (s *server) kill() {
	s.cmd.Process.Kill()
	<-s.exited
}

// finish stops the server if it runs, and reads what it printed.
func (s *server) finish(t *testing.T) {
	select {
	case <-s.exited:
	default:
		s.stop(t)
	}
	printed := s.output.String()
	for _, bad := range []string{passwordMark, "panic:", "goroutine "} {
		if strings.Contains(printed, bad) {
			t.Errorf("the server printed %q", bad)
		}
	}
	if t.Failed() {
		t.Logf("the server printed:\n%s", printed)
	}
}
