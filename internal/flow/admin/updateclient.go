package admin

import (
	"cmp"
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// ClientUpdate is what a caller asks an app client to be from now on. Settings
// that are zero go back to the service's defaults, but for the name.
type ClientUpdate struct {
	PoolID string
	ID     string
	pool.ClientSettings
}

// Update replaces the settings of an app client and returns it with its
// secret, which stays. Errors: NotFound, those of Create for settings, and
// ConcurrentModification if others keep changing the client.
func (s *Clients) Update(ctx context.Context, u ClientUpdate) (*pool.Client, string, error) {
	u.Complete()
	now := s.o.now()
	var c pool.Client
	err := s.o.Store.Update(ctx, func(tx store.Tx) error {
		known, p, err := directory.ClientOf(ctx, tx, u.PoolID, u.ID)
		if err != nil {
			return err
		}
		c = *known
		c.ClientSettings, c.Modified = u.ClientSettings, now
		c.Name = cmp.Or(u.Name, known.Name)
		if err := checkClient(ctx, tx, p, &c, pool.Updating); err != nil {
			return err
		}
		return again(tx.UpdateClient(ctx, &c))
	})
	if err != nil {
		return nil, "", fmt.Errorf("update client: %w", concurrent(err))
	}
	secret, err := s.o.Secrets.Open(&c)
	if err != nil {
		return nil, "", fmt.Errorf("update client: %w", err)
	}
	return &c, secret, nil
}
