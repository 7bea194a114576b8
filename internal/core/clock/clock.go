package clock

import (
	"math"
	"sync/atomic"
	"time"
)

// Clock is system time, or ahead of it by what Advance added. The zero Clock
// and a nil one are system time. It is safe for concurrent use.
type Clock struct{ ahead atomic.Int64 }

// New returns a clock that shows system time.
func New() *Clock { return new(Clock) }

// Now returns the time in UTC.
func (c *Clock) Now() time.Time {
	now := time.Now().UTC()
	if c == nil {
		return now
	}
	return now.Add(time.Duration(c.ahead.Load()))
}

// Offset returns how far the clock is ahead of system time.
func (c *Clock) Offset() time.Duration {
	if c == nil {
		return 0
	}
	return time.Duration(c.ahead.Load())
}

// Advance moves the clock forward by d. It never goes back: a d below zero
// does nothing. At 292 years ahead it stays. Not for a nil Clock.
func (c *Clock) Advance(d time.Duration) {
	for d > 0 {
		before := c.ahead.Load()
		after := before + int64(d)
		if after < before {
			after = math.MaxInt64
		}
		if c.ahead.CompareAndSwap(before, after) {
			return
		}
	}
}
