package store

import (
	"context"
	"time"
)

// Passkey is a WebAuthn credential of a user.
type Passkey struct {
	PoolKey int64
	ID      string // credential id, base64url without padding; unique in the pool
	Sub     string
	Created time.Time
	Used    time.Time // zero: not yet
	Counter int64     // signature counter (WebAuthn section 6.1.1)
	Body    string    // JSON: the public key and what else package passkey knows of it
}

// PasskeyReader reads passkeys.
type PasskeyReader interface {
	// Passkey returns a passkey by its credential id, or ErrNotFound.
	Passkey(ctx context.Context, poolKey int64, id string) (Passkey, error)
	// Passkeys returns a page of the passkeys of a user in the order of their ids.
	Passkeys(ctx context.Context, poolKey int64, sub string, p Page) ([]Passkey, error)
}

// PasskeyWriter keeps passkeys.
type PasskeyWriter interface {
	// AddPasskey adds k and returns how many its user has now, or *ExistsError
	// with the key passkey. The number is exact and no passkey outlives its user:
	// the user's row is held until the transaction ends. ErrNotFound if the user
	// is gone.
	AddPasskey(ctx context.Context, k Passkey) (count int64, err error)
	// UsePasskey writes Used, Counter and Body of k. It returns ErrConflict if the
	// counter of the row is not before any more, so that Update runs the
	// transaction again, and ErrNotFound if the passkey is gone.
	UsePasskey(ctx context.Context, k Passkey, before int64) error
	// DeletePasskey removes a passkey of a user, or returns ErrNotFound.
	DeletePasskey(ctx context.Context, poolKey int64, sub, id string) error
}
