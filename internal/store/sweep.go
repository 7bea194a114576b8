package store

import (
	"context"
	"time"
)

// Sweeper deletes what nobody needs any more.
type Sweeper interface {
	// Sweep deletes up to limit rows that nobody needs after now and returns
	// how many it deleted: codes, spent sign-ins and conversations when they
	// expire; refresh tokens a day later, since access tokens may ask for their
	// family until then; counts of attempts that are not locked, a day after
	// Since; events 90 days after they happened, which is a choice of ours;
	// messages a week after they were made, sent or not, and those to nobody at
	// once; and what transactions that were open when a pool was removed wrote
	// into it, for a day.
	Sweep(ctx context.Context, now time.Time, limit int) (int, error)
}
