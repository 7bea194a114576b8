package metered_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/metered"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// observed returns a store and the transactions that it has seen.
func observed(t *testing.T) (store.Store, *[]metered.Transaction) {
	t.Helper()
	var seen []metered.Transaction
	return metered.New(storetest.Open(t), func(x metered.Transaction) { seen = append(seen, x) }), &seen
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, tt := range []struct {
		name string
		ctx  context.Context
		err  error // of the function
		want metered.Outcome
		runs int
	}{
		{"a success", t.Context(), nil, metered.Done, 1},
		{"a rule", t.Context(), fmt.Errorf("x: %w", pool.E(pool.NotAuthorized, "no")), metered.Refused, 1},
		{"a row that is not there", t.Context(), store.ErrNotFound, metered.Refused, 1},
		{"a name that is taken", t.Context(), &store.ExistsError{Key: "username"}, metered.Refused, 1},
		{"a fault", t.Context(), errors.New("disk gone"), metered.Failed, 1},
		{"a context that has ended", ended, nil, metered.Ended, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, seen := observed(t)
			read := s.View(tt.ctx, func(store.Snapshot) error { return tt.err })
			wrote := s.Update(tt.ctx, func(store.Tx) error { return tt.err })
			if tt.err != nil && (!errors.Is(read, tt.err) || !errors.Is(wrote, tt.err)) {
				t.Errorf("View = %v, Update = %v, want %v", read, wrote, tt.err)
			}
			if len(*seen) != 2 {
				t.Fatalf("%d transactions were seen, want 2", len(*seen))
			}
			for i, x := range *seen {
				if x.Update != (i == 1) || x.Outcome != tt.want || x.Runs != tt.runs || x.Took < 0 {
					t.Errorf("seen %+v, want %s after %d runs", x, tt.want, tt.runs)
				}
			}
		})
	}
}

func TestEveryRunIsCounted(t *testing.T) {
	t.Parallel()
	s, seen := observed(t)
	tries := 0
	err := s.Update(t.Context(), func(store.Tx) error {
		if tries++; tries < 3 {
			return store.ErrConflict
		}
		return nil
	})
	if got := (*seen)[0]; err != nil || got.Runs != 3 || got.Outcome != metered.Done {
		t.Errorf("%v, seen %+v, want 3 runs", err, got)
	}
	if err := s.Update(t.Context(), func(store.Tx) error { return store.ErrConflict }); !errors.Is(err, store.ErrConflict) {
		t.Errorf("Update = %v, want ErrConflict", err)
	}
	if got := (*seen)[1]; got.Runs != 8 || got.Outcome != metered.Conflict {
		t.Errorf("seen %+v, want 8 runs and a conflict", got)
	}
}
