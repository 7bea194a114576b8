package imports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// The kinds of the jobs behind an import: one that adds its users, and one that
// ends it when nobody starts it.
const (
	KindImport = "import"
	KindExpire = "expire-import"
)

// maxTold is how many rows of a file the log names that were not taken.
const maxTold = 100

// state is what the steps must know.
type state struct {
	Import string `json:"import"`
}

func newJob(kind string, i *pool.Import, due time.Time) store.Job {
	text, err := json.Marshal(state{i.ID})
	if err != nil {
		panic(err) // it is a string
	}
	return store.Job{ID: fmt.Sprintf("%s:%d:%s", kind, i.PoolKey, i.ID), Kind: kind, PoolKey: i.PoolKey, State: text, Due: due}
}

func running(i *pool.Import, now time.Time) store.Job { return newJob(KindImport, i, now) }

func expiry(i *pool.Import) store.Job {
	return newJob(KindExpire, i, i.Created.Add(pool.ImportLifetime))
}

// Step is the step of KindImport: it works on one part of the file, or ends the
// import, or deletes some of what is left of the file.
func (s *Service) Step(ctx context.Context, j store.Job) (next []byte, done bool, err error) {
	i, p, err := s.look(ctx, j)
	switch {
	case errors.Is(err, store.ErrNotFound): // its pool was deleted
		return nil, true, nil
	case err != nil:
		return nil, false, err
	case !i.Running():
		done, err = s.clear(ctx, i)
	case i.Status == pool.ImportStopping:
		err = s.end(ctx, i, func(i *pool.Import) {
			i.End(pool.ImportStopped, "The user import job was stopped.", s.now())
		})
	default:
		err = s.advance(ctx, p, i)
	}
	return j.State, done, err
}

// Expire is the step of KindExpire.
func (s *Service) Expire(ctx context.Context, j store.Job) (next []byte, done bool, err error) {
	i, _, err := s.look(ctx, j)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, true, nil
	case err != nil:
		return nil, false, err
	case i.Running():
		return nil, true, nil
	case i.Waiting(s.now()):
		return nil, false, errors.New("expire import: it is not time yet")
	case i.Status == pool.ImportCreated:
		err = s.end(ctx, i, func(i *pool.Import) { i.Expire(s.now()) })
	default:
		done, err = s.clear(ctx, i)
	}
	return j.State, done, err
}

// look reads the import of a job and its pool.
func (s *Service) look(ctx context.Context, j store.Job) (i *pool.Import, p *pool.Pool, err error) {
	var st state
	if err := json.Unmarshal(j.State, &st); err != nil {
		return nil, nil, fmt.Errorf("import: %w", err)
	}
	err = s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if p, err = snap.PoolByKey(ctx, j.PoolKey); err != nil {
			return err
		}
		i, err = snap.Import(ctx, j.PoolKey, st.Import)
		return err
	})
	return i, p, err
}

// clear deletes some of the parts that are left. It reports whether none is.
func (s *Service) clear(ctx context.Context, i *pool.Import) (done bool, err error) {
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		n, err := tx.ClearImport(ctx, i.PoolKey, i.ID, clearParts)
		done = n < clearParts
		return err
	})
	return done, err
}

// errMoved: the import is not what it was when the step began.
var errMoved = errors.New("import: somebody else went on")

// change runs do in a transaction in which the import is still what i is, and
// writes it. Where it is not the step did nothing, and the next one looks again.
func (s *Service) change(ctx context.Context, i *pool.Import, do func(store.Tx, *pool.Import) error) (after *pool.Import, err error) {
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		now, err := tx.Import(ctx, i.PoolKey, i.ID)
		if errors.Is(err, store.ErrNotFound) || err == nil && now.Version != i.Version {
			return errMoved
		}
		if err != nil {
			return err
		}
		if err := do(tx, now); err != nil {
			return err
		}
		after = now
		return tx.UpdateImport(ctx, now)
	})
	if errors.Is(err, errMoved) {
		return nil, nil
	}
	return after, err
}

func (s *Service) end(ctx context.Context, i *pool.Import, do func(*pool.Import)) error {
	after, err := s.change(ctx, i, func(_ store.Tx, now *pool.Import) error { do(now); return nil })
	if err != nil || after == nil {
		return err
	}
	s.Log.LogAttrs(ctx, slog.LevelInfo, "user import ended", slog.String("import", i.ID), slog.String("status", string(after.Status)),
		slog.Int64("imported", after.Imported), slog.Int64("skipped", after.Skipped), slog.Int64("failed", after.Failed))
	return nil
}

// advance adds the users of the next part, or ends the import after the last.
func (s *Service) advance(ctx context.Context, p *pool.Pool, i *pool.Import) error {
	rows, err := p.ImportRows(i.Header, i.Algorithm != "")
	switch {
	case errors.Is(err, pool.ErrImportHeader):
		return s.end(ctx, i, func(i *pool.Import) { i.End(pool.ImportFailed, pool.ErrImportHeader.Message, s.now()) })
	case err != nil:
		return err
	case i.Done == i.Parts:
		return s.end(ctx, i, func(i *pool.Import) { i.Complete(s.now()) })
	}
	b := &batch{s: s, pool: p, job: i, rows: rows}
	if err := b.read(ctx); err != nil {
		return err
	}
	after, err := s.change(ctx, i, func(tx store.Tx, now *pool.Import) error { return b.write(ctx, tx, now) })
	if err == nil && after != nil {
		b.tell(ctx)
	}
	return err
}

// lines returns the lines of the next part of the file, and the number of the
// first.
func (s *Service) lines(ctx context.Context, i *pool.Import) (list []string, first int64, err error) {
	var part store.ImportPart
	err = s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		part, err = snap.ImportPart(ctx, i.PoolKey, i.ID, i.Upload, i.Done)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read part %d of import: %w", i.Done, err)
	}
	text, err := s.Keyring.Open(keyring.Import, part.Sealed, partContext(i.PoolKey, i.ID, i.Upload, i.Done)...)
	if err != nil {
		return nil, 0, fmt.Errorf("open part %d of import: %w", i.Done, err)
	}
	return strings.Split(string(text), "\n"), part.Line, nil
}
