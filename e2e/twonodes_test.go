package e2e

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"
)

// Two nodes are under load and one is killed: at the other no request fails,
// and all that either has acknowledged is there, for the other and for the
// killed one when it is back.
func TestOneOfTwoNodesIsKilled(t *testing.T) {
	if os.Getenv("CENOTE_TEST_POSTGRES") == "" {
		t.Skip("CENOTE_TEST_POSTGRES is not set; scripts/with-postgres sets it")
	}
	const clients, calm, after = 12, 1500 * time.Millisecond, 2 * time.Second
	a, b := twoNodes(t)
	dies := &door{caller: newCaller(t, "the node that dies", a.endpoint, clients)}
	lives := &door{caller: newCaller(t, "the node that lives", b.endpoint, clients)}
	l := &load{t: t, server: b.server}
	end := time.Now().Add(calm + after)
	var all sync.WaitGroup
	for i := range clients {
		c := &client{load: l, doors: []*door{lives}}
		if i%2 == 0 {
			c.doors = []*door{dies, lives}
		}
		all.Go(func() { c.live(fmt.Sprint("client-", i), func() bool { return time.Now().Before(end) }) })
	}
	time.Sleep(calm)
	dies.mayFail.Store(true)
	before := l.writes.Load()
	a.kill()
	all.Wait()

	began := time.Now()
	facts := l.ledger.check(t, b.server, lives.caller, 1)
	a.again(t)
	facts += l.ledger.check(t, a.server, newCaller(t, "the node that is back", a.endpoint, clients), 5)
	t.Logf("%d lives, %d acknowledged writes (%d before the kill), %d calls without an answer; %d facts checked in %v",
		l.lives.Load(), l.writes.Load(), before, l.lost.Load(), facts, time.Since(began).Round(time.Millisecond))
	if l.lost.Load() == 0 || before == 0 || l.writes.Load() == before {
		t.Error("the kill met no call, or nothing went on after it: the test proves nothing")
	}
}
