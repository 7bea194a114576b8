package postgres

import (
	"context"
	"time"
)

// Dialect is how the schema is spelt here.
var Dialect = dialect

// Patient returns options for transactions that take so long at most.
func Patient(o Options, txTime time.Duration) Options {
	o.txTime = txTime
	return o
}

// Value returns the single text that sql selects on a connection of s.
func (s *Store) Value(ctx context.Context, sql string) (v string, err error) {
	err = s.pool.QueryRow(ctx, sql).Scan(&v)
	return v, err
}
