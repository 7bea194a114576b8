package signin

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// ClientRequest asks for a token for a client itself.
type ClientRequest struct {
	ClientID string
	Secret   string
	Scopes   []string // nil: all that the client has

	ClientMetadata map[string]string // for PreTokenGeneration
}

// ClientToken is an access token of a client, and for how many seconds it
// lives.
type ClientToken struct {
	Access    string
	ExpiresIn int32
}

// clientUserName is the user name of a token without a user, for functions.
const clientUserName = "ClientCredentials"

// ClientToken gives a client a token for itself, for scopes of resource servers
// that the client was allowed. Errors: NotFound, OperationNotEnabled for a
// client that may not, NotAuthorized for a wrong secret, InvalidParameter for a
// scope.
// Source: GetClientToken in model/ and its documentation.
func (s *Service) ClientToken(ctx context.Context, r ClientRequest) (ClientToken, error) {
	var c *pool.Client
	var p *pool.Pool
	var scope string
	err := s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if c, p, err = directory.Client(ctx, snap, r.ClientID); err != nil {
			return err
		}
		if !slices.Contains(c.AuthFlows, pool.ClientTokenFlow) {
			return pool.E(pool.OperationNotEnabled, pool.ClientTokenFlow+" is not enabled for client "+c.ID)
		}
		right, err := s.Secrets.Matches(c, r.Secret)
		switch {
		case err != nil:
			return err
		case !right:
			return pool.E(pool.NotAuthorized, "Unable to verify secret for client "+c.ID)
		}
		scope, err = clientScope(ctx, snap, p, c, r.Scopes)
		return err
	})
	if err != nil {
		return ClientToken{}, err
	}
	changes, err := s.Triggers.PreTokenGeneration(ctx, trigger.Subject{Pool: p, Client: c, Name: clientUserName},
		trigger.Upcoming{Occasion: trigger.TokensOfClient, Scopes: strings.Fields(scope)}, r.ClientMetadata)
	if err != nil {
		return ClientToken{}, err
	}
	var t ClientToken
	t.Access, t.ExpiresIn, err = s.Tokens.IssueClient(ctx, p, c, scope, changes)
	return t, err
}

// clientScope returns the scopes of a client's own token: those that were asked
// for, or else all that the client may have of resource servers. One that its
// resource server has lost since is gone.
func clientScope(ctx context.Context, s store.SettingReader, p *pool.Pool, c *pool.Client, asked []string) (string, error) {
	names := asked
	if len(asked) == 0 {
		names = c.OAuthScopes
	}
	var granted []string
	for _, name := range names {
		known, err := hasScope(ctx, s, p, name)
		switch {
		case err != nil:
			return "", err
		case known && slices.Contains(c.OAuthScopes, name):
			if !slices.Contains(granted, name) {
				granted = append(granted, name)
			}
		case len(asked) > 0:
			return "", pool.E(pool.InvalidParameter, "Invalid scope requested: "+name)
		}
	}
	if len(granted) == 0 {
		return "", pool.E(pool.InvalidParameter, "Client "+c.ID+" has no scopes of a resource server.")
	}
	return strings.Join(granted, " "), nil
}

// hasScope reports whether a resource server of p has a scope.
func hasScope(ctx context.Context, s store.SettingReader, p *pool.Pool, scope string) (bool, error) {
	at := strings.LastIndex(scope, "/") // no scope has one in its name
	if at < 0 {
		return false, nil
	}
	server, err := setting.ResourceServers.Get(ctx, s, p.Key, scope[:at])
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(server.Value.Scopes, func(known pool.Scope) bool { return known.Name == scope[at+1:] }), nil
}
