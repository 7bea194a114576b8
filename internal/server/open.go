package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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
const metaMode = "mode"

// DatabaseFile is the name of the SQLite database in the data folder.
const DatabaseFile = "cenote.db"

// open opens the database of c and its keys. The database must be of our mode
// or new.
func open(ctx context.Context, c Config, now *clock.Clock) (store.Store, *keyring.Keyring, error) {
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("make the data folder: %w", err)
	}
	master, made, err := masterKey(c)
	if err != nil {
		return nil, nil, err
	}
	st, err := openStore(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	if err := stamp(ctx, st, c.mode().name); err != nil {
		return nil, nil, errors.Join(err, st.Close())
	}
	keys, err := keyring.Open(ctx, st, master, now.Now)
	if errors.Is(err, keyring.ErrMaster) && made {
		path := filepath.Join(c.DataDir, keyring.MasterFile)
		// What was made here must not be taken for the one that was lost.
		err = errors.Join(fmt.Errorf("%s is missing: the database opens with the one that was made with it alone", path), os.Remove(path))
	}
	if err != nil {
		return nil, nil, errors.Join(err, st.Close())
	}
	return st, keys, nil
}

// wantDatabase returns an error where there is no SQLite database yet, for who
// has nothing to do with a new one.
func wantDatabase(c Config) error {
	if c.DataDir == "" || c.DatabaseURL != "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(c.DataDir, DatabaseFile)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database in %s", c.DataDir)
	}
	return nil
}

// masterKey returns the key over all secrets, and whether it was made just now.
// One that is made here must last as long as the database does: beside SQLite that
// is so, and beside PostgreSQL people who rely on it have to see to that.
func masterKey(c Config) (key seal.Key, made bool, err error) {
	if c.MasterKey == "" {
		key, err = keyring.ReadMaster(c.DataDir)
		switch {
		case !errors.Is(err, fs.ErrNotExist):
			return key, false, err
		case c.Dev || c.DatabaseURL == "":
			key, err = keyring.LoadMaster(c.DataDir)
			return key, true, err
		}
		return seal.Key{}, false, fmt.Errorf("there is no master key: set CENOTE_MASTER_KEY to 32 random bytes in base64 (openssl rand -base64 32), "+
			"the same on every node, or put them into %s", filepath.Join(c.DataDir, keyring.MasterFile))
	}
	key, err = seal.ParseKey(c.MasterKey)
	if err != nil {
		return seal.Key{}, false, fmt.Errorf("master key: %w", err)
	}
	return key, false, nil
}

func openStore(ctx context.Context, c Config) (store.Store, error) {
	if c.DatabaseURL != "" {
		st, err := postgres.Open(ctx, c.DatabaseURL, postgres.Options{})
		if err != nil {
			return nil, err // not st, which would be a store that is not nil
		}
		return st, nil
	}
	o := sqlite.Options{}
	if c.metrics != nil {
		o.Grouped = c.metrics.Group
	}
	st, err := sqlite.Open(ctx, filepath.Join(c.DataDir, DatabaseFile), o)
	if err != nil {
		return nil, err
	}
	return st, nil
}

// stamp marks a new database as one of ours, and refuses another's.
func stamp(ctx context.Context, st store.Store, ours string) error {
	var mode string
	err := st.Update(ctx, func(tx store.Tx) (err error) {
		mode, err = tx.SetMetaOnce(ctx, metaMode, ours)
		return err
	})
	if err != nil {
		return fmt.Errorf("stamp the database: %w", err)
	}
	if mode != ours {
		return fmt.Errorf("the database belongs to cenote %s: cenote %s does not open it", mode, ours)
	}
	return nil
}
