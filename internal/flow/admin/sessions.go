package admin

import (
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// SessionsOptions are the parts of Sessions. All are required.
type SessionsOptions struct {
	Store  store.Store
	Tokens *token.Tokens
}

// Sessions is what an administrator does with the sign-ins of users. It is safe
// for concurrent use.
type Sessions struct{ o SessionsOptions }

// NewSessions returns Sessions made of o.
func NewSessions(o SessionsOptions) *Sessions { return &Sessions{o} }

// List returns the sessions of a user that come after a page token, and the
// token of the next page or "". Errors: NotFound, UserNotFound,
// OperationNotEnabled where the pool does not track sessions, InvalidParameter
// for the page token.
func (s *Sessions) List(ctx context.Context, poolID, name, page string) (list []token.Session, next string, err error) {
	err = s.o.Store.View(ctx, func(snap store.Snapshot) error {
		u, err := tracked(ctx, snap, poolID, name)
		if err != nil {
			return err
		}
		list, next, err = s.o.Tokens.SessionPage(ctx, snap, u, page)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("list sessions: %w", err)
	}
	return list, next, nil
}

// End ends a session of a user. Errors are those of List, and NotFound for the
// session.
func (s *Sessions) End(ctx context.Context, poolID, name, id string) error {
	err := s.o.Store.Update(ctx, func(tx store.Tx) error {
		u, err := tracked(ctx, tx, poolID, name)
		if err != nil {
			return err
		}
		return s.o.Tokens.EndSession(ctx, tx, u, id)
	})
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// tracked returns a user of a pool that tracks sessions.
func tracked(ctx context.Context, snap store.Snapshot, poolID, name string) (*pool.User, error) {
	p, err := directory.Pool(ctx, snap, poolID)
	if err != nil {
		return nil, err
	}
	if err := p.CheckTracked(); err != nil {
		return nil, err
	}
	return directory.User(ctx, snap, p, name)
}
