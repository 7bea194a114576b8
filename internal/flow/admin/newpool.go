package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// defaultRegion is the region of pools whose maker names none.
const defaultRegion = "us-east-1"

// NewPool is what a caller asks of a new pool. Settings that are zero get the
// service's defaults.
type NewPool struct {
	Region   string // us-east-1 if empty
	CustomID string // a whole id; if empty the tag _custom_id_, and without it a new one

	UsernameAttributes []string
	AliasAttributes    []string
	CaseSensitive      *bool // true if nil
	Schema             []pool.AttributeWish
	Legacy             pool.LegacyTemplates
	pool.Settings

	// Newer names the members that were sent and that this server does not
	// know; unbuilt.go refuses them.
	Newer []string
}

// Create makes a pool and its signing keys. Errors: InvalidParameter for what
// does not go together or an id that is taken, NotBuilt for what this server
// could not obey, LimitExceeded.
func (s *Pools) Create(ctx context.Context, n NewPool) (*pool.Pool, error) {
	p, err := n.pool()
	if err != nil {
		return nil, err
	}
	if err := refuse(poolRefusals, poolWish{&p.Settings, n.Newer, s.o.Senders}); err != nil {
		return nil, err
	}
	p.Created = s.o.now()
	p.Modified = p.Created
	keys, err := s.o.Tokens.NewSigningKeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("create pool: %w", err)
	}
	var made *pool.Pool
	err = s.o.Store.Update(ctx, func(tx store.Tx) error {
		made, err = addPool(ctx, tx, p, keys)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("create pool: %w", err)
	}
	return made, nil
}

// pool returns the pool that is asked for, complete and checked.
func (n *NewPool) pool() (*pool.Pool, error) {
	id, err := n.id()
	if err != nil {
		return nil, err
	}
	schema, err := pool.NewSchema(n.Schema)
	if err != nil {
		return nil, err
	}
	settings, err := complete(n.Settings, n.Legacy)
	if err != nil {
		return nil, err
	}
	p := &pool.Pool{
		ID: id, UsernameAttributes: n.UsernameAttributes, AliasAttributes: n.AliasAttributes, Schema: schema,
		CaseInsensitive: n.CaseSensitive != nil && !*n.CaseSensitive, CaseGiven: n.CaseSensitive != nil,
		Settings: settings,
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	return p, p.CompleteSecond()
}

// complete returns s with the texts of legacy and the service's defaults where
// it says nothing.
func complete(s pool.Settings, legacy pool.LegacyTemplates) (pool.Settings, error) {
	if err := s.Templates.Merge(legacy); err != nil {
		return s, err
	}
	return s, s.Complete()
}

func (n *NewPool) id() (string, error) {
	if id := cmp.Or(n.CustomID, n.Tags[CustomIDTag]); id != "" {
		return id, pool.CheckID(id)
	}
	return newPoolID(cmp.Or(n.Region, defaultRegion))
}

func addPool(ctx context.Context, tx store.Tx, p *pool.Pool, keys []store.SigningKey) (*pool.Pool, error) {
	count, err := tx.CountPools(ctx)
	if err != nil {
		return nil, err
	}
	if count >= pool.MaxPools {
		return nil, pool.E(pool.LimitExceeded, "The maximum number of user pools has been reached.")
	}
	key, err := tx.CreatePool(ctx, p)
	if errors.Is(err, store.ErrExists) {
		return nil, pool.E(pool.InvalidParameter, "User pool "+p.ID+" already exists.")
	}
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		k.PoolKey = key
		if err := tx.AddSigningKey(ctx, k); err != nil {
			return nil, err
		}
	}
	return tx.PoolByKey(ctx, key)
}
