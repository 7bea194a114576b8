package sqlstore

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

const messageColumns = `id, pool_key, medium, destination, created, due, tries, sealed`

func scanMessage(r Row) (store.Message, error) {
	return store.Message{
		ID: r.Text(0), PoolKey: r.Int(1), Medium: r.Text(2), Destination: r.Text(3),
		Created: moment(r.Int(4)), Due: moment(r.Int(5)), Tries: int(r.Int(6)), Sealed: r.Bytes(7),
	}, nil
}

// Messages returns the newest messages first.
func (t *Tx) Messages(ctx context.Context, destination string, limit int) ([]store.Message, error) {
	if destination == "" {
		return all(ctx, t, "list messages", scanMessage,
			`SELECT `+messageColumns+` FROM outbox WHERE destination <> '' ORDER BY id DESC LIMIT $1`, int64(limit))
	}
	return all(ctx, t, "list messages", scanMessage,
		`SELECT `+messageColumns+` FROM outbox WHERE destination = $1 ORDER BY id DESC LIMIT $2`, destination, int64(limit))
}

// AddMessage adds m.
func (t *Tx) AddMessage(ctx context.Context, m store.Message) error {
	return t.must(ctx, "add message", &store.ExistsError{Key: "message"},
		`INSERT INTO outbox (`+messageColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING`,
		m.ID, m.PoolKey, m.Medium, m.Destination, micros(m.Created), micros(m.Due), int64(m.Tries), blob(m.Sealed))
}

// ClaimMessages returns up to limit messages that are due and puts them off.
// The outer condition is what keeps two nodes apart: a row that another node
// claimed meanwhile is judged again and left out.
func (t *Tx) ClaimMessages(ctx context.Context, medium string, now, lease time.Time, limit int) ([]store.Message, error) {
	args := []any{micros(now), micros(lease), int64(limit)}
	of := ""
	if medium != "" {
		of, args = ` AND medium = $4`, append(args, medium)
	}
	list, err := all(ctx, t, "claim messages", scanMessage,
		`UPDATE outbox SET due = $2 WHERE due > 0 AND due <= $1 AND id IN
			(SELECT id FROM outbox WHERE due > 0 AND due <= $1`+of+` ORDER BY due, id LIMIT $3)
		RETURNING `+messageColumns, args...)
	slices.SortFunc(list, func(a, b store.Message) int { return strings.Compare(a.ID, b.ID) })
	return list, err
}

// RetryMessage sets the next try of a message and counts the last one.
func (t *Tx) RetryMessage(ctx context.Context, id string, due time.Time) error {
	return t.exec(ctx, "retry message", `UPDATE outbox SET due = $2, tries = tries + 1 WHERE id = $1`, id, micros(due))
}

// DeleteMessage removes a message that was sent.
func (t *Tx) DeleteMessage(ctx context.Context, id string) error {
	return t.exec(ctx, "delete message", `DELETE FROM outbox WHERE id = $1`, id)
}
