package admin

import (
	"context"
	"errors"
	"fmt"
	"sort"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Membership names a user and a group of a pool.
type Membership struct {
	PoolID   string
	Username string // or another name that the user is found by
	Group    string
}

// Add puts a user into a group; one who is in it already stays. Errors:
// NotFound for the pool and the group, UserNotFound, LimitExceeded. Tokens
// follow when they are refreshed.
func (s *Groups) Add(ctx context.Context, m Membership) error {
	err := s.change(ctx, m, func(tx store.Tx, g pool.Group, u *pool.User) error {
		count, err := tx.AddMember(ctx, g.PoolKey, g.Key, u.Sub)
		switch {
		case errors.Is(err, store.ErrNotFound): // deleted since it was found
			return directory.ErrNobody
		case err == nil && count > pool.MaxGroupsOfUser:
			return pool.E(pool.LimitExceeded, "The maximum number of groups of this user has been reached.")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("add user to group: %w", err)
	}
	return nil
}

// Remove takes a user out of a group; one who is not in it is no error.
// Errors: NotFound for the pool and the group, UserNotFound.
func (s *Groups) Remove(ctx context.Context, m Membership) error {
	err := s.change(ctx, m, func(tx store.Tx, g pool.Group, u *pool.User) error {
		return tx.RemoveMember(ctx, g.PoolKey, g.Key, u.Sub)
	})
	if err != nil {
		return fmt.Errorf("remove user from group: %w", err)
	}
	return nil
}

// change finds what m names, in the order in which it is missed, and lets do
// change it.
func (s *Groups) change(ctx context.Context, m Membership, do func(store.Tx, pool.Group, *pool.User) error) error {
	return s.o.Store.Update(ctx, func(tx store.Tx) error {
		p, g, err := findGroup(ctx, tx, m.PoolID, m.Group)
		if err != nil {
			return err
		}
		u, err := directory.User(ctx, tx, p, m.Username)
		if err != nil {
			return err
		}
		return do(tx, g, u)
	})
}

// Members returns up to limit users of a group in no order of note, 60 if limit
// is out of range, and the token of the next page or "". Errors: NotFound for
// the pool and the group, InvalidParameter for the token.
func (s *Groups) Members(ctx context.Context, poolID, group, token string, limit int) (users []*pool.User, next string, err error) {
	limit = pageSize(limit)
	err = s.o.Store.View(ctx, func(snap store.Snapshot) error {
		p, g, err := findGroup(ctx, snap, poolID, group)
		if err != nil {
			return err
		}
		after, err := s.o.Keyring.OpenPage(token, "members", p.Key, g.Key)
		if err != nil {
			return err
		}
		users, err = snap.Members(ctx, p.Key, g.Key, store.Page{After: after, Limit: limit + 1})
		if err == nil && len(users) > limit {
			users = users[:limit]
			next = s.o.Keyring.SealPage(users[limit-1].Sub, "members", p.Key, g.Key)
		}
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("list users in group: %w", err)
	}
	return users, next, nil
}

// Of returns up to limit groups of a user in the order of their names, 60 if
// limit is out of range, and the token of the next page or "". Errors: NotFound
// for the pool, UserNotFound, InvalidParameter for the token.
func (s *Groups) Of(ctx context.Context, poolID, username, token string, limit int) (groups []pool.Group, next string, err error) {
	limit = pageSize(limit)
	err = s.o.Store.View(ctx, func(snap store.Snapshot) error {
		p, err := directory.Pool(ctx, snap, poolID)
		if err != nil {
			return err
		}
		u, err := directory.User(ctx, snap, p, username)
		if err != nil {
			return err
		}
		after, err := s.o.Keyring.OpenPage(token, "groups of", p.Key, u.Sub)
		if err != nil {
			return err
		}
		all, err := snap.GroupsOf(ctx, p.Key, u.Sub) // a few: see pool.MaxGroupsOfUser
		if err != nil {
			return err
		}
		groups = all[sort.Search(len(all), func(i int) bool { return all[i].Name > after }):]
		if len(groups) > limit {
			groups = groups[:limit]
			next = s.o.Keyring.SealPage(groups[limit-1].Name, "groups of", p.Key, u.Sub)
		}
		return nil
	})
	if err != nil {
		return nil, "", fmt.Errorf("list groups of user: %w", err)
	}
	return groups, next, nil
}
