package job

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

// KindClearGroup is the kind of the job that ends the memberships of a removed
// group.
const KindClearGroup = "clear-group"

// groupWait is how long such a job waits: longer than any transaction lasts
// that began before the group was removed and may add somebody to it still.
// Nobody sees what is left meanwhile.
const groupWait = time.Minute

// groupState is what the job's steps must know.
type groupState struct {
	Group int64 `json:"group"` // the removed group's key
}

// GroupDeletion returns the job that deletes the memberships of a removed
// group. It is added in the transaction that removes the group.
func GroupDeletion(poolKey, groupKey int64, now time.Time) store.Job {
	state, err := json.Marshal(groupState{groupKey})
	if err != nil {
		panic(err) // it is a number
	}
	return store.Job{
		ID:      fmt.Sprintf("%s:%d:%d", KindClearGroup, poolKey, groupKey),
		Kind:    KindClearGroup,
		PoolKey: poolKey,
		State:   state,
		Due:     now.Add(groupWait),
	}
}

// ClearGroup is the step of KindClearGroup.
func ClearGroup(st store.Store) Step {
	return func(ctx context.Context, j store.Job) ([]byte, bool, error) {
		var state groupState
		if err := json.Unmarshal(j.State, &state); err != nil {
			return nil, false, fmt.Errorf("clear group: %w", err)
		}
		var n int
		err := st.Update(ctx, func(tx store.Tx) (err error) {
			n, err = tx.ClearGroup(ctx, j.PoolKey, state.Group, rows)
			return err
		})
		if err != nil {
			return nil, false, err
		}
		return j.State, n < rows, nil
	}
}
