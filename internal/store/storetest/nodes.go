package storetest

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/cenote-auth/cenote/internal/store"
)

// Together returns a store that hands each call to the next of nodes, so that
// Run sees several nodes on one database at work.
func Together(nodes ...store.Store) store.Store { return &together{nodes: nodes} }

type together struct {
	nodes []store.Store
	calls atomic.Uint64
}

func (s *together) next() store.Store { return s.nodes[s.calls.Add(1)%uint64(len(s.nodes))] }

func (s *together) View(ctx context.Context, fn func(store.Snapshot) error) error {
	return s.next().View(ctx, fn)
}

func (s *together) Update(ctx context.Context, fn func(store.Tx) error) error {
	return s.next().Update(ctx, fn)
}

func (s *together) Ping(ctx context.Context) error { return s.next().Ping(ctx) }

func (s *together) Close() error {
	var errs []error
	for _, n := range s.nodes {
		errs = append(errs, n.Close())
	}
	return errors.Join(errs...)
}
