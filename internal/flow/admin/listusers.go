package admin

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// UserList asks for a page of users.
type UserList struct {
	PoolID     string
	Filter     string   // as pool.ParseFilter reads it
	Attributes []string // that the caller wants to see; nil for all
	Token      string   // of the page; "" for the first
	Limit      int      // 60 if out of range
}

// errNoAttribute: someone wants to see what nobody can have. That somebody
// does not have it is no error.
var errNoAttribute = pool.E(pool.InvalidParameter, "One or more requested attributes do not exist.")

// List returns a page of the users whom l asks for, in no order of note, and
// the token of the next page or "". Errors: NotFound for the pool,
// InvalidParameter for filter, attributes and token.
func (s *Users) List(ctx context.Context, l UserList) (users []*pool.User, next string, err error) {
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		p, err := directory.Pool(ctx, snap, l.PoolID)
		if err != nil {
			return err
		}
		filter, err := pool.ParseFilter(l.Filter)
		if err != nil {
			return err
		}
		for _, name := range l.Attributes {
			if _, ok := p.Schema.Find(name); !ok {
				return errNoAttribute
			}
		}
		after, err := s.Keyring.OpenPage(l.Token, "users", p.Key, l.Filter)
		if err != nil {
			return err
		}
		users, after, err = directory.List(ctx, snap, p, filter, store.Page{After: after, Limit: pageSize(l.Limit)})
		if after != "" {
			next = s.Keyring.SealPage(after, "users", p.Key, l.Filter)
		}
		return err
	})
	return users, next, err
}
