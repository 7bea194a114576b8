package limit

import (
	"context"

	"github.com/cenote-auth/cenote/internal/store"
)

// Once is an attempt at something that a function has to be asked for first, and
// that may have to be begun anew.
type Once struct {
	Rule    Rule
	subject string // to whom it is debited; "" for nobody yet
}

// Begin debits an attempt as Hourly does, in a transaction of its own, unless it
// is debited to the subject already.
func (l *Limits) Begin(ctx context.Context, st store.Store, poolKey int64, subject string, once *Once) error {
	if once.subject == subject {
		return nil
	}
	err := st.Update(ctx, func(tx store.Tx) error { return l.Hourly(ctx, tx, poolKey, subject, once.Rule) })
	if err == nil {
		once.subject = subject
	}
	return err
}
