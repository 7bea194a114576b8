package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Clients makes, shows, lists, changes and deletes app clients.
type Clients struct{ o Options }

// NewClients returns Clients made of o.
func NewClients(o Options) *Clients { return &Clients{o} }

// NewClient is what a caller asks of a new app client. Settings that are zero
// get the service's defaults.
type NewClient struct {
	PoolID         string
	CustomID       string // a whole id; if empty that in the name, and without it a new one
	GenerateSecret bool
	Secret         string // one of the caller's own; excludes GenerateSecret
	pool.ClientSettings
}

// Create makes an app client of a pool and returns it with its secret, "" for
// a public client. Errors: NotFound for the pool, InvalidParameter,
// InvalidOAuthFlow, ScopeDoesNotExist, NotBuilt, LimitExceeded.
func (s *Clients) Create(ctx context.Context, n NewClient) (*pool.Client, string, error) {
	secret, err := n.secret()
	if err != nil {
		return nil, "", err
	}
	n.Complete()
	now := s.o.now()
	c := &pool.Client{ID: cmp.Or(n.CustomID, idInName(n.Name), newClientID()), Created: now, Modified: now, ClientSettings: n.ClientSettings}
	if secret != "" {
		c.Secrets = []pool.ClientSecret{{Created: now, Sealed: s.o.Secrets.Seal(c.ID, secret)}}
	}
	err = s.o.Store.Update(ctx, func(tx store.Tx) error {
		p, err := directory.Pool(ctx, tx, n.PoolID)
		if err != nil {
			return err
		}
		if err := checkClient(ctx, tx, p, c, pool.Creating); err != nil {
			return err
		}
		c.PoolKey = p.Key
		return addClient(ctx, tx, c)
	})
	if err != nil {
		return nil, "", fmt.Errorf("create client: %w", err)
	}
	return c, secret, nil
}

func (n *NewClient) secret() (string, error) {
	if n.Secret != "" && n.GenerateSecret {
		return "", pool.E(pool.InvalidParameter, "GenerateSecret and ClientSecret cannot be used together.")
	}
	if n.GenerateSecret {
		return newClientSecret(), nil
	}
	return n.Secret, nil
}

// checkClient returns what is wrong with a client of p.
func checkClient(ctx context.Context, s store.SettingReader, p *pool.Pool, c *pool.Client, act pool.Act) error {
	a, err := around(ctx, s, p, &c.ClientSettings, c.Confidential())
	if err != nil {
		return err
	}
	return c.Check(p, a, act)
}

func addClient(ctx context.Context, tx store.Tx, c *pool.Client) error {
	count, err := tx.CountClients(ctx, c.PoolKey)
	if err != nil {
		return err
	}
	if count >= pool.MaxClients {
		return pool.E(pool.LimitExceeded, "The maximum number of clients of this user pool has been reached.")
	}
	err = tx.CreateClient(ctx, c)
	if errors.Is(err, store.ErrExists) {
		return pool.E(pool.InvalidParameter, "User pool client "+c.ID+" already exists.")
	}
	return err
}

// Describe returns an app client of a pool with its secret, "" for a public
// client, or NotFound.
func (s *Clients) Describe(ctx context.Context, poolID, id string) (*pool.Client, string, error) {
	var c *pool.Client
	err := s.o.Store.View(ctx, func(snap store.Snapshot) (err error) {
		c, _, err = directory.ClientOf(ctx, snap, poolID, id)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("describe client: %w", err)
	}
	secret, err := s.o.Secrets.Open(c)
	if err != nil {
		return nil, "", fmt.Errorf("describe client: %w", err)
	}
	return c, secret, nil
}

// ClientList asks for a page of a pool's clients.
type ClientList struct {
	PoolID string
	Type   string // unbuilt.go refuses it
	Token  string // of the page before, "" for the first
	Limit  int    // 60 if out of range
}

// List returns up to l.Limit clients of a pool in the order of their ids, and
// the token of the next page or "".
func (s *Clients) List(ctx context.Context, l ClientList) (clients []*pool.Client, next string, err error) {
	if err := refuse(clientListRefusals, &l); err != nil {
		return nil, "", err
	}
	limit := pageSize(l.Limit)
	err = s.o.Store.View(ctx, func(snap store.Snapshot) error {
		p, err := directory.Pool(ctx, snap, l.PoolID)
		if err != nil {
			return err
		}
		after, err := s.o.Keyring.OpenPage(l.Token, "clients", p.Key)
		if err != nil {
			return err
		}
		clients, err = snap.Clients(ctx, p.Key, store.Page{After: after, Limit: limit + 1})
		if err == nil && len(clients) > limit {
			clients = clients[:limit]
			next = s.o.Keyring.SealPage(clients[limit-1].ID, "clients", p.Key)
		}
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("list clients: %w", err)
	}
	return clients, next, nil
}

// Delete removes an app client of a pool; its sign-ins end with it. NotFound
// if there is none.
func (s *Clients) Delete(ctx context.Context, poolID, id string) error {
	err := s.o.Store.Update(ctx, func(tx store.Tx) error {
		p, err := directory.Pool(ctx, tx, poolID)
		if err != nil {
			return err
		}
		err = tx.DeleteClient(ctx, p.Key, id)
		if errors.Is(err, store.ErrNotFound) {
			return directory.NoClient(id)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("delete client: %w", err)
	}
	return nil
}
