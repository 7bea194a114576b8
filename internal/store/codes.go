package store

import (
	"context"
	"time"
)

// Code is a one-time code that was sent to somebody. The newest of a purpose
// is the only valid one.
type Code struct {
	PoolKey   int64
	Sub       string // also one that was made up for a name that nobody has
	Purpose   string // sign-up, ...
	MAC       []byte
	Attribute string // the attribute whose address it went to: email, phone_number
	Pending   string // the address, if it becomes the user's only by this code; else ""
	Expires   time.Time
}

// CodeReader reads codes.
type CodeReader interface {
	// Code returns the code of a purpose, expired or not, or ErrNotFound.
	Code(ctx context.Context, poolKey int64, sub, purpose string) (Code, error)
}

// CodeWriter keeps codes.
type CodeWriter interface {
	// PutCode keeps c in place of an older code of its purpose.
	PutCode(ctx context.Context, c Code) error
	// SpendCode removes the code of a purpose if its MAC still is mac, and
	// returns ErrNotFound otherwise: so a code is good once.
	SpendCode(ctx context.Context, poolKey int64, sub, purpose string, mac []byte) error
	// VoidCode removes the code of a purpose, if there is one.
	VoidCode(ctx context.Context, poolKey int64, sub, purpose string) error
	// VoidCodes removes the codes of a user, of whatever purpose, that went to
	// the address of an attribute.
	VoidCodes(ctx context.Context, poolKey int64, sub, attribute string) error
}
