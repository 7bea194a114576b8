package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

// Conn runs statements of one transaction. An argument is an int64, a string,
// a []byte or nil; a nil []byte is NULL.
type Conn interface {
	// Exec runs a statement and returns how many rows it wrote.
	Exec(ctx context.Context, sql string, args ...any) (int64, error)
	// Query runs a statement and calls row for each row of its result, until
	// row returns an error. row must not run another statement.
	Query(ctx context.Context, row func(Row) error, sql string, args ...any) error
}

// Row is one row of a result. Columns count from 0. What it returns stays good.
type Row interface {
	Int(column int) int64
	Text(column int) string
	// Bytes returns nil for NULL and for no bytes at all.
	Bytes(column int) []byte
}

// Tx is a transaction or a snapshot over a Conn.
type Tx struct {
	conn  Conn
	cache *Cache
	mode  Mode
}

// Mode is what a Tx is for.
type Mode int

// The modes. Alone is Writing where the database lets one transaction write at
// a time, so that what was read stays as it is without being held.
const (
	Reading Mode = iota
	Writing
	Alone
)

var _ store.Tx = (*Tx)(nil)

// NewTx returns a transaction over conn, or a snapshot when mode is Reading.
// Rows that a transaction decodes are not remembered in cache, since it may
// be rolled back.
func NewTx(conn Conn, cache *Cache, mode Mode) *Tx {
	return &Tx{conn: conn, cache: cache, mode: mode}
}

// query runs a query, unless the caller of a snapshot has gone away.
func (t *Tx) query(ctx context.Context, row func(Row) error, sql string, args ...any) error {
	if t.mode == Reading {
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return t.conn.Query(ctx, row, sql, args...)
}

// one runs a query of at most one row. It returns ErrNotFound when there is none.
func (t *Tx) one(ctx context.Context, what string, row func(Row) error, sql string, args ...any) error {
	found := false
	err := t.query(ctx, func(r Row) error {
		found = true
		return row(r)
	}, sql, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if !found {
		return store.ErrNotFound
	}
	return nil
}

// all runs a query and collects what row makes of its rows.
func all[T any](ctx context.Context, t *Tx, what string, row func(Row) (T, error), sql string, args ...any) ([]T, error) {
	var list []T
	err := t.query(ctx, func(r Row) error {
		v, err := row(r)
		if err != nil {
			return err
		}
		list = append(list, v)
		return nil
	}, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return list, nil
}

// count runs a query of one number.
func (t *Tx) count(ctx context.Context, what, sql string, args ...any) (n int64, err error) {
	err = t.one(ctx, what, func(r Row) error { n = r.Int(0); return nil }, sql, args...)
	return n, err
}

// exec runs a statement whose count does not matter.
func (t *Tx) exec(ctx context.Context, what, sql string, args ...any) error {
	if _, err := t.conn.Exec(ctx, sql, args...); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// must runs a statement that has to write a row, and returns none when it
// does not.
func (t *Tx) must(ctx context.Context, what string, none error, sql string, args ...any) error {
	n, err := t.conn.Exec(ctx, sql, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if n == 0 {
		return none
	}
	return nil
}

// missed says why a row was not updated at its version: ErrNotFound if a count
// does not find it either, else ErrConflict.
func (t *Tx) missed(ctx context.Context, what, sql string, args ...any) error {
	n, err := t.count(ctx, what, sql, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return store.ErrNotFound
	}
	return store.ErrConflict
}

// micros is t as it is stored: microseconds UTC, 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is the time that micros stored.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// blob is b for a column that is never NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
