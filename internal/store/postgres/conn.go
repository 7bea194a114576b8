package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/cenote-auth/cenote/internal/store/sqlstore"
)

// txTime is how long a transaction may take. After it the connection counts as
// lost: a peer that vanished does not answer, and would be waited for forever.
const txTime = 30 * time.Second

const (
	beginUpdate = `BEGIN ISOLATION LEVEL READ COMMITTED`
	beginView   = `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY`
)

// tx is one transaction on a connection of the pool. Statements are not
// interrupted when the caller goes away: that would cost the connection.
type tx struct {
	conn     *pgxpool.Conn
	ctx      context.Context // the caller's, without its end
	begin    string          // sent with the first statement; then ""
	conflict bool            // a statement lost against another transaction
}

var _ sqlstore.Conn = (*tx)(nil)

// start takes a connection from the pool for a transaction.
func (s *Store) start(ctx context.Context, begin string) (*tx, error) {
	c, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	t := &tx{conn: c, ctx: context.WithoutCancel(ctx), begin: begin}
	if err := c.Conn().PgConn().Conn().SetDeadline(time.Now().Add(s.txTime)); err != nil {
		c.Release()
		return nil, fmt.Errorf("connect: %w", err)
	}
	return t, nil
}

// end rolls back what was not committed and gives the connection back.
func (t *tx) end() {
	c := t.conn.Conn()
	if !c.IsClosed() && c.PgConn().TxStatus() != 'I' {
		// Release closes a connection that is still in a transaction.
		_, _ = c.Exec(t.ctx, `ROLLBACK`)
	}
	if !c.IsClosed() {
		_ = c.PgConn().Conn().SetDeadline(time.Time{})
	}
	t.conn.Release()
}

// Exec runs a statement and returns how many rows it wrote.
func (t *tx) Exec(_ context.Context, sql string, args ...any) (int64, error) {
	if t.begin != "" {
		b := t.first(sql, args)
		defer b.Close()
		if _, err := b.Exec(); err != nil {
			return 0, t.failed(err)
		}
		tag, err := b.Exec()
		if err == nil {
			err = b.Close()
		}
		return tag.RowsAffected(), t.failed(err)
	}
	tag, err := t.conn.Conn().Exec(t.ctx, sql, args...)
	return tag.RowsAffected(), t.failed(err)
}

// Query runs a statement and calls fn for each row.
func (t *tx) Query(_ context.Context, fn func(sqlstore.Row) error, sql string, args ...any) error {
	if t.begin != "" {
		b := t.first(sql, args)
		defer b.Close()
		if _, err := b.Exec(); err != nil {
			return t.failed(err)
		}
		rows, err := b.Query()
		if err := t.each(rows, err, fn); err != nil {
			return err
		}
		return t.failed(b.Close())
	}
	rows, err := t.conn.Conn().Query(t.ctx, sql, args...)
	return t.each(rows, err, fn)
}

// first sends BEGIN and a statement in one go.
func (t *tx) first(sql string, args []any) pgx.BatchResults {
	var b pgx.Batch
	b.Queue(t.begin)
	b.Queue(sql, args...)
	t.begin = ""
	return t.conn.Conn().SendBatch(t.ctx, &b)
}

// each calls fn for each of rows.
func (t *tx) each(rows pgx.Rows, err error, fn func(sqlstore.Row) error) error {
	if err != nil {
		return t.failed(err)
	}
	defer rows.Close()
	var r row
	for rows.Next() {
		r = rows.RawValues()
		if err := fn(r); err != nil {
			return err
		}
	}
	return t.failed(rows.Err())
}

// failed notes whether err means that another transaction won.
func (t *tx) failed(err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && (e.Code == serializationFailure || e.Code == deadlockDetected) {
		t.conflict = true
	}
	return err
}

// row holds the values of a row in the binary format.
type row [][]byte

func (r row) Int(column int) int64   { return int64(binary.BigEndian.Uint64(r[column])) }
func (r row) Text(column int) string { return string(r[column]) }

func (r row) Bytes(column int) []byte {
	if len(r[column]) == 0 {
		return nil
	}
	return append([]byte(nil), r[column]...)
}
