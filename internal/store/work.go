package store

import (
	"context"
	"time"
)

// Message is a mail or text message on its way. Body is sealed. One without a
// destination goes to nobody: it is only there to cost what others cost.
type Message struct {
	ID          string // UUID version 7: sorts by time
	PoolKey     int64
	Medium      string // EMAIL or SMS, or FUNCTION for a custom sender
	Destination string
	Created     time.Time
	Due         time.Time // next try; zero: kept for the inbox, never sent
	Tries       int
	Sealed      []byte // subject, body and code under the key "message"
}

// OutboxReader reads messages.
type OutboxReader interface {
	// Messages returns the newest messages first, at most limit; destination
	// "" means all but those to nobody.
	Messages(ctx context.Context, destination string, limit int) ([]Message, error)
}

// OutboxWriter keeps messages until they are sent.
type OutboxWriter interface {
	// AddMessage adds m, or returns ErrExists if its ID is taken.
	AddMessage(ctx context.Context, m Message) error
	// ClaimMessages returns up to limit messages that are due, of one medium or
	// of all for "", and puts each off until lease, so that no other node sends
	// it meanwhile. They come in the order of their ids.
	ClaimMessages(ctx context.Context, medium string, now, lease time.Time, limit int) ([]Message, error)
	// RetryMessage sets the next try of a message and counts the last one;
	// a zero due gives it up and keeps it. No error if it is gone.
	RetryMessage(ctx context.Context, id string, due time.Time) error
	// DeleteMessage removes a message that was sent, if it is there.
	DeleteMessage(ctx context.Context, id string) error
}

// Job is work that outlives a request: small steps, one runner at a time over
// all nodes.
type Job struct {
	ID      string
	Kind    string
	PoolKey int64
	State   []byte // what the next step must know, as JSON
	Due     time.Time
	Tries   int // failed steps in a row
}

// JobReader reads jobs.
type JobReader interface {
	// Jobs returns all jobs in the order of their ids, at most limit.
	Jobs(ctx context.Context, limit int) ([]Job, error)
}

// JobWriter keeps jobs.
type JobWriter interface {
	// AddJob adds j; a job of that ID that is there stays as it is.
	AddJob(ctx context.Context, j Job) error
	// HastenJob makes a job due at due if it is due after latest, and leaves it
	// as it is otherwise.
	HastenJob(ctx context.Context, id string, latest, due time.Time) error
	// ClaimJob returns a job that is due and puts it off until lease, or
	// ErrNotFound when none is due.
	ClaimJob(ctx context.Context, now, lease time.Time) (Job, error)
	// SaveJob writes State, Due and Tries of a job that is due at held: the
	// lease of ClaimJob, or what was saved since. Otherwise another runner has
	// claimed the job since then, or ended it, and it returns ErrNotFound.
	SaveJob(ctx context.Context, j Job, held time.Time) error
	// DeleteJob removes a job that is done and due at held, or returns
	// ErrNotFound as SaveJob does.
	DeleteJob(ctx context.Context, id string, held time.Time) error
}

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
