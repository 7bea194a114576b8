package clock_test

import (
	"math"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/clock"
)

// ahead returns how far c is ahead of system time, to the minute.
func ahead(c *clock.Clock) time.Duration { return time.Until(c.Now()).Round(time.Minute) }

func TestNow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*clock.Clock{"nil": nil, "zero": {}, "new": clock.New()} {
		if got := ahead(c); got != 0 {
			t.Errorf("%s clock is %v ahead, want 0", name, got)
		}
		if got := c.Now().Location(); got != time.UTC {
			t.Errorf("%s clock is in %v, want UTC", name, got)
		}
	}
}

func TestAdvance(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		steps []time.Duration
		want  time.Duration
	}{
		{"steps add up", []time.Duration{25 * time.Hour, time.Hour}, 26 * time.Hour},
		{"it does not go back", []time.Duration{time.Hour, -3 * time.Hour}, time.Hour},
		{"it stays at the longest duration", []time.Duration{math.MaxInt64, time.Hour}, time.Duration(math.MaxInt64).Round(time.Minute)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := clock.New()
			for _, d := range tt.steps {
				c.Advance(d)
			}
			if got := ahead(c); got != tt.want {
				t.Errorf("ahead by %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAdvanceFromManySides(t *testing.T) {
	t.Parallel()
	c := clock.New()
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			c.Advance(time.Hour)
			c.Now()
		})
	}
	wg.Wait()
	if got := ahead(c); got != 100*time.Hour {
		t.Errorf("ahead by %v, want 100h", got)
	}
}
