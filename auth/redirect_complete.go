package auth

import (
	"cmp"
	"context"
	"crypto/subtle"
	"net/url"
	"slices"

	"github.com/cenote-auth/cenote/auth/userpool"
	"github.com/cenote-auth/cenote/auth/verify"
)

// CompleteRedirect ends the redirect that AuthorizeURL began: callbackURL is the
// address at which the person came back. The code in it is exchanged for tokens
// (at the token endpoint, once), which are verified and stored.
//
// What the redirect must be compared with is removed from the storage before the
// code is used, so that nobody uses it again; a callback that is not of the
// redirect under way (ErrOAuthState) leaves it alone.
//
// Errors: ErrOAuthState; ErrOAuthSignIn if the person gave up, if the pages or
// the token endpoint said so (with an *OAuthError), or if the tokens do not
// verify; ErrNetwork; ErrSignInInterrupted if the storage does not keep the
// tokens; ErrOAuthNotConfigured.
func (c *Client) CompleteRedirect(ctx context.Context, callbackURL string) (*User, error) {
	user, custom, err := c.completeRedirect(ctx, callbackURL)
	if err != nil {
		err = named("CompleteRedirect", err)
		c.events.emit(RedirectFailed{Err: err})
		return nil, err
	}
	if custom != "" {
		c.events.emit(CustomState{State: custom})
	}
	c.events.emit(RedirectCompleted{})
	c.events.emit(SignedIn{User: *user})
	return user, nil
}

func (c *Client) completeRedirect(ctx context.Context, callbackURL string) (user *User, custom string, err error) {
	pages, err := c.pages()
	if err != nil {
		return nil, "", err
	}
	callback, err := url.Parse(callbackURL)
	if err != nil {
		return nil, "", oauthFailure("The address that was come back to cannot be read.", nil) // err has the code in it
	}
	answer := callbackParameters(callback)
	r, err := c.claimRedirect(ctx, callback, answer)
	if err != nil {
		return nil, "", err
	}
	tokens, err := c.redirectTokens(ctx, pages, r, answer)
	if err != nil {
		return nil, "", err
	}
	session, err := c.redirectSession(ctx, r, tokens)
	if err != nil {
		return nil, "", err
	}
	if err := c.Storage().Save(ctx, map[string]string{c.store.Keys().OAuthSignIn(): "true,false"}); err != nil {
		return nil, "", interrupted(err)
	}
	user, err = c.keep(ctx, &userpool.Stored{
		Username: cmp.Or(session.AccessToken.Username(), "username"), Session: session, OAuth: true,
	})
	return user, customState(r.state), err
}

// callbackParameters are those of the query, and of the fragment, where the
// implicit flow puts them.
func callbackParameters(u *url.URL) url.Values {
	answer := u.Query()
	fragment, _ := url.ParseQuery(u.Fragment)
	for name, values := range fragment {
		if !answer.Has(name) {
			answer[name] = values
		}
	}
	return answer
}

// claimRedirect takes the redirect under way out of the storage, if answer is of
// it, so that it is answered once.
func (c *Client) claimRedirect(ctx context.Context, callback *url.URL, answer url.Values) (r redirect, err error) {
	unlock, err := c.store.Lock(ctx)
	if err != nil {
		return r, err
	}
	defer unlock()
	k := c.redirectKeys()
	found, err := c.Storage().Load(ctx, k.all()...)
	if err != nil {
		return r, err
	}
	r = redirect{state: found[k.state], verifier: found[k.verifier], nonce: found[k.nonce], back: found[k.back]}
	ours := r.state != "" && subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(r.state)) == 1
	if ours {
		if err := c.Storage().Save(ctx, nil, k.all()...); err != nil {
			return r, err
		}
	}
	if code := answer.Get("error"); code != "" {
		reason := newOAuthError(code, answer.Get("error_description"))
		return r, oauthFailure(cmp.Or(reason.Description, reason.Code), reason)
	}
	if !answer.Has("state") || !answer.Has("code") && !answer.Has("access_token") {
		return r, oauthFailure("The sign-in was given up.", nil)
	}
	if !ours {
		return r, failureOf("", ErrOAuthState, "This is not the sign-in that was begun here, or it was ended already.", "Begin again.")
	}
	if r.back == "" { // Amplify began it
		bare := *callback
		bare.RawQuery, bare.Fragment, bare.RawFragment = "", "", ""
		r.back, err = choose(c.cfg.OAuth.RedirectSignIn, bare.String())
	}
	return r, err
}

// redirectTokens returns the tokens of answer, or those its code is good for.
func (c *Client) redirectTokens(ctx context.Context, pages string, r redirect, answer url.Values) (tokenAnswer, error) {
	if c.cfg.OAuth.responseType() != "code" {
		return tokenAnswer{AccessToken: answer.Get("access_token"), IDToken: answer.Get("id_token")}, nil
	}
	code := answer.Get("code")
	if code == "" {
		return tokenAnswer{}, oauthFailure("The address that was come back to has no code.", nil)
	}
	return c.exchange(ctx, pages, url.Values{
		"grant_type": {"authorization_code"}, "client_id": {c.cfg.ClientID},
		"code": {code}, "redirect_uri": {r.back}, "code_verifier": {r.verifier},
	})
}

// redirectSession makes a session of tokens that verify.
func (c *Client) redirectSession(ctx context.Context, r redirect, t tokenAnswer) (*userpool.Session, error) {
	verifier, err := c.verifier()
	if err != nil {
		return nil, oauthFailure("The tokens cannot be verified.", err)
	}
	access, err := verifier.Verify(ctx, t.AccessToken, verify.Access)
	if err != nil {
		return nil, oauthFailure("The access token does not verify.", err)
	}
	session := &userpool.Session{RefreshToken: t.RefreshToken, ClockDrift: access.IssuedAt.Sub(c.opts.Now())}
	if session.AccessToken, err = userpool.ParseToken(t.AccessToken); err != nil {
		return nil, oauthFailure("The access token cannot be read.", err)
	}
	if t.IDToken == "" {
		if slices.Contains(c.cfg.OAuth.Scopes, "openid") {
			return nil, oauthFailure("An ID token was asked for, and none came.", nil)
		}
		return session, nil
	}
	id, err := verifier.Verify(ctx, t.IDToken, verify.ID)
	if err != nil {
		return nil, oauthFailure("The ID token does not verify.", err)
	}
	if id.Subject != access.Subject || r.nonce != "" && id.Nonce != r.nonce {
		return nil, oauthFailure("The ID token is not of this sign-in.", nil)
	}
	if session.IDToken, err = userpool.ParseToken(t.IDToken); err != nil {
		return nil, oauthFailure("The ID token cannot be read.", err)
	}
	return session, nil
}
