package admin

import (
	"context"
	"slices"
	"time"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// AddSecret gives an app client a second secret, value or a new one if that is
// "", and returns it. Until one is deleted either proves the client. Errors:
// NotFound, InvalidParameter for a public client, LimitExceeded for a third
// secret.
func (s *Clients) AddSecret(ctx context.Context, poolID, clientID, value string) (row pool.ClientSecret, secret string, err error) {
	if secret = value; secret == "" {
		secret = newClientSecret()
	}
	row = pool.ClientSecret{Created: s.o.now(), Sealed: s.o.Secrets.Seal(clientID, secret)}
	err = s.changeSecrets(ctx, "add client secret", poolID, clientID, func(c *pool.Client) error {
		switch {
		case !c.Confidential():
			return pool.E(pool.InvalidParameter, "User pool client "+c.ID+" is a public client and cannot have a secret.")
		case len(c.Secrets) >= pool.MaxClientSecrets:
			return pool.E(pool.LimitExceeded, "A user pool client can have up to 2 secrets. Delete one before adding another.")
		}
		if last := c.Secrets[len(c.Secrets)-1].Created; !row.Created.After(last) {
			row.Created = last.Truncate(time.Millisecond).Add(time.Millisecond)
		}
		c.Secrets = append(slices.Clone(c.Secrets), row)
		return nil
	})
	return row, secret, err
}

// ListSecrets returns the secrets of an app client, the oldest first. Errors:
// NotFound, InvalidParameter for the token, since there is no second page.
func (s *Clients) ListSecrets(ctx context.Context, poolID, clientID, token string) (list []pool.ClientSecret, err error) {
	if token != "" {
		return nil, keyring.ErrPage
	}
	err = s.o.look(ctx, "list client secrets", poolID, func(snap store.Snapshot, _ *pool.Pool) error {
		c, _, err := directory.ClientOf(ctx, snap, poolID, clientID)
		if err == nil {
			list = c.Secrets
		}
		return err
	})
	return list, err
}

// DeleteSecret takes a secret from an app client; it proves nothing from now
// on. Errors: NotFound, InvalidParameter for the last secret.
func (s *Clients) DeleteSecret(ctx context.Context, poolID, clientID, id string) error {
	return s.changeSecrets(ctx, "delete client secret", poolID, clientID, func(c *pool.Client) error {
		i := slices.IndexFunc(c.Secrets, func(one pool.ClientSecret) bool { return one.ID(c.ID) == id })
		switch {
		case i < 0:
			return pool.E(pool.NotFound, "Client secret "+id+" does not exist.")
		case len(c.Secrets) == 1:
			return pool.E(pool.InvalidParameter, "The last secret of a user pool client cannot be deleted.")
		}
		c.Secrets = slices.Delete(slices.Clone(c.Secrets), i, i+1)
		return nil
	})
}

func (s *Clients) changeSecrets(ctx context.Context, what, poolID, clientID string, do func(*pool.Client) error) error {
	now := s.o.now()
	return s.o.change(ctx, what, poolID, func(tx store.Tx, _ *pool.Pool) error {
		known, _, err := directory.ClientOf(ctx, tx, poolID, clientID)
		if err != nil {
			return err
		}
		c := *known
		c.Modified = now
		if err := do(&c); err != nil {
			return err
		}
		return again(tx.UpdateClient(ctx, &c))
	})
}
