package server

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slowSignUp is a sign-up whose body arrives when finish is called.
type slowSignUp struct {
	conn net.Conn
	in   *bufio.Reader
	body string
}

// newSlowSignUp returns when the server has begun to read the body.
func newSlowSignUp(t *testing.T, n *node) *slowSignUp {
	t.Helper()
	address := n.listener.Addr().String()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"ClientId":%q,"Username":%q,"Password":%q}`, n.first.ClientID, ada, adaPassword)
	_, err = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: %s\r\nX-Amz-Target: AWSCognitoIdentityProviderService.SignUp\r\n"+
		"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", address, len(body))
	if err != nil {
		t.Fatal(err)
	}
	s := &slowSignUp{conn, bufio.NewReader(conn), body}
	line, err := s.in.ReadString('\n')
	if err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("got %q, %v; want 100 Continue", line, err)
	}
	if _, err := s.in.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *slowSignUp) finish() (*http.Response, error) {
	if _, err := s.conn.Write([]byte(s.body)); err != nil {
		return nil, err
	}
	return http.ReadResponse(s.in, nil)
}

// awaitRefusal returns when the server takes no new connections.
func awaitRefusal(t *testing.T, n *node) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		conn, err := net.Dial("tcp", n.listener.Addr().String())
		if errors.Is(err, syscall.ECONNREFUSED) {
			return
		}
		if err == nil {
			conn.Close()
		}
		if time.Now().After(deadline) {
			t.Fatalf("connecting to a server that stops: got %v, want a refusal", err)
		}
	}
}

func TestARequestInFlightIsAnsweredWhileTheServerStops(t *testing.T) {
	t.Parallel()
	c := config(t)
	n := start(t, c)
	slow := newSlowSignUp(t, n)
	ended := make(chan error, 1)
	go func() { ended <- n.stop() }()
	awaitRefusal(t, n)

	res, err := slow.finish()
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("the request in flight: got %s, want 200", res.Status)
	}
	if err := <-ended; err != nil {
		t.Errorf("Serve returned %v", err)
	}
	if err := n.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	if got := n.log.String(); got != "" {
		t.Errorf("the log is not quiet:\n%s", got)
	}

	// What was answered is there when the server starts again.
	n = start(t, c)
	user := n.call(t, "AdminGetUser", object{"UserPoolId": n.first.ID, "Username": ada})
	if got := user.at("UserStatus"); got != "UNCONFIRMED" {
		t.Errorf("the user's status after the restart = %q, want UNCONFIRMED", got)
	}
}

func TestARequestThatNeverEndsIsCutOff(t *testing.T) {
	t.Parallel()
	n, err := newNode(t.Context(), config(t))
	if err != nil {
		t.Fatal(err)
	}
	n.serve(t, 50*time.Millisecond)
	slow := newSlowSignUp(t, n)
	if err := n.stop(); err != nil {
		t.Errorf("Serve returned %v", err)
	}
	if res, err := slow.finish(); err == nil {
		res.Body.Close()
		t.Errorf("the request was answered with %s", res.Status)
	}
	if got := n.log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "cut off") {
		t.Errorf("log = %q, want one line about the cut", got)
	}
}

func TestServeEndsWithItsListener(t *testing.T) {
	t.Parallel()
	n, err := newNode(t.Context(), config(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := n.listener.Close(); err != nil {
		t.Fatal(err)
	}
	if err := n.Serve(t.Context(), n.listener); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve = %v, want net.ErrClosed", err)
	}
}

// It is not parallel, so that no other test has a server at the same time.
func TestNothingRunsAfterTheEnd(t *testing.T) {
	c := config(t)
	c.keys = nil // with the stock of keys
	n := start(t, c)
	n.signUp(t, n.firstApp(), ada, adaPassword)
	if len(ours()) == 0 {
		t.Fatal("a running server has no goroutine of ours: the search is broken")
	}
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		left := ours()
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines are left:\n%s", len(left), strings.Join(left, "\n\n"))
		}
	}
}

// ours returns the stacks of goroutines in code of this module, without tests.
func ours() (stacks []string) {
	buf := make([]byte, 4<<20)
	buf = buf[:runtime.Stack(buf, true)]
	for stack := range strings.SplitSeq(string(buf), "\n\n") {
		if strings.Contains(stack, "cenote-auth/cenote/internal/") && !strings.Contains(stack, "testing.tRunner") {
			stacks = append(stacks, stack)
		}
	}
	return stacks
}

func TestAPanicIsLoggedInOneLine(t *testing.T) {
	t.Parallel()
	n, err := newNode(t.Context(), config(t))
	if err != nil {
		t.Fatal(err)
	}
	n.handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("somewhere") })
	n.serve(t, drainTime)
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, n.url+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := http.DefaultClient.Do(r); err == nil {
		res.Body.Close()
		t.Errorf("got %s, want a closed connection", res.Status)
	}
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}
	if got := n.log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "somewhere") || strings.Contains(got, "goroutine ") {
		t.Errorf("log = %q, want one line without a stack", got)
	}
}
