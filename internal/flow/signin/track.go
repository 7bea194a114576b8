package signin

import (
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/store"
)

// makeRoom ends as many of the oldest sessions of who as one more needs room,
// where sessions are tracked.
func (s *Service) makeRoom(ctx context.Context, tx store.Tx, who person) error {
	if !who.pool.Sessions.Tracked {
		return nil
	}
	return s.Tokens.MakeRoom(ctx, tx, who.pool, who.user)
}

// used notes in the row of a refresh token that it was used, where sessions are
// tracked.
func (s *Service) used(ctx context.Context, grant token.Grant, row store.RefreshToken) error {
	if !grant.Pool.Sessions.Tracked {
		return nil
	}
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		return tx.SetTokenAgent(ctx, row.PoolKey, row.Hash, token.NewAgent(grant.Origin, s.Now()))
	})
	if err != nil {
		return fmt.Errorf("note the use of a refresh token: %w", err)
	}
	return nil
}
