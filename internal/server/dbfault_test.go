package server

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// A cable lies between a server and its PostgreSQL. It can be slow, and cut.
type cable struct {
	url    string
	server string
	delay  atomic.Int64 // nanoseconds for each message to the database

	mu    sync.Mutex
	isCut bool
	ends  map[net.Conn]bool
}

func newCable(t *testing.T, address string) *cable {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	c := &cable{server: u.Host, ends: map[net.Conn]bool{}}
	u.Host = ln.Addr().String()
	c.url = u.String()
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go c.carry(conn)
		}
	}()
	return c
}

// plug takes part in the cable, until it is cut.
func (c *cable) plug(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.isCut {
		c.ends[conn] = true
	}
	return !c.isCut
}

func (c *cable) unplug(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.ends, conn)
	conn.Close()
}

func (c *cable) carry(client net.Conn) {
	defer c.unplug(client)
	if !c.plug(client) {
		return
	}
	server, err := net.Dial("tcp", c.server)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		defer client.Close()
		_, _ = io.Copy(client, server) // until somebody hangs up
	}()
	b := make([]byte, 1<<16)
	for {
		n, err := client.Read(b)
		if err != nil {
			return
		}
		time.Sleep(time.Duration(c.delay.Load()))
		if _, err := server.Write(b[:n]); err != nil {
			return
		}
	}
}

// cut hangs up on everybody; nobody gets through until it is mended.
func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isCut = true
	for conn := range c.ends {
		conn.Close()
	}
}

func (c *cable) mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isCut = false
}

// startOn starts a server whose PostgreSQL is at the end of a cable, with a
// person who is signed in, and returns the person's access token.
func startOn(t *testing.T) (n *node, c *cable, access string) {
	t.Helper()
	c = newCable(t, storetest.Postgres(t))
	config := config(t)
	config.DatabaseURL = withFewConns(t, c.url)
	n = start(t, config)
	n.signUp(t, n.firstApp(), ada, adaPassword)
	access = n.signIn(t, n.firstApp(), ada, adaPassword).at("AuthenticationResult", "AccessToken")
	return n, c, access
}

// goroutines returns the stacks of all but those of cables, once none come or
// go any more.
func goroutines() (stacks []string) {
	http.DefaultClient.CloseIdleConnections()
	buf := make([]byte, 4<<20)
	last, same := -1, 0
	for deadline := time.Now().Add(10 * time.Second); same < 20 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		stacks = stacks[:0]
		for stack := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if !strings.Contains(stack, "(*cable)") {
				stacks = append(stacks, stack)
			}
		}
		if same++; len(stacks) != last {
			last, same = len(stacks), 0
		}
	}
	return stacks
}

// wantNoMore fails the test unless there come to be no more goroutines than before.
func wantNoMore(t *testing.T, before int) {
	t.Helper()
	var now []string
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if now = goroutines(); len(now) <= before {
			return
		}
	}
	t.Errorf("%d goroutines, want the %d of before:\n%s", len(now), before, strings.Join(now, "\n\n"))
}

// burst makes n calls at once and returns how many were answered with each
// status; 0 stands for those whose caller went away before.
func burst(t *testing.T, n int, call func(i int) (int, error)) map[int]int {
	t.Helper()
	var mu sync.Mutex
	counts := map[int]int{}
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			status, err := call(i)
			if err != nil {
				status = 0
			}
			mu.Lock()
			defer mu.Unlock()
			counts[status]++
		})
	}
	all.Wait()
	return counts
}

// ask makes one of several calls that need the database.
func (n *node) ask(t *testing.T, ctx context.Context, i int, access string) (status int, err error) {
	operation, body := "GetUser", `{"AccessToken":"`+access+`"}`
	switch i % 3 {
	case 1:
		operation = "SignUp"
		body = fmt.Sprintf(`{"ClientId":%q,"Username":"%s@example.com","Password":%q}`, n.first.ClientID, uuid.NewString(), adaPassword)
	case 2:
		operation, body = "ListUsers", fmt.Sprintf(`{"UserPoolId":%q}`, n.first.ID)
	}
	res, err := http.DefaultClient.Do(n.request(t, operation, body).WithContext(ctx))
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	if res.StatusCode == http.StatusInternalServerError {
		if got := strings.TrimSpace(string(text)); got != `{"__type":"InternalErrorException"}` {
			t.Errorf("%s: a fault is told as %s", operation, got)
		}
		if id := res.Header.Get("X-Amzn-Requestid"); strings.Count(n.log.String(), id) != 1 {
			t.Errorf("%s: the log has not one line about request %q", operation, id)
		}
	}
	return res.StatusCode, nil
}

// Not parallel: it counts the goroutines of the whole process.
func TestASlowDatabase(t *testing.T) {
	n, c, access := startOn(t)
	before := len(goroutines())
	c.delay.Store(int64(15 * time.Millisecond))
	counts := burst(t, 60, func(i int) (int, error) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		if i%2 == 1 { // who does not wait
			ctx, cancel = context.WithTimeout(t.Context(), time.Duration(i)*2*time.Millisecond)
		}
		defer cancel()
		return n.ask(t, ctx, i, access)
	})
	if counts[http.StatusOK] < 30 || counts[0] == 0 || counts[http.StatusOK]+counts[0] != 60 {
		t.Errorf("answers by status: %v, want 200 for all who waited, and some who did not", counts)
	}
	c.delay.Store(0)
	for i := range 3 {
		if status, err := n.ask(t, t.Context(), i, access); err != nil || status != http.StatusOK {
			t.Errorf("once it is fast again: %d, %v", status, err)
		}
	}
	wantNoMore(t, before)
	if got := n.log.String(); strings.Contains(got, "level=ERROR") {
		t.Errorf("who went away is logged as a fault:\n%s", got)
	}
}

// Not parallel: it counts the goroutines of the whole process.
func TestADatabaseThatIsGone(t *testing.T) {
	n, c, access := startOn(t)
	before := len(goroutines())
	for range 3 {
		c.delay.Store(int64(5 * time.Millisecond)) // so that the cut meets some in the middle
		time.AfterFunc(50*time.Millisecond, c.cut)
		counts := burst(t, 60, func(i int) (int, error) {
			time.Sleep(time.Duration(i) * 2 * time.Millisecond)
			return n.ask(t, t.Context(), i, access)
		})
		if counts[http.StatusInternalServerError] == 0 || counts[http.StatusOK]+counts[http.StatusInternalServerError] != 60 {
			t.Errorf("answers by status: %v, want 200 and 500", counts)
		}
		if status, _ := n.get(t, "/_cenote/ready"); status != http.StatusServiceUnavailable {
			t.Errorf("ready without a database: %d, want 503", status)
		}
		if status, _ := n.get(t, "/_cenote/health"); status != http.StatusOK {
			t.Errorf("health without a database: %d, want 200", status)
		}
		c.delay.Store(0)
		c.mend()
		for i := range 12 {
			if status, err := n.ask(t, t.Context(), i, access); err != nil || status != http.StatusOK {
				t.Errorf("once it is back: %d, %v", status, err)
			}
		}
		if status, _ := n.get(t, "/_cenote/ready"); status != http.StatusOK {
			t.Errorf("ready once it is back: %d, want 200", status)
		}
	}
	wantNoMore(t, before)
}
