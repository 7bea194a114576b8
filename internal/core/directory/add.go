package directory

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Add is Create for a transaction that adds others as well: where it returns
// UsernameExists, AliasExists or InvalidParameter it has written nothing, and
// the transaction may go on.
func Add(ctx context.Context, tx store.Tx, p *pool.Pool, u *pool.User) error {
	if len(p.AliasAttributes) > 0 { // a user who is there already may well hold the alias
		if err := Taken(ctx, tx, p, u, true); err != nil {
			return err
		}
	}
	for _, a := range p.Aliases(u) {
		_, err := tx.UserByAlias(ctx, p.Key, a.Folded, a.Kind)
		switch {
		case err == nil && p.HasUsernameAttribute(a.Kind):
			return taken(nil, a.Kind, true)
		case err == nil:
			return aliasExists(a.Kind)
		case !errors.Is(err, store.ErrNotFound):
			return err
		}
	}
	err := Create(ctx, tx, p, u, true, false)
	byName := errors.Is(err, pool.E(pool.UsernameExists, "")) && len(p.UsernameAttributes) == 0
	if errors.Is(err, pool.E(pool.AliasExists, "")) || errors.Is(err, pool.E(pool.UsernameExists, "")) && !byName {
		return store.ErrConflict // somebody took it since it was looked up, and the row of u is written
	}
	return err
}
