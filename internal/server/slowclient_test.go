package server

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// drip sends a request one byte at a time, each after a pause, and returns what
// the server says until it hangs up, and how long that took. The start of the
// request is sent at once.
func drip(t *testing.T, address, start string, next func(i int) byte, pause time.Duration) (answer string, took time.Duration) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return "", 0
	}
	defer conn.Close()
	began := time.Now()
	if err := conn.SetReadDeadline(began.Add(20 * time.Second)); err != nil {
		t.Error(err)
	}
	go func() {
		if _, err := io.WriteString(conn, start); err != nil {
			return
		}
		for i := 0; ; i++ {
			if _, err := conn.Write([]byte{next(i)}); err != nil {
				return
			}
			time.Sleep(pause)
		}
	}()
	text, err := io.ReadAll(bufio.NewReader(conn))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the server did not hang up within %v", time.Since(began))
	}
	return string(text), time.Since(began) // a reset ends it as well: we write on
}

// Clients that send a little now and then are cut off in time, and do not keep
// others from being served.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	const patience, pause, each = 500 * time.Millisecond, 20 * time.Millisecond, 40
	c := config(t)
	c.patience = patience
	n, a := settled(t, c)
	address := n.listener.Addr().String()
	header := func(target, more string) string {
		return "POST / HTTP/1.1\r\nHost: " + address + "\r\nX-Amz-Target: AWSCognitoIdentityProviderService." + target + "\r\n" + more
	}
	letters := func(int) byte { return 'a' }
	chunks := func(i int) byte { return "1\r\na\r\n"[i%6] }
	const bad, late = "HTTP/1.1 400 Bad Request", "HTTP/1.1 408 Request Timeout"
	var all sync.WaitGroup
	for _, slow := range []struct {
		name, start string
		next        func(int) byte
		answers     []string // any of these
	}{
		{"nothing but line ends", "", func(i int) byte { return "\r\n"[i%2] }, []string{"", bad}},
		{"a request line without end", "POST /", letters, []string{"", bad}},
		{"a header without end", header("SignUp", "X-Slow: "), letters, []string{"", bad}},
		{"headers without end", header("SignUp", ""), func(i int) byte { return "A: b\r\n"[i%6] }, []string{"", bad}},
		{"a body", header("SignUp", "Content-Length: 1000000\r\n\r\n{"), letters, []string{late}},
		{"a body in pieces", header("SignUp", "Transfer-Encoding: chunked\r\n\r\n"), chunks, []string{late}},
		{"a signed body", header("AdminCreateUser", "X-Amz-Date: 20300102T030405Z\r\nAuthorization: "+goodSignature+
			"\r\nContent-Length: 1000000\r\n\r\n{"), letters, []string{late}},
		{"a body that nobody wants", header("Nothing", "Content-Length: 100000\r\n\r\n"), letters, []string{bad}},
		{"a body without the signature that it needs", header("AdminCreateUser", "Content-Length: 100000\r\n\r\n"), letters, []string{bad}},
	} {
		for range each {
			all.Go(func() {
				answer, took := drip(t, address, slow.start, slow.next, pause)
				if line, _, _ := strings.Cut(answer, "\r\n"); !slices.Contains(slow.answers, line) {
					t.Errorf("%s: answered %q, want one of %q", slow.name, line, slow.answers)
				}
				if took > 10*patience {
					t.Errorf("%s: cut off after %v, where %v are granted", slow.name, took, patience)
				}
			})
		}
	}
	access := n.signIn(t, a, ada, adaPassword).at("AuthenticationResult", "AccessToken")
	var served int
	var slowest time.Duration
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	for running := true; running; served++ { // meanwhile
		began := time.Now()
		n.call(t, "GetUser", object{"AccessToken": access})
		slowest = max(slowest, time.Since(began))
		select {
		case <-ended:
			running = false
		default:
		}
	}
	t.Logf("%d calls beside slow clients, the slowest in %v", served, slowest.Round(time.Millisecond))
	if served < 5 || slowest > 5*time.Second {
		t.Errorf("%d calls beside slow clients, the slowest in %v", served, slowest)
	}
}

// A client that asks and never reads holds up nobody but itself.
func TestClientsThatDoNotRead(t *testing.T) {
	t.Parallel()
	n, a := settled(t, config(t))
	address := n.listener.Addr().String()
	for range 50 {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		for range 100 { // or as many as the server takes
			if _, err := fmt.Fprintf(conn, "GET /%s/.well-known/jwks.json HTTP/1.1\r\nHost: %s\r\n\r\n", a.poolID, address); err != nil {
				break
			}
		}
	}
	n.signIn(t, a, ada, adaPassword)
}
