package token_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// counter is a store that counts the reads of signing keys, and fails them
// while it is told to.
type counter struct {
	store.Store
	keyReads atomic.Int64
	failing  atomic.Bool
}

var errDisk = errors.New("the disk is on fire")

func (c *counter) View(ctx context.Context, fn func(store.Snapshot) error) error {
	return c.Store.View(ctx, func(snap store.Snapshot) error { return fn(counted{snap, c}) })
}

type counted struct {
	store.Snapshot
	counter *counter
}

// Pool refuses the text that PostgreSQL does not take.
func (s counted) Pool(ctx context.Context, id string) (*pool.Pool, error) {
	if strings.ContainsRune(id, 0) {
		return nil, errDisk
	}
	return s.Snapshot.Pool(ctx, id)
}

// Client refuses the text that PostgreSQL does not take.
func (s counted) Client(ctx context.Context, id string) (*pool.Client, *pool.Pool, error) {
	if strings.ContainsRune(id, 0) {
		return nil, nil, errDisk
	}
	return s.Snapshot.Client(ctx, id)
}

func (s counted) SigningKeys(ctx context.Context, poolKey int64) ([]store.SigningKey, error) {
	s.counter.keyReads.Add(1)
	if s.counter.failing.Load() {
		return nil, errDisk
	}
	return s.Snapshot.SigningKeys(ctx, poolKey)
}
