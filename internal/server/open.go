package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/postgres"
	"github.com/cenote-auth/cenote/internal/store/sqlite"
)

// The mode of a database is written into it at its first start, so that what
// people try out and what they rely on never mix.
const (
	metaMode = "mode"
	modeDev  = "dev"
)

// databaseFile is the SQLite database in the data folder.
const databaseFile = "cenote.db"

// open opens the database of c and its keys. The database must be of our mode
// or new.
func open(ctx context.Context, c Config, now *clock.Clock) (store.Store, *keyring.Keyring, error) {
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("make the data folder: %w", err)
	}
	master, err := masterKey(c)
	if err != nil {
		return nil, nil, err
	}
	st, err := openStore(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	if err := stamp(ctx, st); err != nil {
		return nil, nil, errors.Join(err, st.Close())
	}
	keys, err := keyring.Open(ctx, st, master, now.Now)
	if err != nil {
		return nil, nil, errors.Join(err, st.Close())
	}
	return st, keys, nil
}

func masterKey(c Config) (seal.Key, error) {
	if c.MasterKey == "" {
		return keyring.LoadMaster(c.DataDir)
	}
	key, err := seal.ParseKey(c.MasterKey)
	if err != nil {
		return seal.Key{}, fmt.Errorf("master key: %w", err)
	}
	return key, nil
}

func openStore(ctx context.Context, c Config) (store.Store, error) {
	if c.DatabaseURL != "" {
		st, err := postgres.Open(ctx, c.DatabaseURL, postgres.Options{})
		if err != nil {
			return nil, err // not st, which would be a store that is not nil
		}
		return st, nil
	}
	st, err := sqlite.Open(ctx, filepath.Join(c.DataDir, databaseFile), sqlite.Options{})
	if err != nil {
		return nil, err
	}
	return st, nil
}

// stamp marks a new database as one of ours, and refuses another's.
func stamp(ctx context.Context, st store.Store) error {
	var mode string
	err := st.Update(ctx, func(tx store.Tx) (err error) {
		mode, err = tx.SetMetaOnce(ctx, metaMode, modeDev)
		return err
	})
	if err != nil {
		return fmt.Errorf("stamp the database: %w", err)
	}
	if mode != modeDev {
		return fmt.Errorf("the database belongs to cenote %s: cenote %s does not open it", mode, modeDev)
	}
	return nil
}
