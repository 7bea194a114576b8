package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/sqlstore"
)

// Options tune a Store. The zero value is right for a server.
type Options struct {
	// Conns is the largest number of connections; if zero, pool_max_conns of
	// the URL, or 24.
	Conns int

	txTime time.Duration // of a transaction, if that is not txTime; of tests
}

const defaultConns = 24

var dialect = sqlstore.Dialect{
	Key: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", Text: `TEXT COLLATE "C"`, Bytes: "BYTEA",
}

// Store is a store.Store in one PostgreSQL database.
type Store struct {
	pool   *pgxpool.Pool
	cache  *sqlstore.Cache
	txTime time.Duration
	calls  sqlstore.Calls
}

var _ store.Store = (*Store)(nil)

// Open connects to the database of url (postgres://...) and brings its schema
// up to date. It fails with ErrSchema when a newer release wrote it.
func Open(ctx context.Context, url string, opt Options) (*Store, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	switch {
	case opt.Conns != 0:
		config.MaxConns = int32(opt.Conns)
	case !strings.Contains(url, "pool_max_conns"):
		config.MaxConns = defaultConns
	}
	if config.ConnConfig.DefaultQueryExecMode != pgx.QueryExecModeCacheStatement {
		return nil, errors.New("open database: default_query_exec_mode must be cache_statement")
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "cenote"
	}
	config.AfterConnect = prepare
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := &Store{pool: pool, cache: sqlstore.NewCache(), txTime: cmp.Or(opt.txTime, txTime)}
	if err := s.migrate(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	return s, nil
}

// prepare sets up a new connection: a commit waits for the disk, whatever the
// server's default is, and the locks of a node that vanished in the middle of
// a transaction are not held for good.
func prepare(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false)
		WHERE current_setting('synchronous_commit') = 'off';
		SET idle_in_transaction_session_timeout = '60s'`)
	return err
}

// migrate brings the schema up to date in one transaction. Of nodes that start
// together one does it and the others wait.
func (s *Store) migrate(ctx context.Context) error {
	t, err := s.start(ctx, beginUpdate)
	if err != nil {
		return err
	}
	defer t.end()
	// Another node, or we, may take longer than a request may.
	if err := t.conn.Conn().PgConn().Conn().SetDeadline(time.Time{}); err != nil {
		return err
	}
	_, err = t.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('cenote schema ' || current_schema(), $1))`, int64(0))
	if err != nil {
		return fmt.Errorf("lock schema: %w", err)
	}
	script := func(sql string) error {
		_, err := t.conn.Conn().PgConn().Exec(t.ctx, sql).ReadAll()
		return err
	}
	if err := sqlstore.Migrate(ctx, t, dialect, script); err != nil {
		return err
	}
	return t.commit()
}

// View runs fn in a read-only transaction.
func (s *Store) View(ctx context.Context, fn func(store.Snapshot) error) error {
	if err := s.calls.Enter(); err != nil {
		return err
	}
	defer s.calls.Leave()
	t, err := s.start(ctx, beginView)
	if err != nil {
		return err
	}
	defer t.end()
	return fn(sqlstore.NewTx(t, s.cache, sqlstore.Reading))
}

// Ping answers nil when the database can be read.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.calls.Enter(); err != nil {
		return err
	}
	defer s.calls.Leave()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return s.pool.Ping(ctx)
}

// Close waits for what is running and closes the connections. It may be
// called again.
func (s *Store) Close() error {
	if first := s.calls.Close(); !first {
		return nil
	}
	s.pool.Close()
	return nil
}
