package sqlstore

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/cenote-auth/cenote/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Dialect is what the engines spell differently in the schema.
type Dialect struct {
	Key   string // type of an internal key that the database counts up and never uses again
	Text  string // type of text that is compared byte by byte
	Bytes string // type of bytes
}

// Migrate brings the schema to the version that this release knows, or
// returns ErrSchema when the database is beyond it. It runs in a transaction
// that holds a lock against other nodes; script runs a file of statements.
func Migrate(ctx context.Context, conn Conn, d Dialect, script func(sql string) error) error {
	if err := script(`CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)`); err != nil {
		return fmt.Errorf("create schema_version: %w", err)
	}
	have, err := version(ctx, conn)
	if err != nil {
		return err
	}
	steps, err := migrations()
	if err != nil {
		return err
	}
	if have > int64(len(steps)) {
		return fmt.Errorf("schema version %d, newest known %d: %w", have, len(steps), store.ErrSchema)
	}
	spell := strings.NewReplacer("{key}", d.Key, "{text}", d.Text, "{bytes}", d.Bytes)
	for i := have; i < int64(len(steps)); i++ {
		if err := script(spell.Replace(steps[i])); err != nil {
			return fmt.Errorf("migrate to schema version %d: %w", i+1, err)
		}
		if _, err := conn.Exec(ctx, `INSERT INTO schema_version (version) VALUES ($1)`, i+1); err != nil {
			return fmt.Errorf("write schema version: %w", err)
		}
	}
	return nil
}

// version returns the version of the schema, 0 for an empty database.
func version(ctx context.Context, conn Conn) (v int64, err error) {
	err = conn.Query(ctx, func(r Row) error { v = r.Int(0); return nil },
		`SELECT coalesce(max(version), 0) FROM schema_version`)
	if err != nil {
		return 0, fmt.Errorf("read schema version: %w", err)
	}
	return v, nil
}

// migrations returns the text of 0001_*.sql, 0002_*.sql, ... in order.
func migrations() ([]string, error) {
	entries, err := files.ReadDir("migrations")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	var names, texts []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	for i, name := range names {
		if !strings.HasPrefix(name, fmt.Sprintf("%04d_", i+1)) {
			return nil, fmt.Errorf("migration %q is not number %d", name, i+1)
		}
		text, err := files.ReadFile("migrations/" + name)
		if err != nil {
			return nil, fmt.Errorf("read migrations: %w", err)
		}
		texts = append(texts, string(text))
	}
	return texts, nil
}
