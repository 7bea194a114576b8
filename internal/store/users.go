package store

import (
	"context"

	"github.com/cenote-auth/cenote/internal/pool"
)

// UserReader finds users.
type UserReader interface {
	// User returns the user of a sub, or ErrNotFound.
	User(ctx context.Context, poolKey int64, sub string) (*pool.User, error)
	// UserByName returns the user of a folded user name, or ErrNotFound.
	UserByName(ctx context.Context, poolKey int64, folded string) (*pool.User, error)
	// UserByAlias returns the user who holds an alias of any of the kinds, or
	// ErrNotFound. Where two kinds match two users the first kind wins. There
	// are at most three kinds.
	UserByAlias(ctx context.Context, poolKey int64, folded string, kinds ...string) (*pool.User, error)
	// Users returns a page of the users that f lets through, in no order of
	// note, and where the next page starts, "" at the end. Page.After is what
	// an earlier call with the same f returned. A user who is there all the
	// while and keeps what f asks for comes exactly once. It is one indexed
	// read, whoever is in the pool and however few f lets through.
	Users(ctx context.Context, poolKey int64, f UserFilter, p Page) (users []*pool.User, next string, err error)
	// FormerPasswords returns the sealed passwords that a user had before and
	// KeepPassword kept, the newest first, at most limit.
	FormerPasswords(ctx context.Context, poolKey int64, sub string, limit int) ([][]byte, error)
	// CountUsers returns about how many users a pool has: exact up to 10,000
	// and then at least that many.
	CountUsers(ctx context.Context, poolKey int64) (int64, error)
}

// UserFilter is one condition on users. The zero UserFilter lets everybody
// through.
type UserFilter struct {
	// By is sub, username, status, enabled or a key of Names.Search; "" for
	// everybody.
	By string
	// Prefix lets through what begins with Value, not only what is Value. For
	// sub and enabled there is no prefix.
	Prefix bool
	Value  string // folded as Names are; true or false for enabled
}

// Names are the keys under which a user is found, all folded by the pool.
type Names struct {
	Username string
	Aliases  []pool.Alias
	// Search holds the folded values of the attributes that are Searchable;
	// absent where the user has none. 256 characters of each are enough: no
	// filter is longer, and an index has its limits.
	Search map[string]string
}

// Searchable are the attributes that ListUsers can ask for.
var Searchable = [...]string{"email", "phone_number", "name", "given_name", "family_name", "preferred_username"}

// UserWriter changes users.
type UserWriter interface {
	// CreateUser adds u under its names. It returns *ExistsError with the key
	// username, sub or the kind of an alias if the pool already has that one,
	// and then the transaction must be given up.
	CreateUser(ctx context.Context, u *pool.User, n Names) error
	// UpdateUser writes all of u but its user name, which is fixed, and
	// replaces its aliases and search values, or returns ErrNotFound, or
	// *ExistsError as CreateUser does. It writes only if the row still has
	// u.Version: otherwise it returns ErrConflict, and Update runs the
	// transaction again. u itself is left as it is, so a second UpdateUser in
	// the same transaction needs the user read again.
	UpdateUser(ctx context.Context, u *pool.User, n Names) error
	// TakeAlias removes an alias from whoever holds it, for
	// ForceAliasCreation, and returns the sub of that user or "".
	TakeAlias(ctx context.Context, poolKey int64, a pool.Alias) (sub string, err error)
	// KeepPassword keeps the password of u, if there is one, among the former
	// ones of which the newest keep stay. u is as it was read, and UpdateUser
	// with another password follows in the transaction. ErrConflict if somebody
	// has replaced it since then.
	KeepPassword(ctx context.Context, u *pool.User, keep int) error
	// DeleteUser removes a user with its names, former passwords, memberships,
	// codes, attempts, refresh tokens, software token, passkeys, devices,
	// conversations and events, or returns ErrNotFound.
	DeleteUser(ctx context.Context, poolKey int64, sub string) error
}
