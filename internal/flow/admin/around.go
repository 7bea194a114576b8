package admin

import (
	"context"
	"errors"
	"strings"

	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// around returns what the settings of a client of p are held against: of what
// the pool has, only what they name is read.
func around(ctx context.Context, s store.SettingReader, p *pool.Pool, c *pool.ClientSettings, secret bool) (pool.Around, error) {
	a := pool.Around{Secret: secret}
	for _, scope := range c.OAuthScopes {
		at := strings.LastIndex(scope, "/") // no scope has one in its name
		if at < 0 {
			continue
		}
		server, err := setting.ResourceServers.Get(ctx, s, p.Key, scope[:at])
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return a, err
		}
		for _, known := range server.Value.Scopes {
			if known.Name == scope[at+1:] {
				a.Scopes = append(a.Scopes, scope)
			}
		}
	}
	for _, name := range c.IdentityProviders {
		_, err := setting.Providers.Get(ctx, s, p.Key, name)
		switch {
		case err == nil:
			a.Providers = append(a.Providers, name)
		case !errors.Is(err, store.ErrNotFound):
			return a, err
		}
	}
	return a, nil
}
