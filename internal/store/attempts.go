package store

import (
	"context"
	"time"
)

// Attempt counts what somebody tried.
type Attempt struct {
	PoolKey int64
	Subject string // a sub, the MAC of a name that nobody has, or a network address
	Factor  string // password, sign-up-code, resend, ...
	Count   int64
	Since   time.Time // start of the window, or of the last attempt
	Until   time.Time // locked until; zero when not locked
}

// AttemptWriter counts attempts.
type AttemptWriter interface {
	// LockAttempt returns the count of a subject and factor, zero if there is
	// none, and holds it against others until the transaction ends.
	LockAttempt(ctx context.Context, poolKey int64, subject, factor string) (Attempt, error)
	// PutAttempt writes a count that LockAttempt returned.
	PutAttempt(ctx context.Context, a Attempt) error
	// ClearAttempt forgets a count, if there is one.
	ClearAttempt(ctx context.Context, poolKey int64, subject, factor string) error
}
