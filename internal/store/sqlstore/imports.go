package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const importColumns = `id, version, status, created, body`

func scanImport(poolKey int64) func(Row) (*pool.Import, error) {
	return func(r Row) (*pool.Import, error) {
		i := &pool.Import{
			PoolKey: poolKey, ID: r.Text(0), Version: r.Int(1), Status: pool.ImportStatus(r.Text(2)), Created: moment(r.Int(3)),
		}
		return i, decode("import", r.Text(4), &i.ImportDetails)
	}
}

func (t *Tx) oneImport(ctx context.Context, poolKey int64, sql string, args ...any) (i *pool.Import, err error) {
	err = t.one(ctx, "read import", func(r Row) (err error) { i, err = scanImport(poolKey)(r); return err }, sql, args...)
	return i, err
}

// Import returns an import of a pool.
func (t *Tx) Import(ctx context.Context, poolKey int64, id string) (*pool.Import, error) {
	return t.oneImport(ctx, poolKey, `SELECT `+importColumns+` FROM user_import WHERE pool_key = $1 AND id = $2`, poolKey, id)
}

// Imports returns a pool's imports in the order of their ids.
func (t *Tx) Imports(ctx context.Context, poolKey int64, p store.Page) ([]*pool.Import, error) {
	return all(ctx, t, "list imports", scanImport(poolKey),
		`SELECT `+importColumns+` FROM user_import WHERE pool_key = $1 AND id > $2 ORDER BY id LIMIT $3`, poolKey, p.After, int64(p.Limit))
}

const running = `('Pending', 'InProgress', 'Stopping')`

// RunningImport returns the import of a pool that runs.
func (t *Tx) RunningImport(ctx context.Context, poolKey int64) (*pool.Import, error) {
	return t.oneImport(ctx, poolKey,
		`SELECT `+importColumns+` FROM user_import WHERE pool_key = $1 AND status IN `+running, poolKey)
}

// CountImports returns how many imports a pool has.
func (t *Tx) CountImports(ctx context.Context, poolKey int64) (int64, error) {
	return t.count(ctx, "count imports", `SELECT count(*) FROM user_import WHERE pool_key = $1`, poolKey)
}

// CreateImport adds i.
func (t *Tx) CreateImport(ctx context.Context, i *pool.Import) error {
	if err := t.hold(ctx, i.PoolKey, ""); err != nil {
		return err
	}
	body, err := encode("import", i.ImportDetails)
	if err != nil {
		return err
	}
	return t.must(ctx, "create import", &store.ExistsError{Key: "import"},
		`INSERT INTO user_import (pool_key, `+importColumns+`) VALUES ($1, $2, 1, $3, $4, $5) ON CONFLICT DO NOTHING`,
		i.PoolKey, i.ID, string(i.Status), micros(i.Created), body)
}

// StartImport is UpdateImport for an import that begins to run. Whether another
// one does is looked up while the pool is held, so that nobody starts one meanwhile.
func (t *Tx) StartImport(ctx context.Context, i *pool.Import) error {
	err := t.hold(ctx, i.PoolKey, "")
	if errors.Is(err, store.ErrNotFound) {
		return store.ErrConflict
	}
	if err != nil {
		return err
	}
	_, err = t.RunningImport(ctx, i.PoolKey)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return t.UpdateImport(ctx, i)
	case err != nil:
		return err
	}
	return &store.ExistsError{Key: "running import"}
}

// UpdateImport writes the status and the details of i.
func (t *Tx) UpdateImport(ctx context.Context, i *pool.Import) error {
	body, err := encode("import", i.ImportDetails)
	if err != nil {
		return err
	}
	return t.must(ctx, "update import", store.ErrConflict,
		`UPDATE user_import SET version = version + 1, status = $4, body = $5 WHERE pool_key = $1 AND id = $2 AND version = $3`,
		i.PoolKey, i.ID, i.Version, string(i.Status), body)
}

// ImportPart returns a part of a file.
func (t *Tx) ImportPart(ctx context.Context, poolKey int64, id, upload string, number int64) (p store.ImportPart, err error) {
	err = t.one(ctx, "read part of import", func(r Row) error {
		p = store.ImportPart{Number: number, Line: r.Int(0), Sealed: r.Bytes(1)}
		return nil
	}, `SELECT line, sealed FROM user_import_part WHERE pool_key = $1 AND import_id = $2 AND upload = $3 AND number = $4`,
		poolKey, id, upload, number)
	return p, err
}

// AddImportPart adds a part of the file that an upload brings.
func (t *Tx) AddImportPart(ctx context.Context, poolKey int64, id, upload string, p store.ImportPart) error {
	return t.exec(ctx, "add part of import",
		`INSERT INTO user_import_part (pool_key, import_id, upload, number, line, sealed) VALUES ($1, $2, $3, $4, $5, $6)`,
		poolKey, id, upload, p.Number, p.Line, blob(p.Sealed))
}

// DeleteImportPart removes a part that was worked on.
func (t *Tx) DeleteImportPart(ctx context.Context, poolKey int64, id, upload string, number int64) error {
	return t.exec(ctx, "delete part of import",
		`DELETE FROM user_import_part WHERE pool_key = $1 AND import_id = $2 AND upload = $3 AND number = $4`,
		poolKey, id, upload, number)
}

// ClearImport deletes parts of the file of an import.
func (t *Tx) ClearImport(ctx context.Context, poolKey int64, id string, limit int) (int, error) {
	n, err := t.conn.Exec(ctx, `DELETE FROM user_import_part WHERE pool_key = $1 AND import_id = $2 AND (upload, number) IN
		(SELECT upload, number FROM user_import_part WHERE pool_key = $1 AND import_id = $2 LIMIT $3)`,
		poolKey, id, int64(limit))
	if err != nil {
		return 0, fmt.Errorf("clear import: %w", err)
	}
	return int(n), nil
}
