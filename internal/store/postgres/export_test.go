package postgres

import "context"

// Value returns the single text that sql selects on a connection of s.
func (s *Store) Value(ctx context.Context, sql string) (v string, err error) {
	err = s.pool.QueryRow(ctx, sql).Scan(&v)
	return v, err
}
