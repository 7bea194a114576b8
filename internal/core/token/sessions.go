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
// nor over, at a client that is still there.
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
func (t *Tokens) Sessions(ctx context.Context, snap store.Snapshot, u *pool.User, after string, limit int) ([]Session, error) {
	list, _, err := t.sessions(ctx, snap, u, after, limit)
	return list, err
}

// sessions is Sessions, with the families that a sign-out everywhere has voided and
// that are not marked so yet.
func (t *Tokens) sessions(
	ctx context.Context, snap store.Snapshot, u *pool.User, after string, limit int,
) (list []Session, void []string, err error) {
	clients := clientsRead{}
	for {
		rows, err := snap.TokenFamilies(ctx, u.PoolKey, u.Sub, store.Page{After: after, Limit: familiesRead})
		if err != nil {
			return nil, nil, fmt.Errorf("read the sessions of a user: %w", err)
		}
		for _, row := range rows {
			good, err := t.good(ctx, snap, clients, row, u)
			if err != nil {
				return nil, nil, err
			}
			if good {
				list = append(list, Session{row.Family, row.ClientID, row.AuthTime, AgentOf(row)})
			}
			if row.Generation < u.TokenGeneration {
				void = append(void, row.Family)
			}
			if len(list) == limit {
				return list, void, nil
			}
			after = row.Family
		}
		if len(rows) < familiesRead {
			return list, void, nil
		}
	}
}

// SessionsAPage is how many sessions are listed at a time.
const SessionsAPage = 125

// SessionPage returns the sessions of a user that come after a page token, ""
// for the first, and the token of the next page or "". InvalidParameter for
// text that is no page token.
func (t *Tokens) SessionPage(ctx context.Context, snap store.Snapshot, u *pool.User, page string) (list []Session, next string, err error) {
	if page != "" && uuid.Validate(page) != nil {
		return nil, "", keyring.ErrPage
	}
	list, err = t.Sessions(ctx, snap, u, page, SessionsAPage+1)
	if len(list) > SessionsAPage {
		list = list[:SessionsAPage]
		next = list[SessionsAPage-1].ID
	}
	return list, next, err
}

var errNoSession = pool.E(pool.NotFound, "Session does not exist.")

// EndSession revokes a session of a user, or returns NotFound if the user has
// none with that id.
func (t *Tokens) EndSession(ctx context.Context, tx store.Tx, u *pool.User, id string) error {
	row, err := tx.LatestToken(ctx, u.PoolKey, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("read a session: %w", err)
	}
	if err != nil || row.Sub != u.Sub || !row.Revoked.IsZero() {
		return errNoSession
	}
	good, err := t.good(ctx, tx, clientsRead{}, row, u)
	if err != nil {
		return err
	}
	if !good {
		return errNoSession
	}
	if err := tx.RevokeFamily(ctx, u.PoolKey, id, t.now()); err != nil {
		return fmt.Errorf("revoke a session: %w", err)
	}
	return nil
}

// MakeRoom ends the sessions of a user that were used longest ago, if they are
// so many that one more is more than the pool allows. Nobody adds one to them
// until the transaction ends. Those that are void are marked so: the next time
// they are not looked at.
func (t *Tokens) MakeRoom(ctx context.Context, tx store.Tx, p *pool.Pool, u *pool.User) error {
	if _, err := tx.LockAttempt(ctx, p.Key, u.Sub, "sessions"); err != nil { // one at a time
		return fmt.Errorf("lock the sessions of a user: %w", err)
	}
	list, over, err := t.sessions(ctx, tx, u, "", math.MaxInt)
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b Session) int { return a.Agent.Used.Compare(b.Agent.Used) })
	for _, old := range list[:max(0, len(list)-p.Sessions.Most()+1)] {
		over = append(over, old.ID)
	}
	for _, family := range over {
		if err := tx.RevokeFamily(ctx, p.Key, family, t.now()); err != nil {
			return fmt.Errorf("end a session of too many: %w", err)
		}
	}
	return nil
}

// clientsRead are the clients that rows were held against, by their ids; nil of
// those that are gone. A user has many sessions, and few clients.
type clientsRead map[string]*pool.Client

// good reports whether a row that is not revoked still serves u.
func (t *Tokens) good(ctx context.Context, snap store.Snapshot, clients clientsRead, row store.RefreshToken, u *pool.User) (bool, error) {
	if row.Generation < u.TokenGeneration || !t.now().Before(row.Expires) {
		return false, nil
	}
	c, known := clients[row.ClientID]
	if !known {
		var err error
		c, _, err = snap.Client(ctx, row.ClientID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return false, fmt.Errorf("read the client of a session: %w", err)
		}
		clients[row.ClientID] = c
	}
	return c != nil && belongs(row, c), nil
}
