package sqlstore

import (
	"errors"
	"sync"
)

var errClosed = errors.New("store is closed")

// Calls counts the calls that are inside a store, so that it can be closed
// when the last has left. The zero Calls lets everybody in.
type Calls struct {
	mu     sync.RWMutex // guards closed, and inside against it
	closed bool
	inside sync.WaitGroup
}

// Enter lets a call in until Leave, or returns an error once the store closes.
func (c *Calls) Enter() error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.closed {
		return errClosed
	}
	c.inside.Add(1)
	return nil
}

// Leave ends a call that Enter let in.
func (c *Calls) Leave() { c.inside.Done() }

// Close lets nobody in any more and waits for those who are inside. It returns
// false, at once, where it was called before.
func (c *Calls) Close() (first bool) {
	c.mu.Lock()
	first = !c.closed
	c.closed = true
	c.mu.Unlock()
	if first {
		c.inside.Wait()
	}
	return first
}
