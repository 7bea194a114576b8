package token

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Session is a sign-in whose tokens are good: a family that is neither revoked
// nor over.
type Session struct {
	ID       string // the family's name
	ClientID string
	Began    time.Time
	Agent    Agent // who used it last
}

// familiesRead is how many families are read at a time.
const familiesRead = 200

// Sessions returns the sessions of a user in the order of their ids, up to limit
// of those after one of them.
func (t *Tokens) Sessions(ctx context.Context, tokens store.TokenReader, u *pool.User, after string, limit int) ([]Session, error) {
	var list []Session
	for {
		rows, err := tokens.TokenFamilies(ctx, u.PoolKey, u.Sub, store.Page{After: after, Limit: familiesRead})
		if err != nil {
			return nil, fmt.Errorf("read the sessions of a user: %w", err)
		}
		for _, row := range rows {
			if t.good(row, u) {
				list = append(list, Session{row.Family, row.ClientID, row.AuthTime, AgentOf(row)})
			}
			if len(list) == limit {
				return list, nil
			}
			after = row.Family
		}
		if len(rows) < familiesRead {
			return list, nil
		}
	}
}

// SessionsAPage is how many sessions are listed at a time.
const SessionsAPage = 125

// SessionPage returns the sessions of a user that come after a page token, ""
// for the first, and the token of the next page or "". InvalidParameter for
// text that is no page token.
func (t *Tokens) SessionPage(ctx context.Context, tokens store.TokenReader, u *pool.User, page string) (list []Session, next string, err error) {
	if page != "" && uuid.Validate(page) != nil {
		return nil, "", keyring.ErrPage
	}
	list, err = t.Sessions(ctx, tokens, u, page, SessionsAPage+1)
	if len(list) > SessionsAPage {
		list = list[:SessionsAPage]
		next = list[SessionsAPage-1].ID
	}
	return list, next, err
}

// EndSession revokes a session of a user, or returns NotFound if the user has
// none with that id.
func (t *Tokens) EndSession(ctx context.Context, tx store.Tx, u *pool.User, id string) error {
	row, err := tx.LatestToken(ctx, u.PoolKey, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("read a session: %w", err)
	}
	if err != nil || row.Sub != u.Sub || !row.Revoked.IsZero() || !t.good(row, u) {
		return pool.E(pool.NotFound, "Session does not exist.")
	}
	if err := tx.RevokeFamily(ctx, u.PoolKey, id, t.now()); err != nil {
		return fmt.Errorf("revoke a session: %w", err)
	}
	return nil
}

// MakeRoom ends the sessions of a user that were used longest ago, if they are
// so many that one more is more than the pool allows. Nobody adds one to them
// until the transaction ends.
func (t *Tokens) MakeRoom(ctx context.Context, tx store.Tx, p *pool.Pool, u *pool.User) error {
	if _, err := tx.LockAttempt(ctx, p.Key, u.Sub, "sessions"); err != nil { // one at a time
		return fmt.Errorf("lock the sessions of a user: %w", err)
	}
	list, err := t.Sessions(ctx, tx, u, "", math.MaxInt)
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b Session) int { return a.Agent.Used.Compare(b.Agent.Used) })
	for _, old := range list[:max(0, len(list)-p.Sessions.Most()+1)] {
		if err := tx.RevokeFamily(ctx, p.Key, old.ID, t.now()); err != nil {
			return fmt.Errorf("end a session of too many: %w", err)
		}
	}
	return nil
}

// good reports whether a row that is not revoked still serves u.
func (t *Tokens) good(row store.RefreshToken, u *pool.User) bool {
	return row.Generation >= u.TokenGeneration && t.now().Before(row.Expires)
}
