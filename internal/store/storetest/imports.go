package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func newImport(t *testing.T, s store.Store, key int64, id string) *pool.Import {
	t.Helper()
	i := &pool.Import{PoolKey: key, ID: id, Status: pool.ImportCreated, Created: noon}
	i.Name, i.RoleARN, i.Algorithm, i.Header = "everybody", "arn:aws:iam::123456789012:role/a", "BCRYPT", "email,name"
	i.Imported, i.Parts, i.Started = 3, 7, noon
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateImport(ctx, i) })
	i.Version = 1
	return i
}

func readImport(t *testing.T, s store.Store, key int64, id string) *pool.Import {
	t.Helper()
	return read(t, s, func(ctx context.Context, tx store.Snapshot) (*pool.Import, error) { return tx.Import(ctx, key, id) })
}

func testImport(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	i := newImport(t, s, key, "import-b")
	equal(t, "Import", *readImport(t, s, key, i.ID), *i)
	refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreateImport(ctx, i) })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.CreateImport(ctx, &pool.Import{PoolKey: key + 100, ID: "import-a", Created: noon})
	})
	absent(t, s, "Import", func(ctx context.Context, tx store.Snapshot) error { _, err := tx.Import(ctx, key, "none"); return err })
	absent(t, s, "RunningImport", func(ctx context.Context, tx store.Snapshot) error { _, err := tx.RunningImport(ctx, key); return err })

	stale := *i
	i.Status, i.Done, i.Message = pool.ImportPending, 2, "on its way"
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.StartImport(ctx, i) })
	i.Version++
	equal(t, "after a change", *readImport(t, s, key, i.ID), *i)
	refused(t, s, store.ErrConflict, func(ctx context.Context, tx store.Tx) error { return tx.UpdateImport(ctx, &stale) })
	running := read(t, s, func(ctx context.Context, tx store.Snapshot) (*pool.Import, error) { return tx.RunningImport(ctx, key) })
	equal(t, "RunningImport", *running, *i)

	newImport(t, s, key, "import-a")
	newImport(t, s, key, "import-c")
	list := read(t, s, func(ctx context.Context, tx store.Snapshot) ([]*pool.Import, error) {
		return tx.Imports(ctx, key, store.Page{After: "import-a", Limit: 1})
	})
	if len(list) != 1 || list[0].ID != "import-b" {
		t.Errorf("Imports = %v, want import-b alone", list)
	}
	if n := read(t, s, func(ctx context.Context, tx store.Snapshot) (int64, error) { return tx.CountImports(ctx, key) }); n != 3 {
		t.Errorf("CountImports = %d, want 3", n)
	}
	testImportParts(t, s, key, i.ID)
}

func testImportParts(t *testing.T, s store.Store, key int64, id string) {
	t.Helper()
	part := store.ImportPart{Number: 1, Line: 202, Sealed: []byte{1, 0, 2}}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for _, upload := range []string{"first", "second"} {
			for n := range int64(3) {
				part.Number = n
				if err := tx.AddImportPart(ctx, key, id, upload, part); err != nil {
					return err
				}
			}
		}
		return tx.DeleteImportPart(ctx, key, id, "second", 0)
	})
	got := read(t, s, func(ctx context.Context, tx store.Snapshot) (store.ImportPart, error) {
		return tx.ImportPart(ctx, key, id, "second", 2)
	})
	equal(t, "ImportPart", got, part)
	absent(t, s, "a part that was deleted", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.ImportPart(ctx, key, id, "second", 0)
		return err
	})
	for _, want := range []int{4, 1, 0} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			n, err := tx.ClearImport(ctx, key, id, 4)
			if n != want {
				t.Errorf("ClearImport = %d, want %d", n, want)
			}
			return err
		})
	}
}

func testOneImportRuns(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	const many = 8
	for n := range many {
		newImport(t, s, key, fmt.Sprint("import-", n))
	}
	won := race(t, many, func(n int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			i, err := tx.Import(t.Context(), key, fmt.Sprint("import-", n))
			if err != nil {
				return err
			}
			i.Status = pool.ImportPending
			return tx.StartImport(t.Context(), i)
		})
	}, store.ErrExists, store.ErrConflict)
	if won != 1 {
		t.Errorf("%d imports run, want 1", won)
	}
}

func testImportEndsWithPool(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	i := newImport(t, s, key, "import-a")
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for n := range int64(5) {
			if err := tx.AddImportPart(ctx, key, i.ID, "u", store.ImportPart{Number: n}); err != nil {
				return err
			}
		}
		return tx.RemovePool(ctx, key, noon)
	})
	total := 0
	for n := -1; n != 0; total += n {
		update(t, s, func(ctx context.Context, tx store.Tx) (err error) { n, err = tx.ClearPool(ctx, key, 40); return err })
	}
	if total != 6 {
		t.Errorf("ClearPool deleted %d rows, want 5 parts and an import", total)
	}
	refused(t, s, store.ErrConflict, func(ctx context.Context, tx store.Tx) error { return tx.StartImport(ctx, i) })
}
