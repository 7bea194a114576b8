package job

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

// The kinds of job whose steps are here.
const (
	KindDeletePool = "delete-pool"
	KindSweep      = "sweep"
)

// SweepPause is the time between two sweeps.
const SweepPause = time.Minute

// rows is how many rows one step deletes at most.
const rows = 500

// PoolDeletion returns the job that deletes what a removed pool owned. It is
// added in the transaction that removes the pool.
func PoolDeletion(poolKey int64, now time.Time) store.Job {
	return store.Job{
		ID:      KindDeletePool + ":" + strconv.FormatInt(poolKey, 10),
		Kind:    KindDeletePool,
		PoolKey: poolKey,
		Due:     now,
	}
}

// DeletePool is the step of KindDeletePool.
func DeletePool(st store.Store) Step {
	return func(ctx context.Context, j store.Job) ([]byte, bool, error) {
		var n int
		err := st.Update(ctx, func(tx store.Tx) (err error) {
			n, err = tx.ClearPool(ctx, j.PoolKey, rows)
			return err
		})
		if err != nil {
			return nil, false, fmt.Errorf("clear pool: %w", err)
		}
		return nil, n == 0, nil
	}
}

// Sweep is the step of KindSweep, to be run with Every and SweepPause: it
// deletes what has expired by now, the server's clock.
func Sweep(st store.Store, now func() time.Time) Step {
	return func(ctx context.Context, _ store.Job) ([]byte, bool, error) {
		var n int
		err := st.Update(ctx, func(tx store.Tx) (err error) {
			n, err = tx.Sweep(ctx, now(), rows)
			return err
		})
		if err != nil {
			return nil, false, fmt.Errorf("sweep: %w", err)
		}
		return nil, n == 0, nil
	}
}
