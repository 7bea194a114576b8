package imports

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Options are the parts of a Service. All but Wake are required.
type Options struct {
	Store     store.Store
	Keyring   *keyring.Keyring
	Passwords *credential.Passwords
	Now       func() time.Time
	Log       *slog.Logger // of what became of files
	UploadURL string       // where files are sent, with a token behind it
	Wake      func()       // tells the runner of jobs that one was added
}

// Service is safe for concurrent use.
type Service struct {
	Options
	maxRows int64 // of a file
}

// New returns a Service made of o.
func New(o Options) *Service { return &Service{o, pool.MaxImportRows} }

// now is the time that rows carry: the wire has milliseconds.
func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

// Job is an import as its administrator sees it.
type Job struct {
	pool.Import
	PoolID string
	URL    string // where its file is sent
}

func (s *Service) shown(p *pool.Pool, i *pool.Import) Job {
	return Job{Import: *i, PoolID: p.ID, URL: s.UploadURL + s.token(i)}
}

// NewJob is what an administrator asks for.
type NewJob struct {
	PoolID    string
	Name      string
	RoleARN   string
	Algorithm string // PasswordHashingAlgorithm; "" for a file without passwords
}

// Create makes a job. Errors: NotFound for the pool, LimitExceeded.
func (s *Service) Create(ctx context.Context, n NewJob) (j Job, err error) {
	i := &pool.Import{ID: newID(), Status: pool.ImportCreated, Created: s.now()}
	i.Name, i.RoleARN, i.Algorithm = n.Name, n.RoleARN, n.Algorithm
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := directory.Pool(ctx, tx, n.PoolID)
		if err != nil {
			return err
		}
		i.PoolKey = p.Key
		err = tx.CreateImport(ctx, i)
		if errors.Is(err, store.ErrNotFound) {
			return directory.NoPool(n.PoolID)
		}
		if err != nil {
			return err
		}
		count, err := tx.CountImports(ctx, p.Key)
		if err != nil {
			return err
		}
		if count > pool.MaxImports {
			return pool.E(pool.LimitExceeded, "The maximum number of import jobs of this user pool has been reached.")
		}
		j = s.shown(p, i)
		return tx.AddJob(ctx, expiry(i))
	})
	return j, wrap("create import", err)
}

// wrap says what was being done, of an error that is none for the caller.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// newID returns import- and ten letters or digits.
func newID() string { return "import-" + rand.Text()[:10] }

// Describe returns a job, or NotFound.
func (s *Service) Describe(ctx context.Context, poolID, id string) (j Job, err error) {
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		p, i, err := s.find(ctx, snap, poolID, id)
		if err == nil {
			j = s.shown(p, i)
		}
		return err
	})
	return j, wrap("describe import", err)
}

// find returns a pool and a job of it as it is now, or NotFound.
func (s *Service) find(ctx context.Context, snap store.Snapshot, poolID, id string) (*pool.Pool, *pool.Import, error) {
	p, err := directory.Pool(ctx, snap, poolID)
	if err != nil {
		return nil, nil, err
	}
	i, err := snap.Import(ctx, p.Key, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, pool.E(pool.NotFound, "User import job "+id+" does not exist.")
	}
	if err != nil {
		return nil, nil, err
	}
	i.Expire(s.now())
	return p, i, nil
}

// Header returns the columns of a file for a pool, or NotFound.
func (s *Service) Header(ctx context.Context, poolID string) (columns []string, err error) {
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		p, err := directory.Pool(ctx, snap, poolID)
		if err == nil {
			columns = p.ImportHeader()
		}
		return err
	})
	return columns, wrap("header of imports", err)
}

// Start has a job run whose file is there. Errors: NotFound, and
// PreconditionNotMet for a job that cannot, or while another one of the pool
// runs.
func (s *Service) Start(ctx context.Context, poolID, id string) (j Job, err error) {
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		p, i, err := s.find(ctx, tx, poolID, id)
		if err != nil {
			return err
		}
		if err := i.CheckStart(p); err != nil {
			return err
		}
		i.Status, i.Started = pool.ImportPending, s.now()
		err = tx.StartImport(ctx, i)
		if errors.Is(err, store.ErrExists) {
			return pool.E(pool.PreconditionNotMet, "Another user import job is running in this user pool.")
		}
		if err != nil {
			return err
		}
		j = s.shown(p, i)
		return tx.AddJob(ctx, running(i, s.now()))
	})
	if err == nil && s.Wake != nil {
		s.Wake()
	}
	return j, wrap("start import", err)
}

// Stop has a job that runs end soon. Who was added stays. Errors: NotFound,
// PreconditionNotMet.
func (s *Service) Stop(ctx context.Context, poolID, id string) (j Job, err error) {
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		p, i, err := s.find(ctx, tx, poolID, id)
		if err != nil {
			return err
		}
		if err := i.Stop(); err != nil {
			return err
		}
		j = s.shown(p, i)
		return tx.UpdateImport(ctx, i)
	})
	return j, wrap("stop import", err)
}
