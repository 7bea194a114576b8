package store

import (
	"context"
	"time"
)

// RefreshToken is a row of the token table. The tokens of one sign-in are a
// family; Hash names one of them.
type RefreshToken struct {
	PoolKey    int64
	Hash       []byte // SHA-256 of the token
	Family     string // event_id of the sign-in
	Parent     []byte // hash of the token it replaced; nil for the first of a family
	OriginJTI  string // origin_jti claim; "" if the client cannot revoke
	Sub        string
	ClientID   string
	ClientKey  int64 // pool.Client.Key of that client, below 0 if it is gone; 0: not known, the release before this wrote it
	Generation int64 // the user's token generation when it was issued
	AuthTime   time.Time
	Issued     time.Time
	Expires    time.Time
	Rotated    time.Time // zero: still the newest of its family
	Revoked    time.Time // zero: good; else the whole family is revoked
	DeviceKey  string    // the device that the sign-in came from; "" for none
	Agent      string    // what the client of the sign-in called itself, and its address, as JSON; "" if nothing is known
}

// TokenReader reads refresh tokens and which sign-ins are spent.
type TokenReader interface {
	// RefreshToken returns the row of a token's hash, or ErrNotFound.
	RefreshToken(ctx context.Context, poolKey int64, hash []byte) (RefreshToken, error)
	// TokenFamily returns the first row of a family, or ErrNotFound.
	TokenFamily(ctx context.Context, poolKey int64, family string) (RefreshToken, error)
	// LatestToken returns the row of a family that was not replaced, the one
	// issued last if there are several, or ErrNotFound.
	LatestToken(ctx context.Context, poolKey int64, family string) (RefreshToken, error)
	// TokenFamilies returns a page of the rows that LatestToken returns, of the
	// families of a user that are not revoked, in the order of their family
	// names, which Page.After is one of. Expired ones are among them until they
	// are swept.
	TokenFamilies(ctx context.Context, poolKey int64, sub string, p Page) ([]RefreshToken, error)
	// SignInSpent reports whether SpendSignIn has marked a sign-in id, and the
	// mark has not been swept since.
	SignInSpent(ctx context.Context, poolKey int64, id string) (bool, error)
}

// TokenWriter writes refresh tokens and marks sign-ins as spent.
type TokenWriter interface {
	// AddRefreshToken adds t, or returns ErrExists. A family has one first token,
	// which is of the user and the device of the others and outlasts them: they
	// end and are revoked with it.
	AddRefreshToken(ctx context.Context, t RefreshToken) error
	// RotateRefreshToken marks a token as replaced at now. It returns
	// ErrConflict if it is gone, revoked or replaced already, so that Update
	// runs the transaction again and it reads which.
	RotateRefreshToken(ctx context.Context, poolKey int64, hash []byte, now time.Time) error
	// SetTokenAgent replaces the Agent of a token; no error if it is gone.
	SetTokenAgent(ctx context.Context, poolKey int64, hash []byte, agent string) error
	// RevokeFamily marks all tokens of a family as revoked, one that is being
	// added meanwhile too; no error if there are none or they are already.
	RevokeFamily(ctx context.Context, poolKey int64, family string, now time.Time) error
	// RevokeDevice is RevokeFamily for a user's sign-ins from a device.
	RevokeDevice(ctx context.Context, poolKey int64, sub, deviceKey string, now time.Time) error
	// SpendSignIn marks a sign-in id as used until expires, or returns
	// ErrExists if it was used before: so a challenge session is good once.
	SpendSignIn(ctx context.Context, poolKey int64, id string, expires time.Time) error
}
