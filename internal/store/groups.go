package store

import (
	"context"

	"github.com/cenote-auth/cenote/internal/pool"
)

// GroupReader reads groups and who is in them. A membership counts only while
// its group is there.
type GroupReader interface {
	// Group returns the group of a name, or ErrNotFound.
	Group(ctx context.Context, poolKey int64, name string) (pool.Group, error)
	// Groups returns a pool's groups in the order of their names. Page.After
	// is a name.
	Groups(ctx context.Context, poolKey int64, p Page) ([]pool.Group, error)
	// CountGroups returns how many groups a pool has.
	CountGroups(ctx context.Context, poolKey int64) (int64, error)
	// GroupsOf returns all groups of a user in the order of their names. It
	// is one indexed read.
	GroupsOf(ctx context.Context, poolKey int64, sub string) (pool.Groups, error)
	// Members returns the users of a group in the order of their subs.
	// Page.After is a sub.
	Members(ctx context.Context, poolKey, groupKey int64, p Page) ([]*pool.User, error)
}

// GroupWriter changes groups and who is in them.
type GroupWriter interface {
	// CreateGroup adds g under a key that the caller made at random, or
	// returns ErrExists if the pool has a group of its name.
	CreateGroup(ctx context.Context, g pool.Group) error
	// UpdateGroup writes description, role, precedence and Modified of g if
	// its row still has g.Version. Otherwise, also when it is gone, it returns
	// ErrConflict, so that Update runs the transaction again.
	UpdateGroup(ctx context.Context, g pool.Group) error
	// RemoveGroup makes a group disappear at once, for its users too, and
	// returns its key. Its memberships stay, and count no more, until
	// ClearGroup. ErrNotFound if there is none.
	RemoveGroup(ctx context.Context, poolKey int64, name string) (groupKey int64, err error)
	// ClearGroup deletes up to limit memberships of a removed group and
	// returns how many it deleted. A transaction that was open when the group
	// was removed may add one more after that. It refuses a group that was not
	// removed.
	ClearGroup(ctx context.Context, poolKey, groupKey int64, limit int) (int, error)
	// AddMember adds a user to a group, if it is not in it already, and
	// returns how many groups the user has then. That number is exact and no
	// membership outlives its user: the user's row is held until the
	// transaction ends. ErrNotFound if the user is gone.
	AddMember(ctx context.Context, poolKey, groupKey int64, sub string) (groups int64, err error)
	// RemoveMember takes a user out of a group, if it is in it.
	RemoveMember(ctx context.Context, poolKey, groupKey int64, sub string) error
}
