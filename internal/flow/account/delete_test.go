package account_test

import (
	"context"
	"errors"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

type snapshot = store.Snapshot

// is reports whether err is of a kind.
func is(err error, kind pool.Kind) bool { return errors.Is(err, pool.E(kind, "")) }

func TestDelete(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, func(p *pool.Pool) { careful(p); p.AliasAttributes = []string{"email"} }, nil)
		bob := a.person(t, "bob", "bob@example.com")
		his := e.SignedIn(t, a.pool, a.client, bob).Access
		there := e.SignedIn(t, a.pool, e.Client(t, a.pool, nil), a.user)
		wrong := other(a.updates(t, newEmail))
		flowtest.Want(t, a.VerifyAttribute(t.Context(), a.access, "email", wrong), pool.CodeMismatch, wrongCode)

		if err := a.Delete(t.Context(), a.access); err != nil {
			t.Fatalf("Delete: %v", err)
		}
		const gone = "User does not exist."
		for _, access := range []string{a.access, there.Access} {
			_, err := a.Get(t.Context(), access)
			flowtest.Want(t, err, pool.UserNotFound, gone)
			flowtest.Want(t, a.Delete(t.Context(), access), pool.UserNotFound, gone)
		}
		e.Tx(t, func(ctx context.Context, tx store.Tx) error {
			if _, err := tx.Code(ctx, a.pool.Key, a.user.Sub, string(code.ChangeEmail)); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("the code: %v", err)
			}
			if tries, err := tx.LockAttempt(ctx, a.pool.Key, a.user.Sub, limit.VerifyAddress.Factor); err != nil || tries.Count != 0 {
				t.Errorf("attempts = %+v, %v", tries, err)
			}
			return nil
		})
		if _, err := a.Get(t.Context(), his); err != nil {
			t.Errorf("somebody else: %v", err)
		}
		if again := a.person(t, "ada", oldEmail); again.Sub == a.user.Sub { // name and alias are free
			t.Error("the next of the name has the same sub")
		}
	})
}
