package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/sqlstore"
)

// The error codes of PostgreSQL that are looked at.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	completionUnknown    = "40003" // of distributed engines
)

// maxPause is the longest that Update waits between two tries.
const maxPause = 100 * time.Millisecond

// Update runs fn in a transaction, again when another one won.
func (s *Store) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := s.calls.Enter(); err != nil {
		return err
	}
	defer s.calls.Leave()
	for try := 1; ; try++ {
		again, err := s.once(ctx, fn)
		if !again {
			return err
		}
		if try == store.MaxTries {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
}

// pause waits before the next try: up to 2, 4, 8, ... milliseconds.
func pause(ctx context.Context, try int) error {
	timer := time.NewTimer(rand.N(min(time.Millisecond<<try, maxPause)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// once runs fn in a transaction and commits. again says that nothing of it is
// there and that another try may go better.
func (s *Store) once(ctx context.Context, fn func(store.Tx) error) (again bool, err error) {
	t, err := s.start(ctx, beginUpdate)
	if err != nil {
		return false, err
	}
	defer t.end()
	err = fn(sqlstore.NewTx(t, s.cache, sqlstore.Writing))
	if t.conn.Conn().IsClosed() { // before the commit, so nothing is there
		return true, errors.Join(errLost, err)
	}
	if err == nil {
		err = t.commit()
	}
	switch {
	case err == nil, errors.Is(err, store.ErrUnknown):
		return false, err
	case errors.Is(err, store.ErrConflict):
		return true, err
	case t.conflict:
		return true, fmt.Errorf("%w: %w", store.ErrConflict, err)
	}
	return false, err
}

var (
	errLost       = errors.New("connection lost")
	errRolledBack = errors.New("commit: the database rolled the transaction back")
)

// commit ends the transaction. When the answer does not come, or the server
// says good-bye instead, nobody knows whether it was done. (SafeToRetry of
// pgconn is no help: it also holds for a connection that was lost while the
// answer was waited for.)
func (t *tx) commit() error {
	if t.begin != "" {
		return nil // no statement was run
	}
	tag, err := t.conn.Conn().Exec(t.ctx, `COMMIT`)
	if err == nil {
		if tag.String() == "ROLLBACK" {
			return errRolledBack
		}
		return nil
	}
	t.failed(err)
	e, answered := errors.AsType[*pgconn.PgError](err)
	if answered && severity(e) == "ERROR" && e.Code != completionUnknown {
		return fmt.Errorf("commit: %w", err)
	}
	return fmt.Errorf("%w: %w", store.ErrUnknown, err)
}

// severity is the severity of an error in English, whatever the server speaks.
func severity(e *pgconn.PgError) string {
	if e.SeverityUnlocalized != "" {
		return e.SeverityUnlocalized
	}
	return e.Severity
}
