package job

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/logtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// fillPool makes a pool of n users and returns its key.
func fillPool(t *testing.T, st store.Store, id string, n int) (key int64) {
	t.Helper()
	update(t, st, func(ctx context.Context, tx store.Tx) (err error) {
		if key, err = tx.CreatePool(ctx, &pool.Pool{ID: id}); err != nil {
			return err
		}
		for i := range n {
			sub := fmt.Sprintf("00000000-0000-4000-8000-%012d", i)
			u := &pool.User{PoolKey: key, Sub: sub, Username: sub, Status: pool.Confirmed}
			if err := tx.CreateUser(ctx, u, store.Names{Username: sub}); err != nil {
				return err
			}
		}
		return nil
	})
	return key
}

func users(t *testing.T, st store.Store, key int64) (n int64) {
	t.Helper()
	err := st.View(t.Context(), func(s store.Snapshot) (err error) {
		n, err = s.CountUsers(t.Context(), key)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDeletePoolGoesOnAfterAnInterruption(t *testing.T) {
	t.Parallel()
	st, now, log := storetest.Open(t), clock.New(), new(logtest.Lines)
	const n = 3 * rows
	key, other := fillPool(t, st, "us-east-1_gone", n), fillPool(t, st, "us-east-1_stays", 3)
	update(t, st, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(
			tx.RemovePool(ctx, key, now.Now()),
			tx.AddJob(ctx, PoolDeletion(key, now.Now())))
	})
	if j := jobs(t, st)[0]; j.ID != fmt.Sprintf("delete-pool:%d", key) {
		t.Errorf("job = %+v", j)
	}

	ctx, stop := context.WithCancel(t.Context())
	first := newRunner(st, now, log)
	first.Handle(KindDeletePool, func(ctx context.Context, j store.Job) ([]byte, bool, error) {
		defer stop() // after one step
		return DeletePool(st)(ctx, j)
	})
	first.Run(ctx)
	if left := users(t, st, key); left == 0 || left > n {
		t.Fatalf("%d users are left after one step, want some", left)
	}
	second := newRunner(st, now, log)
	second.Handle(KindDeletePool, DeletePool(st))
	for second.next(t.Context()) {
	}
	if left := users(t, st, key); left != 0 || len(jobs(t, st)) != 0 {
		t.Errorf("%d users and jobs %+v are left, want none", left, jobs(t, st))
	}
	if left := users(t, st, other); left != 3 {
		t.Errorf("the other pool has %d users, want 3", left)
	}
	if log.String() != "" {
		t.Errorf("log = %s", log)
	}
}

func TestSweepDeletesWhatHasExpired(t *testing.T) {
	t.Parallel()
	st, now, log := storetest.Open(t), clock.New(), new(logtest.Lines)
	key := fillPool(t, st, "us-east-1_pool", 0)
	const n = rows + 100
	update(t, st, func(ctx context.Context, tx store.Tx) error {
		for i := range n {
			id, expires := fmt.Sprint("short-", i), now.Now().Add(time.Minute)
			if err := tx.SpendSignIn(ctx, key, id, expires); err != nil {
				return err
			}
		}
		return tx.SpendSignIn(ctx, key, "long", now.Now().Add(24*time.Hour))
	})
	now.Advance(time.Hour)
	r, steps := newRunner(st, now, log), 0
	r.Every(KindSweep, SweepPause, func(ctx context.Context, j store.Job) ([]byte, bool, error) {
		steps++
		return Sweep(st, now.Now)(ctx, j)
	})
	r.plan(t.Context())
	for r.next(t.Context()) {
	}
	if steps != 3 {
		t.Errorf("%d steps, want 3: full, the rest, nothing", steps)
	}
	update(t, st, func(ctx context.Context, tx store.Tx) error {
		if err := tx.SpendSignIn(ctx, key, "long", now.Now().Add(time.Hour)); !errors.Is(err, store.ErrExists) {
			t.Errorf("what has not expired was swept: %v", err)
		}
		return nil
	})
	update(t, st, func(ctx context.Context, tx store.Tx) error {
		return tx.SpendSignIn(ctx, key, "short-0", now.Now().Add(time.Hour))
	})
}
