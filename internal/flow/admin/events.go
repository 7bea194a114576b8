package admin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// EventsOptions are the parts of Events. All are required.
type EventsOptions struct {
	Store   store.Store
	Keyring *keyring.Keyring // seals pagination tokens
	Risk    *risk.Risk
	Now     func() time.Time
}

// Events is the record of what happened to accounts, and what people say of it.
// It is safe for concurrent use.
type Events struct{ o EventsOptions }

// NewEvents returns Events made of o.
func NewEvents(o EventsOptions) *Events { return &Events{o} }

// Who says of an event whether it was the user.
const (
	byAdmin = "Admin"
	byUser  = "EndUser"
)

// maxEvents is how many events are listed at a time.
const maxEvents = 60

// List returns the events of a user, the newest first, up to limit (60 if it is
// out of range), and the token of the next page or "". Errors: NotFound,
// AddOnNotEnabled where the pool keeps no record, UserNotFound, InvalidParameter
// for the token.
func (s *Events) List(ctx context.Context, poolID, name, page string, limit int) (list []risk.Event, next string, err error) {
	if limit < 1 || limit > maxEvents {
		limit = maxEvents
	}
	err = s.o.Store.View(ctx, func(snap store.Snapshot) error {
		p, u, err := recorded(ctx, snap, poolID, name)
		if err != nil {
			return err
		}
		after, err := s.o.Keyring.OpenPage(page, "events", p.Key, u.Sub)
		if err != nil {
			return err
		}
		list, err = risk.Events(ctx, snap, u, after, limit+1)
		if err == nil && len(list) > limit {
			list = list[:limit]
			next = s.o.Keyring.SealPage(list[limit-1].ID, "events", p.Key, u.Sub)
		}
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("list events: %w", err)
	}
	return list, next, nil
}

// Judge keeps what an administrator says of an event: that it was the user, or
// not. Errors are those of List, and NotFound for the event.
func (s *Events) Judge(ctx context.Context, poolID, name, event string, valid bool) error {
	err := s.o.Store.Update(ctx, func(tx store.Tx) error {
		_, u, err := recorded(ctx, tx, poolID, name)
		if err != nil {
			return err
		}
		return risk.Say(ctx, tx, u, event, valid, byAdmin, s.o.Now())
	})
	if err != nil {
		return fmt.Errorf("judge an event: %w", err)
	}
	return nil
}

// JudgeOwn keeps what the user says of an event, who has the token of the mail
// about it. Errors are those of Judge, and NotAuthorized for the token, also
// where nobody has the name: who has no token of theirs learns nothing of users.
func (s *Events) JudgeOwn(ctx context.Context, poolID, name, event, token string, valid bool) error {
	err := s.o.Store.Update(ctx, func(tx store.Tx) error {
		p, err := watched(ctx, tx, poolID)
		if err != nil {
			return err
		}
		sub, about, err := s.o.Risk.OpenFeedback(p, token)
		if err != nil {
			return err
		}
		u, err := directory.User(ctx, tx, p, name)
		if errors.Is(err, pool.E(pool.UserNotFound, "")) || err == nil && (sub != u.Sub || about != event) {
			return risk.ErrFeedback
		}
		if err != nil {
			return err
		}
		return risk.Say(ctx, tx, u, event, valid, byUser, s.o.Now())
	})
	if err != nil {
		return fmt.Errorf("judge an event: %w", err)
	}
	return nil
}

// JudgeByLink is JudgeOwn for whoever follows the link in the mail, where the
// token alone says what it is about. NotAuthorized also for a user or an event
// that is gone.
func (s *Events) JudgeByLink(ctx context.Context, poolID, token string, valid bool) error {
	err := s.o.Store.Update(ctx, func(tx store.Tx) error {
		p, err := directory.Pool(ctx, tx, poolID)
		if err != nil {
			return err
		}
		sub, event, err := s.o.Risk.OpenFeedback(p, token)
		if err != nil {
			return err
		}
		u, err := tx.User(ctx, p.Key, sub)
		if errors.Is(err, store.ErrNotFound) {
			return risk.ErrFeedback
		}
		if err != nil {
			return err
		}
		return risk.Say(ctx, tx, u, event, valid, byUser, s.o.Now())
	})
	if err != nil {
		return fmt.Errorf("judge an event by its link: %w", err)
	}
	return nil
}

// recorded returns a user of a pool that keeps a record.
func recorded(ctx context.Context, snap store.Snapshot, poolID, name string) (*pool.Pool, *pool.User, error) {
	p, err := watched(ctx, snap, poolID)
	if err != nil {
		return nil, nil, err
	}
	u, err := directory.User(ctx, snap, p, name)
	return p, u, err
}

// watched returns a pool that keeps a record.
func watched(ctx context.Context, snap store.Snapshot, poolID string) (*pool.Pool, error) {
	p, err := directory.Pool(ctx, snap, poolID)
	if err != nil {
		return nil, err
	}
	return p, p.CheckProtected()
}
