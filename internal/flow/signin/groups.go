package signin

import (
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// groups returns the groups of who. It is asked last before the tokens are
// made: so what a function puts a person into counts at once, and the steps
// before, which may be taken for a name that nobody has, take no longer for
// somebody.
func (s *Service) groups(ctx context.Context, who person) (groups pool.Groups, err error) {
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		groups, err = snap.GroupsOf(ctx, who.pool.Key, who.sub)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read groups: %w", err)
	}
	return groups, nil
}
