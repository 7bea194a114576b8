package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/sqlstore"
)

// Options tune a Store. The zero value is right for a server.
type Options struct {
	// Readers is the number of connections for Views; if zero, twice the
	// processors and at least 4.
	Readers int

	// Grouped, if not nil, is told of each group of Updates that was committed
	// or given up: how many it had, and how long the writer was at it. It must
	// not wait.
	Grouped func(size int, took time.Duration)

	vfs     string // file system layer of tests
	pragmas string // what tests set on the writer beside ours
}

// busyTimeout is how long a statement waits for a lock of a backup or of a
// person with the sqlite3 program.
const busyTimeout = 10 * time.Second

var dialect = sqlstore.Dialect{Key: "INTEGER PRIMARY KEY AUTOINCREMENT", Text: "TEXT", Bytes: "BLOB"}

// Store is a store.Store in one SQLite file.
type Store struct {
	lock    *os.File
	readers readers
	all     []*conn
	writer  *writer
	calls   sqlstore.Calls
}

var _ store.Store = (*Store)(nil)

// Open opens the database at path, or makes it, and brings its schema up to
// date. It fails when another process has it open, and with ErrSchema when a
// newer release wrote it.
func Open(ctx context.Context, path string, opt Options) (_ *Store, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if opt.Readers == 0 {
		opt.Readers = max(4, 2*runtime.GOMAXPROCS(0))
	}
	s := &Store{readers: readers{taken: make(chan struct{}, opt.Readers)}}
	if s.lock, err = lockFile(path + ".lock"); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := s.open(ctx, path, opt); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), s.release())
	}
	go s.writer.loop()
	return s, nil
}

func (s *Store) open(ctx context.Context, path string, opt Options) error {
	// Made here so that only its owner can read it: SQLite gives the WAL the
	// same mode.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	cache := sqlstore.NewCache()
	w, err := s.connect(path, opt, writerPragmas+opt.pragmas)
	if err != nil {
		return err
	}
	if err := migrate(ctx, w); err != nil {
		return err
	}
	s.writer = newWriter(w, sqlstore.NewTx(w, cache, sqlstore.Alone))
	s.writer.grouped = opt.Grouped
	for range opt.Readers {
		c, err := s.connect(path, opt, readerPragmas)
		if err != nil {
			return err
		}
		s.readers.idle = append(s.readers.idle, &reader{c, sqlstore.NewTx(c, cache, sqlstore.Reading)})
	}
	return nil
}

// writerPragmas make every commit wait for the disk. The WAL is written back
// every 4,000 pages (16 MiB), so that pages which many commits touch are
// written once.
const writerPragmas = `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
	PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;
	PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;`

const readerPragmas = `PRAGMA query_only = ON; PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY;`

func (s *Store) connect(path string, opt Options, pragmas string) (*conn, error) {
	flags := sqlite.OpenReadWrite
	if opt.vfs != "" {
		flags |= sqlite.OpenURI
		path = "file:" + path + "?vfs=" + opt.vfs
	}
	raw, err := sqlite.OpenConn(path, flags)
	if err != nil {
		return nil, err
	}
	c := newConn(raw)
	s.all = append(s.all, c)
	raw.SetBusyTimeout(busyTimeout)
	return c, c.script(pragmas)
}

// migrate brings the schema up to date in one transaction.
func migrate(ctx context.Context, c *conn) error {
	if err := c.script(`BEGIN IMMEDIATE`); err != nil {
		return err
	}
	if err := sqlstore.Migrate(ctx, c, dialect, c.script); err != nil {
		return errors.Join(err, c.script(`ROLLBACK`))
	}
	return c.script(`COMMIT`)
}

// View runs fn in a read transaction.
func (s *Store) View(ctx context.Context, fn func(store.Snapshot) error) error {
	if err := s.calls.Enter(); err != nil {
		return err
	}
	defer s.calls.Leave()
	if err := ctx.Err(); err != nil {
		return err
	}
	r, err := s.readers.take(ctx)
	if err != nil {
		return err
	}
	defer s.readers.put(r)
	if _, err := r.conn.Exec(ctx, `BEGIN`); err != nil {
		return fmt.Errorf("begin view: %w", err)
	}
	defer r.conn.Exec(ctx, `ROLLBACK`) // it wrote nothing
	return fn(r.tx)
}

// Update has the writer run fn in its next group and waits for the commit.
func (s *Store) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := s.calls.Enter(); err != nil {
		return err
	}
	defer s.calls.Leave()
	return s.writer.do(ctx, fn)
}

// Ping answers nil when the database can be read.
func (s *Store) Ping(ctx context.Context) error {
	return s.View(ctx, func(tx store.Snapshot) error {
		if _, err := tx.Meta(ctx, "ping"); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return nil
	})
}

// Close waits for what is running and closes the database. It may be called
// again.
func (s *Store) Close() error {
	if first := s.calls.Close(); !first {
		return nil
	}
	s.writer.stop()
	return s.release()
}

// release closes connections and the lock. The writer goes last, so that it
// writes the WAL back and removes it.
func (s *Store) release() error {
	var errs []error
	for i := len(s.all) - 1; i >= 0; i-- {
		errs = append(errs, s.all[i].c.Close())
	}
	return errors.Join(append(errs, s.lock.Close())...)
}
