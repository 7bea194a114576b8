package sqlstore

import (
	"testing"
	"testing/synctest"
)

func TestCallsAreWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c Calls
		for range 2 {
			if err := c.Enter(); err != nil {
				t.Fatal(err)
			}
		}
		closed := false
		go func() { closed = c.Close() }()
		synctest.Wait()
		if err := c.Enter(); err == nil {
			t.Error("a call came in while the store was closing")
		}
		if c.Close() {
			t.Error("a second Close is a first one")
		}
		c.Leave()
		synctest.Wait()
		if closed {
			t.Error("Close has not waited for the second of two calls")
		}
		c.Leave()
		synctest.Wait()
		if !closed {
			t.Error("Close waits for nobody")
		}
	})
}
