package directory

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Client returns an app client and its pool, or NotFound.
func Client(ctx context.Context, s store.ClientReader, id string) (*pool.Client, *pool.Pool, error) {
	c, p, err := s.Client(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, NoClient(id)
	}
	return c, p, err
}

// ClientOf returns an app client of the pool that an administrator names, and
// the pool. NotFound if there is no such pool, or the client is not one of it.
func ClientOf(ctx context.Context, s store.Snapshot, poolID, id string) (*pool.Client, *pool.Pool, error) {
	named, err := Pool(ctx, s, poolID)
	if err != nil {
		return nil, nil, err
	}
	c, p, err := Client(ctx, s, id)
	if err == nil && p.Key != named.Key {
		return nil, nil, NoClient(id)
	}
	return c, p, err
}

// NoClient is the error for the id of a client that is not here.
func NoClient(id string) error {
	return pool.E(pool.NotFound, "User pool client "+id+" does not exist.")
}

// Pool returns a pool, or NotFound.
func Pool(ctx context.Context, s store.PoolReader, id string) (*pool.Pool, error) {
	p, err := s.Pool(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, NoPool(id)
	}
	return p, err
}

// NoPool is the error for the id of a pool that is not here.
func NoPool(id string) error { return pool.E(pool.NotFound, "User pool "+id+" does not exist.") }

// Find returns the user whom a caller means by name: the user name, the sub, a
// value of an attribute that people sign in with, or an active alias.
// store.ErrNotFound if there is nobody: what that means is the flow's to say.
//
// A sub comes before any name, since people choose names: nobody can take the
// sub of somebody else for a name and be found in their place. Likewise an
// address, which was proved, comes before a preferred user name.
//
// What is read depends on the form of the name, and not on whether somebody has
// it, so the time that it takes does not tell; but for subs, which strangers do
// not guess.
func Find(ctx context.Context, s store.UserReader, p *pool.Pool, name string) (*pool.User, error) {
	folded := p.Fold(name)
	if pool.LooksLikeSub(folded) {
		u, err := s.User(ctx, p.Key, folded)
		if !errors.Is(err, store.ErrNotFound) {
			return u, err
		}
	}
	if len(p.UsernameAttributes) > 0 {
		return byAlias(ctx, s, p, folded, p.UsernameAttributes)
	}
	u, err := s.UserByName(ctx, p.Key, folded)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	other, otherErr := byAlias(ctx, s, p, folded, p.AliasAttributes)
	if err == nil && (otherErr == nil || errors.Is(otherErr, store.ErrNotFound)) {
		return u, nil
	}
	return other, otherErr
}

// byAlias returns the user whose value of one of the attributes folded is, or
// store.ErrNotFound. Attributes that have no values of that form are not asked.
func byAlias(ctx context.Context, s store.UserReader, p *pool.Pool, folded string, attributes []string) (*pool.User, error) {
	var kinds []string
	for _, kind := range slices.Sorted(slices.Values(attributes)) { // of the three preferred_username is the last
		if kind == "email" && !strings.Contains(folded, "@") || kind == "phone_number" && !strings.HasPrefix(folded, "+") {
			continue
		}
		kinds = append(kinds, kind)
	}
	if len(kinds) == 0 {
		return nil, store.ErrNotFound
	}
	return s.UserByAlias(ctx, p.Key, folded, kinds...)
}

// ErrNobody is the error for a user who is not here, for callers who may know
// who is.
var ErrNobody = pool.E(pool.UserNotFound, "User does not exist.")

// User is Find for callers who may know who exists: ErrNobody if nobody has the
// name.
func User(ctx context.Context, s store.UserReader, p *pool.Pool, name string) (*pool.User, error) {
	u, err := Find(ctx, s, p, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNobody
	}
	return u, err
}

// CheckUnconfirmed returns NotAuthorized unless u waits to be confirmed.
func CheckUnconfirmed(u *pool.User) error {
	if u.Status != pool.Unconfirmed {
		return pool.E(pool.NotAuthorized, "User cannot be confirmed. Current status is "+string(u.Status))
	}
	return nil
}
