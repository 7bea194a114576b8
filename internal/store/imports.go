package store

import (
	"context"

	"github.com/cenote-auth/cenote/internal/pool"
)

// ImportPart is some lines of the file of an import.
type ImportPart struct {
	Number int64 // from 0
	Line   int64 // number of its first line in the file; the header is line 1
	Sealed []byte
}

// ImportReader reads imports.
type ImportReader interface {
	// Import returns an import of a pool, or ErrNotFound.
	Import(ctx context.Context, poolKey int64, id string) (*pool.Import, error)
	// Imports returns a pool's imports in the order of their ids. Page.After
	// is an id.
	Imports(ctx context.Context, poolKey int64, p Page) ([]*pool.Import, error)
	// RunningImport returns the import of a pool that is Pending, InProgress
	// or Stopping, or ErrNotFound.
	RunningImport(ctx context.Context, poolKey int64) (*pool.Import, error)
	// CountImports returns how many imports a pool has.
	CountImports(ctx context.Context, poolKey int64) (int64, error)
	// ImportPart returns a part of a file, or ErrNotFound.
	ImportPart(ctx context.Context, poolKey int64, id, upload string, number int64) (ImportPart, error)
}

// ImportWriter changes imports.
type ImportWriter interface {
	// CreateImport adds i, which does not run yet, or returns ErrExists if the
	// pool has its ID; ErrNotFound if the pool is gone, whose row is held until
	// the transaction ends.
	CreateImport(ctx context.Context, i *pool.Import) error
	// UpdateImport writes the status and the details of i. It writes only if
	// the row still has i.Version: otherwise, also when it is gone, it returns
	// ErrConflict, and Update runs the transaction again. An import begins to
	// run by StartImport alone.
	UpdateImport(ctx context.Context, i *pool.Import) error
	// StartImport is UpdateImport for an import that begins to run. ErrExists
	// if another one of its pool does; the pool's row is held until the
	// transaction ends, and it is ErrConflict if that is gone.
	StartImport(ctx context.Context, i *pool.Import) error
	// AddImportPart adds a part of the file that an upload brings.
	AddImportPart(ctx context.Context, poolKey int64, id, upload string, p ImportPart) error
	// DeleteImportPart removes a part that was worked on, if it is there.
	DeleteImportPart(ctx context.Context, poolKey int64, id, upload string, number int64) error
	// ClearImport deletes up to limit parts of the file of an import, of
	// whichever upload, and returns how many it deleted.
	ClearImport(ctx context.Context, poolKey int64, id string, limit int) (int, error)
}
