package job

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/logtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

func TestClearGroupEndsMembershipsInSteps(t *testing.T) {
	t.Parallel()
	st, now, log := storetest.Open(t), clock.New(), new(logtest.Lines)
	const n, staff, admins = 2*rows + 100, 7, 8
	key := fillPool(t, st, "us-east-1_pool", n)
	update(t, st, func(ctx context.Context, tx store.Tx) error {
		for groupKey, name := range map[int64]string{staff: "staff", admins: "admins"} {
			if err := tx.CreateGroup(ctx, pool.Group{PoolKey: key, Name: name, Key: groupKey}); err != nil {
				return err
			}
			for i := range n {
				if _, err := tx.AddMember(ctx, key, groupKey, fmt.Sprintf("00000000-0000-4000-8000-%012d", i)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	update(t, st, func(ctx context.Context, tx store.Tx) error {
		groupKey, err := tx.RemoveGroup(ctx, key, "staff")
		if err != nil {
			return err
		}
		return tx.AddJob(ctx, GroupDeletion(key, groupKey, now.Now()))
	})

	r, steps := newRunner(st, now, log), 0
	r.Handle(KindClearGroup, func(ctx context.Context, j store.Job) ([]byte, bool, error) {
		steps++
		return ClearGroup(st)(ctx, j)
	})
	if r.next(t.Context()) {
		t.Error("the job is due at once: a transaction that is open may add a member after it")
	}
	now.Advance(groupWait + time.Second)
	for r.next(t.Context()) {
	}
	if steps != 3 {
		t.Errorf("%d steps, want 3", steps)
	}
	if left := jobs(t, st); len(left) != 0 || log.String() != "" {
		t.Errorf("jobs %+v are left; log: %s", left, log)
	}
	update(t, st, func(ctx context.Context, tx store.Tx) error {
		left, err := tx.ClearGroup(ctx, key, staff, 1)
		if left != 0 {
			t.Error("memberships of the removed group are left")
		}
		if err != nil {
			return err
		}
		others, err := tx.Members(ctx, key, admins, store.Page{Limit: n + 1})
		if len(others) != n {
			t.Errorf("the other group has %d members, want %d", len(others), n)
		}
		return err
	})
}
