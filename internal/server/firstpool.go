package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// The ids of the first pool and its client are written into the database
// before the two are made.
const (
	metaFirstPool   = "first-pool"
	metaFirstClient = "first-client"
)

// FirstPool is the pool and the client that a development server has from its
// first start.
type FirstPool struct {
	ID       string
	ClientID string

	pool *pool.Pool
}

// FirstPool returns the first pool, and makes what is missing of it. Its ids
// stay the same as long as the database lives: nodes that start together agree
// on them, and when somebody has deleted the pool or the client, the next start
// makes an empty one under the same id, so that the settings of apps stay true.
func (s *Server) FirstPool(ctx context.Context) (FirstPool, error) {
	first := FirstPool{
		ID:       "us-east-1_" + rand.Text()[:9],
		ClientID: strings.ToLower(rand.Text()), // 26 letters and digits, as the service's
	}
	err := s.store.Update(ctx, func(tx store.Tx) error {
		id, err := tx.SetMetaOnce(ctx, metaFirstPool, first.ID)
		if err != nil {
			return err
		}
		clientID, err := tx.SetMetaOnce(ctx, metaFirstClient, first.ClientID)
		first.ID, first.ClientID = id, clientID
		return err
	})
	if err != nil {
		return FirstPool{}, fmt.Errorf("first pool: %w", err)
	}
	err = ensure(func() (err error) {
		first.pool, _, err = s.pools.Describe(ctx, first.ID)
		return err
	}, func() error {
		_, err := s.pools.Create(ctx, newFirstPool(first.ID))
		return err
	})
	if err != nil {
		return FirstPool{}, fmt.Errorf("first pool: %w", err)
	}
	err = ensure(func() error {
		_, _, err := s.clients.Describe(ctx, first.ID, first.ClientID)
		return err
	}, func() error {
		_, _, err := s.clients.Create(ctx, newFirstClient(first))
		return err
	})
	if err != nil {
		return FirstPool{}, fmt.Errorf("client of the first pool: %w", err)
	}
	return first, nil
}

// ensure makes what find does not find. Another node may be faster: then find
// finds it after all.
func ensure(find, create func() error) error {
	err := find()
	if !errors.Is(err, pool.E(pool.NotFound, "")) {
		return err
	}
	if err := create(); err != nil {
		if find() == nil {
			return nil
		}
		return err
	}
	return find()
}

// newFirstPool is what a new Amplify project has: people sign in by e-mail, in
// letters of either case.
func newFirstPool(id string) admin.NewPool {
	return admin.NewPool{
		CustomID:           id,
		UsernameAttributes: []string{"email"},
		CaseSensitive:      new(false),
		Settings: pool.Settings{
			Name:                   "cenote-dev",
			AutoVerifiedAttributes: []string{"email"},
			PasswordPolicy: pool.PasswordPolicy{
				MinLength: 8, RequireLower: true, RequireUpper: true, RequireDigit: true, TemporaryDays: 3,
			},
			Recovery:      []pool.RecoveryOption{{Name: "verified_email", Priority: 1}},
			RecoveryGiven: true,
		},
	}
}

// newFirstClient is a public client, as apps in browsers and phones need. It
// does not tell who has an account.
func newFirstClient(first FirstPool) admin.NewClient {
	return admin.NewClient{
		PoolID:   first.ID,
		CustomID: first.ClientID,
		ClientSettings: pool.ClientSettings{
			Name:             "cenote-dev-web",
			AuthFlows:        []string{"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"},
			HideUnknownUsers: "ENABLED",
		},
	}
}
