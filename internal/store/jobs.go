package store

import (
	"context"
	"time"
)

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
