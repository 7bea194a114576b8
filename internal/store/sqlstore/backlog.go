package sqlstore

import (
	"context"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

// Backlog counts what waits at now.
func (t *Tx) Backlog(ctx context.Context, now time.Time) (b store.Backlog, err error) {
	err = t.one(ctx, "count messages", func(r Row) error {
		b.Messages, b.Oldest = r.Int(0), moment(r.Int(1))
		return nil
	}, `SELECT count(*), coalesce(min(created), 0) FROM (SELECT created FROM outbox WHERE due > 0 AND destination <> '' ORDER BY due, id LIMIT $1) w`,
		int64(store.BacklogLimit))
	if err != nil {
		return store.Backlog{}, err
	}
	b.Jobs, err = t.count(ctx, "count jobs", `SELECT count(*) FROM (SELECT 1 AS one FROM job WHERE due <= $1 LIMIT $2) w`,
		micros(now), int64(store.BacklogLimit))
	if err != nil {
		return store.Backlog{}, err
	}
	b.Failing, err = t.count(ctx, "count jobs that fail",
		`SELECT count(*) FROM (SELECT 1 AS one FROM job WHERE tries > 0 LIMIT $1) w`, int64(store.BacklogLimit))
	return b, err
}
