package store

import (
	"context"
	"time"
)

// BacklogLimit is how many rows of a kind Backlog counts at most.
const BacklogLimit = 10_000

// Backlog is the work that waits.
type Backlog struct {
	Messages int64     // to be sent; those held for the inbox, given up or to nobody do not count
	Oldest   time.Time // when the longest waiting of them was made; zero without one
	Jobs     int64     // due
	Failing  int64     // jobs whose last step failed, due or not
}

// BacklogReader says how much work waits.
type BacklogReader interface {
	// Backlog counts what waits at now, up to BacklogLimit of each.
	Backlog(ctx context.Context, now time.Time) (Backlog, error)
}
