package token

import (
	"context"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
)

// IssueClient makes an access token for client c of p itself, with no person
// behind it: scope are the scopes that it has, separated by spaces, and changes
// what a function wants otherwise, or nil. It returns the seconds that the token
// lives. Nothing is stored, so that it cannot be revoked.
func (t *Tokens) IssueClient(ctx context.Context, p *pool.Pool, c *pool.Client, scope string, changes *pool.TokenChanges) (text string, lives int32, err error) {
	now, life := t.now(), c.AccessLifetime()
	claims := []claim{
		{"sub", c.ID},
		{"token_use", useAccess},
		{"scope", changedScope(scope, changes)},
		{"auth_time", now.Unix()},
		{"iss", t.issuer(p)},
		{"exp", now.Add(life).Unix()},
		{"iat", now.Unix()},
		{"version", int64(2)},
		{"jti", t.newID()},
		{"client_id", c.ID},
	}
	if changes != nil {
		claims = changed(claims, changes.Access, fixedInAccess)
	}
	token, err := t.unsigned(ctx, p, useAccess, claims)
	if err != nil {
		return "", 0, fmt.Errorf("make a client's access token: %w", err)
	}
	if err := (Grant{Changes: changes}).tooLong(token); err != nil {
		return "", 0, err
	}
	select {
	case t.signing <- struct{}{}:
		defer func() { <-t.signing }()
	case <-ctx.Done():
		return "", 0, fmt.Errorf("wait to sign: %w", ctx.Err())
	}
	if text, err = token.sign(); err != nil {
		return "", 0, fmt.Errorf("sign a client's access token: %w", err)
	}
	return text, int32(life / time.Second), nil
}
