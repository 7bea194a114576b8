package store

import "context"

// SoftwareToken is the generator of one-time passwords of a user: the one in
// use, and the one that was asked for and not proved yet.
type SoftwareToken struct {
	PoolKey int64
	Sub     string
	Sealed  []byte // the seed in use, under the key "software-token"; nil: none is verified
	Name    string // FriendlyDeviceName of the one in use
	Used    int64  // the last time step (RFC 6238) a password of which was taken
	Pending []byte // a sealed seed that waits for its first password; nil: none
}

// SoftwareTokenReader reads software tokens.
type SoftwareTokenReader interface {
	// SoftwareToken returns the software token of a user, or ErrNotFound.
	SoftwareToken(ctx context.Context, poolKey int64, sub string) (SoftwareToken, error)
}

// SoftwareTokenWriter keeps software tokens.
type SoftwareTokenWriter interface {
	// AskSoftwareToken keeps a pending seed in place of an earlier one; the one
	// in use stays. ErrNotFound if the user is gone: the user's row is held until
	// the transaction ends.
	AskSoftwareToken(ctx context.Context, poolKey int64, sub string, pending []byte) error
	// VerifySoftwareToken makes the pending seed the one in use, with its name,
	// and step its last used one. It returns ErrNotFound if pending is not what
	// waits any more.
	VerifySoftwareToken(ctx context.Context, poolKey int64, sub string, pending []byte, name string, step int64) error
	// UseSoftwareToken makes step the last used one of the seed in use. It returns
	// ErrExists if that step or a later one was used before, so that a password
	// is good once, and ErrNotFound if sealed is not the seed in use any more.
	UseSoftwareToken(ctx context.Context, poolKey int64, sub string, sealed []byte, step int64) error
	// DeleteSoftwareToken removes the software token of a user, if there is one.
	DeleteSoftwareToken(ctx context.Context, poolKey int64, sub string) error
}
