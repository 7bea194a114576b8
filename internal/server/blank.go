package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cenote-auth/cenote/internal/store/sqlite"
)

// BlankDatabase returns a SQLite database that has the schema and no data. As
// DatabaseFile in a new data folder it saves a start from making one, which is
// half of its work: for tests that start many servers.
func BlankDatabase(ctx context.Context) ([]byte, error) {
	dir, err := os.MkdirTemp("", "cenote-blank-*")
	if err != nil {
		return nil, fmt.Errorf("blank database: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, DatabaseFile)
	st, err := sqlite.Open(ctx, path, sqlite.Options{Readers: 1})
	if err != nil {
		return nil, fmt.Errorf("blank database: %w", err)
	}
	err = st.Close() // which leaves everything in the one file
	text, readErr := os.ReadFile(path)
	if err := errors.Join(err, readErr); err != nil {
		return nil, fmt.Errorf("blank database: %w", err)
	}
	return text, nil
}
