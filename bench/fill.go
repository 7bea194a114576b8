package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/postgres"
	"github.com/cenote-auth/cenote/internal/store/sqlite"
)

// databaseFile is where the server keeps SQLite in its data folder, and
// filledFile a copy of it with the users and nothing else.
const (
	databaseFile = "cenote.db"
	filledFile   = "filled.db"
)

func openStore(ctx context.Context, path, database string) (store.Store, error) {
	if database != "" {
		return postgres.Open(ctx, database, postgres.Options{})
	}
	return sqlite.Open(ctx, path, sqlite.Options{})
}

// fill writes the users into the database of s, whose server is not running.
// They are as real as those who signed up: each has a verifier of its own.
func fill(ctx context.Context, s *site) (err error) {
	st, err := openStore(ctx, filepath.Join(s.dir, databaseFile), s.database)
	if err != nil {
		return err
	}
	defer func() {
		if closed := st.Close(); err == nil {
			err = closed
		}
	}()
	master, err := keyring.LoadMaster(s.dir)
	if err != nil {
		return err
	}
	keys, err := keyring.Open(ctx, st, master, time.Now)
	if err != nil {
		return err
	}
	var p *pool.Pool
	err = st.View(ctx, func(snap store.Snapshot) (err error) {
		p, err = snap.Pool(ctx, s.poolID)
		return err
	})
	if err != nil {
		return err
	}
	const batch = 500
	passwords := credential.NewPasswords(keys)
	for first := 0; first < s.users; first += batch {
		if err := fillBatch(ctx, st, p, passwords, first, min(first+batch, s.users)); err != nil {
			return fmt.Errorf("write users: %w", err)
		}
	}
	seeds := totp.New(keys)
	for first := 0; first < s.second; first += batch {
		if err := fillCautious(ctx, st, p, passwords, seeds, first, min(first+batch, s.second)); err != nil {
			return fmt.Errorf("write users with a second factor: %w", err)
		}
	}
	return nil
}

func fillBatch(ctx context.Context, st store.Store, p *pool.Pool, passwords *credential.Passwords, first, end int) error {
	var users []*pool.User
	for i := first; i < end; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		u, err := makeUser(ctx, p, passwords, username(i))
		if err != nil {
			return err
		}
		users = append(users, u)
	}
	return st.Update(ctx, func(tx store.Tx) error {
		for _, u := range users {
			if err := directory.Create(ctx, tx, p, u, false, false); err != nil {
				return err
			}
		}
		return nil
	})
}

func makeUser(ctx context.Context, p *pool.Pool, passwords *credential.Passwords, name string) (*pool.User, error) {
	now := time.Now()
	u, err := directory.New(p, name, map[string]string{"email": name + "@example.com", "email_verified": "true", "name": "Ada " + name}, now)
	if err != nil {
		return nil, err
	}
	u.Status, u.PasswordSet = pool.Confirmed, now
	u.SealedPassword, err = passwords.Make(ctx, p, u, password)
	return u, err
}
