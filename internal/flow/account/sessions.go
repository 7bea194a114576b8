package account

import (
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Sessions are some of the sessions of a user.
type Sessions struct {
	List    []token.Session
	Current string // the id of the one that asks
	Next    string // the token of the next page, or ""
}

// Sessions returns the sessions of an access token's user, by any client, that
// come after a page token. Errors are those of token.VerifyAccess,
// OperationNotEnabled where the pool does not track sessions, and
// InvalidParameter for the page token.
func (s *Service) Sessions(ctx context.Context, accessToken, page string) (Sessions, error) {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return Sessions{}, err
	}
	if err := access.Pool.CheckTracked(); err != nil {
		return Sessions{}, err
	}
	found := Sessions{Current: access.Family}
	err = s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		found.List, found.Next, err = s.Tokens.SessionPage(ctx, snap, access.User, page)
		return err
	})
	if err != nil {
		return Sessions{}, fmt.Errorf("list sessions: %w", err)
	}
	return found, nil
}

// EndSession ends another session of an access token's user: NotFound if there
// is none, InvalidParameter for the one that asks, which signs itself out in
// another way.
func (s *Service) EndSession(ctx context.Context, accessToken, id string) error {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return err
	}
	if err := access.Pool.CheckTracked(); err != nil {
		return err
	}
	if id == access.Family {
		return pool.E(pool.InvalidParameter, "The current session cannot be revoked.")
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := access.Again(ctx, tx)
		if err != nil {
			return err
		}
		return s.Tokens.EndSession(ctx, tx, u, id)
	})
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}
