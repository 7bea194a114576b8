package limit

import (
	"context"

	"github.com/cenote-auth/cenote/internal/store"
)

// FactorDevice is the factor that Device counts under.
const FactorDevice = "device"

// Device debits one attempt to prove a device of a subject, by the rule for
// passwords, or returns pool.NotAuthorized while that is locked.
func (l *Limits) Device(ctx context.Context, tx store.Tx, poolKey int64, subject string) error {
	return l.debit(ctx, tx, poolKey, subject, FactorDevice, next, errLocked)
}
