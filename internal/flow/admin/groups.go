package admin

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/job"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Groups makes, shows, lists, changes and deletes groups, and puts users into
// them. What groups put into tokens is package token's.
type Groups struct{ o Options }

// NewGroups returns Groups made of o; Store, Keyring and Now are enough.
func NewGroups(o Options) *Groups { return &Groups{o} }

// NewGroup is what a caller asks of a new group.
type NewGroup struct {
	PoolID      string
	Name        string
	Description string
	RoleARN     string
	Precedence  *int32
}

// Create makes a group. Errors: NotFound for the pool, GroupExists,
// LimitExceeded.
func (s *Groups) Create(ctx context.Context, n NewGroup) (pool.Group, error) {
	now := s.o.now()
	g := pool.Group{
		Name: n.Name, Key: newGroupKey(), Created: now, Modified: now,
		Description: n.Description, RoleARN: n.RoleARN, Precedence: n.Precedence,
	}
	err := s.o.Store.Update(ctx, func(tx store.Tx) error {
		p, err := directory.Pool(ctx, tx, n.PoolID)
		if err != nil {
			return err
		}
		g.PoolKey = p.Key
		return addGroup(ctx, tx, g)
	})
	if err != nil {
		return pool.Group{}, fmt.Errorf("create group: %w", err)
	}
	return g, nil
}

// newGroupKey returns 63 random bits.
func newGroupKey() int64 {
	var b [8]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return int64(binary.BigEndian.Uint64(b[:]) >> 1)
}

// addGroup adds g. A name that is taken comes before a pool that is full.
func addGroup(ctx context.Context, tx store.Tx, g pool.Group) error {
	count, err := tx.CountGroups(ctx, g.PoolKey)
	if err != nil {
		return err
	}
	err = tx.CreateGroup(ctx, g)
	switch {
	case errors.Is(err, store.ErrExists):
		return pool.E(pool.GroupExists, "A group with the name already exists.")
	case err == nil && count >= pool.MaxGroups:
		return pool.E(pool.LimitExceeded, "The maximum number of groups of this user pool has been reached.")
	}
	return err
}

// Get returns a group, or NotFound.
func (s *Groups) Get(ctx context.Context, poolID, name string) (g pool.Group, err error) {
	err = s.o.Store.View(ctx, func(snap store.Snapshot) (err error) {
		_, g, err = findGroup(ctx, snap, poolID, name)
		return err
	})
	if err != nil {
		return pool.Group{}, fmt.Errorf("get group: %w", err)
	}
	return g, nil
}

// findGroup returns a group and its pool, or NotFound.
func findGroup(ctx context.Context, snap store.Snapshot, poolID, name string) (*pool.Pool, pool.Group, error) {
	p, err := directory.Pool(ctx, snap, poolID)
	if err != nil {
		return nil, pool.Group{}, err
	}
	g, err := snap.Group(ctx, p.Key, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, pool.Group{}, noGroup()
	}
	return p, g, err
}

func noGroup() error { return pool.E(pool.NotFound, "Group not found.") }

// GroupUpdate is what a caller asks a group to be from now on; what is nil
// stays as it is. A role and a precedence can be replaced and not taken away.
type GroupUpdate struct {
	PoolID      string
	Name        string
	Description *string
	RoleARN     *string
	Precedence  *int32
}

// Update changes a group, or returns NotFound. Tokens follow when they are
// refreshed.
func (s *Groups) Update(ctx context.Context, u GroupUpdate) (g pool.Group, err error) {
	now := s.o.now()
	err = s.o.Store.Update(ctx, func(tx store.Tx) (err error) {
		if _, g, err = findGroup(ctx, tx, u.PoolID, u.Name); err != nil {
			return err
		}
		g.Modified = now
		g.Description = *cmp.Or(u.Description, &g.Description)
		g.RoleARN = *cmp.Or(u.RoleARN, &g.RoleARN)
		g.Precedence = cmp.Or(u.Precedence, g.Precedence)
		return tx.UpdateGroup(ctx, g)
	})
	if err != nil {
		return pool.Group{}, fmt.Errorf("update group: %w", err)
	}
	return g, nil
}

// Delete removes a group, or returns NotFound. Its users stay; none of them is
// in it from now on, nor in a group that is made under the same name later.
// The rows that say so are deleted by a job, since a group may be as large as
// its pool.
func (s *Groups) Delete(ctx context.Context, poolID, name string) error {
	now := s.o.now()
	err := s.o.Store.Update(ctx, func(tx store.Tx) error {
		p, err := directory.Pool(ctx, tx, poolID)
		if err != nil {
			return err
		}
		key, err := tx.RemoveGroup(ctx, p.Key, name)
		if errors.Is(err, store.ErrNotFound) {
			return noGroup()
		}
		if err != nil {
			return err
		}
		return tx.AddJob(ctx, job.GroupDeletion(p.Key, key, now))
	})
	if err != nil {
		return fmt.Errorf("delete group: %w", err)
	}
	return nil
}

// List returns up to limit groups of a pool in the order of their names, 60 if
// limit is out of range, and the token of the next page or "". Errors: NotFound
// for the pool, InvalidParameter for the token.
func (s *Groups) List(ctx context.Context, poolID, token string, limit int) (groups []pool.Group, next string, err error) {
	limit = pageSize(limit)
	err = s.o.Store.View(ctx, func(snap store.Snapshot) error {
		p, err := directory.Pool(ctx, snap, poolID)
		if err != nil {
			return err
		}
		after, err := s.o.Keyring.OpenPage(token, "groups", p.Key)
		if err != nil {
			return err
		}
		groups, err = snap.Groups(ctx, p.Key, store.Page{After: after, Limit: limit + 1})
		if err == nil && len(groups) > limit {
			groups = groups[:limit]
			next = s.o.Keyring.SealPage(groups[limit-1].Name, "groups", p.Key)
		}
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("list groups: %w", err)
	}
	return groups, next, nil
}
