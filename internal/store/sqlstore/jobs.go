package sqlstore

import (
	"context"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

const jobColumns = `id, kind, pool_key, state, due, tries`

func scanJob(r Row) (store.Job, error) {
	return store.Job{
		ID: r.Text(0), Kind: r.Text(1), PoolKey: r.Int(2), State: r.Bytes(3), Due: moment(r.Int(4)), Tries: int(r.Int(5)),
	}, nil
}

// Jobs returns jobs in the order of their ids.
func (t *Tx) Jobs(ctx context.Context, limit int) ([]store.Job, error) {
	return all(ctx, t, "list jobs", scanJob, `SELECT `+jobColumns+` FROM job ORDER BY id LIMIT $1`, int64(limit))
}

// AddJob adds j; a job of that ID that is there stays as it is.
func (t *Tx) AddJob(ctx context.Context, j store.Job) error {
	return t.exec(ctx, "add job",
		`INSERT INTO job (`+jobColumns+`) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
		j.ID, j.Kind, j.PoolKey, blob(j.State), micros(j.Due), int64(j.Tries))
}

// HastenJob makes a job due at due that is due after latest.
func (t *Tx) HastenJob(ctx context.Context, id string, latest, due time.Time) error {
	return t.exec(ctx, "hasten job", `UPDATE job SET due = $3 WHERE id = $1 AND due > $2`, id, micros(latest), micros(due))
}

// ClaimJob returns a job that is due and puts it off until lease. As with
// messages the outer condition keeps two nodes apart.
func (t *Tx) ClaimJob(ctx context.Context, now, lease time.Time) (job store.Job, err error) {
	err = t.one(ctx, "claim job", func(r Row) (err error) { job, err = scanJob(r); return err },
		`UPDATE job SET due = $2 WHERE due <= $1 AND id IN
			(SELECT id FROM job WHERE due <= $1 ORDER BY due, id LIMIT 1)
		RETURNING `+jobColumns, micros(now), micros(lease))
	return job, err
}

// SaveJob writes State, Due and Tries of a job that is held.
func (t *Tx) SaveJob(ctx context.Context, j store.Job, held time.Time) error {
	return t.must(ctx, "save job", store.ErrNotFound,
		`UPDATE job SET state = $3, due = $4, tries = $5 WHERE id = $1 AND due = $2`,
		j.ID, micros(held), blob(j.State), micros(j.Due), int64(j.Tries))
}

// DeleteJob removes a job that is done and held.
func (t *Tx) DeleteJob(ctx context.Context, id string, held time.Time) error {
	return t.must(ctx, "delete job", store.ErrNotFound, `DELETE FROM job WHERE id = $1 AND due = $2`, id, micros(held))
}
