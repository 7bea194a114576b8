package server

import (
	"context"
	"errors"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/accesskey"
	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/sqlite"
)

// AccessKey is an access key without its secret.
type AccessKey = accesskey.Key

// KeyScope is what an access key is good for.
type KeyScope = accesskey.Scope

// Keys are the access keys of a database, for operators.
type Keys struct {
	store store.Store
	keys  *accesskey.Keys
}

// OpenKeys opens the database of cenote serve that c names, and makes none. Of c
// it reads how to find it, and the master key. A running server on SQLite has
// its database to itself, one on PostgreSQL has not.
func OpenKeys(ctx context.Context, c Config) (*Keys, error) {
	if err := wantDatabase(c); err != nil {
		return nil, err
	}
	return OpenOrMakeKeys(ctx, c)
}

// OpenOrMakeKeys is OpenKeys for who is about to make a key: the database comes
// with it, if there is none.
func OpenOrMakeKeys(ctx context.Context, c Config) (*Keys, error) {
	now := clock.New()
	st, keys, err := openServed(ctx, c, now, "stop it before you look at or change access keys")
	if err != nil {
		return nil, err
	}
	return &Keys{st, accesskey.New(accesskey.Options{Store: st, Keyring: keys, Now: now.Now})}, nil
}

// openServed opens the database of cenote serve that c names, for an operator.
// Where a server on SQLite has it the error says what to do.
func openServed(ctx context.Context, c Config, now *clock.Clock, instead string) (store.Store, *keyring.Keyring, error) {
	c.Dev = false
	if err := c.checkDatabase(); err != nil {
		return nil, nil, err
	}
	st, keys, err := open(ctx, c, now)
	if errors.Is(err, sqlite.ErrInUse) {
		err = fmt.Errorf("%w: a server on SQLite shares it with nobody; %s", err, instead)
	}
	return st, keys, err
}

// Create makes a key for whoever is called name, by its id if that is empty,
// and returns it with its secret, which cannot be shown again.
func (k *Keys) Create(ctx context.Context, name string, scope KeyScope) (AccessKey, string, error) {
	if err := scope.Check(awsjson.SignedOperations()); err != nil {
		return AccessKey{}, "", err
	}
	return k.keys.Create(ctx, name, scope)
}

// List returns all keys in the order of their ids.
func (k *Keys) List(ctx context.Context) ([]AccessKey, error) { return k.keys.List(ctx) }

// Delete ends a key. Servers may take it for five seconds more.
func (k *Keys) Delete(ctx context.Context, id string) error {
	err := k.keys.Delete(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("there is no access key %q", id)
	}
	return err
}

// Close closes the database.
func (k *Keys) Close() error { return k.store.Close() }
