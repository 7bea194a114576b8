package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// An outage is a fault of what a server stands on, under load: while it lasts
// requests may fail, each with a request id; before and after it none does, and
// what was acknowledged is there.
type outage struct {
	server     *server
	begin, end func()
	lasts      time.Duration
}

const (
	outageClients = 6
	outageCalm    = time.Second // before and after
	longestFault  = 5 * time.Second
)

// test returns what clients were told, and were told right.
func (o outage) test(t *testing.T) *ledger {
	t.Helper()
	s := o.server
	at := &door{caller: newCaller(t, "the server", s.endpoint, outageClients+2)}
	l := &load{t: t, server: s}
	var over atomic.Bool
	var all sync.WaitGroup
	for i := range outageClients {
		c := &client{load: l, doors: []*door{at}}
		all.Go(func() { c.live(fmt.Sprint("client-", i), func() bool { return !over.Load() }) })
	}
	time.Sleep(outageCalm)
	before := l.writes.Load()
	at.mayFail.Store(true)
	o.begin()
	took := failing(t, at.caller, s)
	time.Sleep(o.lasts)
	failed := l.failed.Load()
	o.end()
	s.awaitWorking(t, at.caller)
	at.mayFail.Store(false)
	time.Sleep(outageCalm)
	over.Store(true)
	all.Wait()
	facts := l.ledger.check(t, s, at.caller, 1)
	t.Logf("%d acknowledged writes (%d before the outage), %d faults and %d calls without an answer, one answered in %v; %d facts checked",
		l.writes.Load(), before, l.failed.Load(), l.lost.Load(), took.Round(time.Microsecond), facts)
	if before == 0 || failed == 0 || l.lost.Load() > 0 {
		t.Errorf("%d writes before, %d faults, %d calls without an answer; want some, some, none", before, failed, l.lost.Load())
	}
	if id, _ := l.fault.Load().(string); strings.Count(s.output.String(), id) != 1 {
		t.Errorf("the log names the request %q that failed %d times, want once", id, strings.Count(s.output.String(), id))
	}
	return &l.ledger
}

// failing returns how long a call takes that fails, and fails the test where
// none does or it takes too long.
func failing(t *testing.T, c *caller, s *server) time.Duration {
	t.Helper()
	for deadline := time.Now().Add(startTime); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		began := time.Now()
		out, err := c.call("SignUp", signUp(s, fmt.Sprintf("fault-%d@example.com", began.UnixNano()), passwordMark+"-fault"))
		took := time.Since(began)
		if err != nil {
			t.Fatalf("a call during the outage: %v", err)
		}
		if out.ok() {
			continue
		}
		if out.status != 500 || out.exception != "InternalErrorException" || out.message != "" || len(out.requestID) != 36 {
			t.Errorf("a call during the outage: %v with request id %q, want 500 InternalErrorException with one", out, out.requestID)
		}
		if took > longestFault {
			t.Errorf("a call during the outage took %v, want %v at most", took, longestFault)
		}
		if res, err := http.Get(s.endpoint + "/_cenote/health"); err != nil || res.StatusCode != http.StatusOK {
			t.Errorf("health during the outage: %v, %v; want 200", res, err)
		}
		return took
	}
	t.Fatal("the outage did not begin")
	return 0
}

// awaitWorking returns when the server signs people up again.
func (s *server) awaitWorking(t *testing.T, c *caller) {
	t.Helper()
	s.awaitReady(t)
	s.await(t, "sign anybody up again", func() bool {
		out, err := c.call("SignUp", signUp(s, fmt.Sprintf("again-%d@example.com", time.Now().UnixNano()), passwordMark+"-again"))
		return err == nil && out.ok()
	})
}

// The database goes away as by a loss of power, and comes back.
func TestTheDatabaseIsGone(t *testing.T) {
	t.Parallel()
	p := ownPostgres(t)
	s := start(t, t.TempDir(), "--database", p.url(), "--fixed-code", fixedCode)
	outage{s, func() { p.crash(t) }, func() { p.start(t) }, time.Second}.test(t)
}
