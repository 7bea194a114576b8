package auth

import (
	"context"

	"golang.org/x/oauth2"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// TokenKind is one of the two tokens that are shown to others.
type TokenKind string

const (
	AccessToken TokenKind = "access" // for the service and for most APIs
	IDToken     TokenKind = "id"     // for APIs that want to know the user's attributes, as of API Gateway's authorizers
)

// Tokens returns tokens that are good for Options.RefreshLeeway at least, as
// Session does, but never asks the identity pool. That nobody is signed in is
// ErrNotSignedIn; the other errors are those of Session.
//
// opts may be nil.
func (c *Client) Tokens(ctx context.Context, opts *SessionOptions) (*Tokens, error) {
	var o SessionOptions
	if opts != nil {
		o = *opts
	}
	stored, err := c.fresh(ctx, o.ForceRefresh, o.ClientMetadata)
	if err != nil {
		return nil, named("Tokens", err)
	}
	return stored.Session, nil
}

// TokenSource returns the session as an oauth2.TokenSource, for the many
// libraries that take one. ctx is used by each call of its Token, which returns
// the token of that kind with its expiry by our clock, refreshed if need be, and
// no refresh token. It fails as Tokens does, and with userpool.ErrInvalidTokens if
// there is no token of that kind.
//
// A client from oauth2.NewClient sends the token to every host it is sent to,
// redirects included. Transport does not.
func (c *Client) TokenSource(ctx context.Context, kind TokenKind) oauth2.TokenSource {
	return tokenSource{ctx, c, kind}
}

type tokenSource struct {
	ctx    context.Context
	client *Client
	kind   TokenKind
}

func (s tokenSource) Token() (*oauth2.Token, error) {
	tokens, err := s.client.Tokens(s.ctx, nil)
	if err != nil {
		return nil, err
	}
	token, err := pick(tokens, s.kind)
	if err != nil {
		return nil, named("TokenSource", err)
	}
	t := &oauth2.Token{AccessToken: token.Raw(), TokenType: "Bearer", Expiry: token.Expires().Add(-tokens.ClockDrift)}
	if s.kind == AccessToken && !tokens.IDToken.IsZero() {
		t = t.WithExtra(map[string]any{"id_token": tokens.IDToken.Raw()})
	}
	return t, nil
}

// pick returns the token of that kind.
func pick(t *Tokens, kind TokenKind) (userpool.Token, error) {
	token := t.AccessToken
	switch kind {
	case AccessToken:
	case IDToken:
		token = t.IDToken
	default:
		return userpool.Token{}, failureOf("", ErrInvalidParameter, "There is no such kind of token.", "Use AccessToken or IDToken.")
	}
	if token.IsZero() {
		return token, failureOf("", userpool.ErrInvalidTokens, "The session has no "+string(kind)+" token.", "Sign in with the openid scope.")
	}
	return token, nil
}
