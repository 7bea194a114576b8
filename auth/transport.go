package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/auth/internal/loopback"
)

// Transport is an http.RoundTripper that shows the user's token to an API. It is
// safe for concurrent use. Make it with Client.Transport.
type Transport struct {
	client  *Client
	base    http.RoundTripper
	kind    TokenKind
	origins map[string]bool
}

// Transport returns a transport that adds "Authorization: Bearer" with the
// session's token of that kind to requests for these origins, such as
// "https://api.example.com", and sends all others as they are. So a redirect to
// another host, or to another port or scheme of the same one, does not carry the
// token there; nor does one from there to these origins, which a stranger chose.
// A request that has an Authorization header keeps it.
//
// If the API answers 401 (Unauthorized), the tokens are refreshed and the request
// is sent again, once, if its body can be had again (http.Request.GetBody) and
// the token was not issued within the last ten seconds. If they cannot be
// refreshed, or somebody else has signed in meanwhile, the 401 is returned.
//
// Without a session the request is not sent, and fails as Client.Tokens does.
//
// base is http.DefaultTransport if nil. It is an error if no origin is given, if
// one is more than scheme, host and port, or not https, but for loopback
// addresses.
func (c *Client) Transport(base http.RoundTripper, kind TokenKind, origins ...string) (*Transport, error) {
	t := &Transport{client: c, base: base, kind: kind, origins: make(map[string]bool)}
	if t.base == nil {
		t.base = http.DefaultTransport
	}
	for _, origin := range origins {
		u, err := url.Parse(origin)
		if err != nil || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || !loopback.Usable(u, c.cfg.InsecureHTTP) {
			return nil, failureOf("Transport", ErrInvalidParameter, "An origin reads like https://api.example.com.", "")
		}
		t.origins[originOf(u)] = true
	}
	if len(t.origins) == 0 || kind != AccessToken && kind != IDToken {
		return nil, failureOf("Transport", ErrInvalidParameter, "A kind of token and an origin are needed.", "")
	}
	return t, nil
}

// originOf is u's scheme, host and port, in one way of writing (RFC 6454).
func originOf(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "http":
		port = "80"
	case u.Scheme == "https":
		port = "443"
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !t.ours(r) || r.Header.Get("Authorization") != "" {
		return t.base.RoundTrip(r)
	}
	sent, err := t.token(r.Context())
	if err != nil {
		return nil, errors.Join(err, closeBody(r))
	}
	res, err := t.base.RoundTrip(bearer(r, sent.raw))
	if err != nil || res.StatusCode != http.StatusUnauthorized {
		return res, err
	}
	again, err := rewind(r)
	if err != nil || again == nil {
		return res, nil //nolint:nilerr // the API's answer is better than none
	}
	fresh, err := t.renew(r.Context(), sent)
	if err != nil || fresh.raw == sent.raw || fresh.subject != sent.subject {
		_ = closeBody(again)
		return res, nil
	}
	discard(res)
	return t.base.RoundTrip(bearer(again, fresh.raw))
}

// ours reports whether r goes to one of the origins, and was redirected by none
// but them.
func (t *Transport) ours(r *http.Request) bool {
	for r != nil && t.origins[originOf(r.URL)] {
		if r.Response == nil {
			return true
		}
		r = r.Response.Request
	}
	return false
}

// presented is a token as it was sent.
type presented struct {
	raw     string
	subject string
	issued  time.Time // by our clock
}

func (t *Transport) token(ctx context.Context) (presented, error) {
	tokens, err := t.client.Tokens(ctx, nil)
	if err != nil {
		return presented{}, err
	}
	return t.pick(tokens)
}

func (t *Transport) pick(tokens *Tokens) (presented, error) {
	token, err := pick(tokens, t.kind)
	if err != nil {
		return presented{}, named("Transport", err)
	}
	return presented{token.Raw(), token.Subject(), token.IssuedAt().Add(-tokens.ClockDrift)}, nil
}

// justIssued is how old a token is at least when a 401 may be the fault of its
// age. It keeps an API that takes no token from costing a refresh a request.
const justIssued = 10 * time.Second

// renew returns a newer token than the one that was refused: what somebody else
// refreshed meanwhile, or what we do. It may be the same.
func (t *Transport) renew(ctx context.Context, refused presented) (presented, error) {
	now, err := t.token(ctx)
	if err != nil || now.raw != refused.raw || t.client.opts.Now().Sub(refused.issued) < justIssued {
		return now, err
	}
	tokens, err := t.client.Tokens(ctx, &SessionOptions{ForceRefresh: true})
	if err != nil {
		return presented{}, err
	}
	return t.pick(tokens)
}

// bearer returns a copy of r with the token.
func bearer(r *http.Request, token string) *http.Request {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}

// rewind returns r with its body at the beginning, nil if that cannot be had.
func rewind(r *http.Request) (*http.Request, error) {
	again := r.Clone(r.Context())
	if r.Body == nil || r.Body == http.NoBody {
		return again, nil
	}
	if r.GetBody == nil {
		return nil, nil
	}
	body, err := r.GetBody()
	if err != nil {
		return nil, fmt.Errorf("read the request's body again: %w", err)
	}
	again.Body = body
	return again, nil
}

func closeBody(r *http.Request) error {
	if r.Body == nil {
		return nil
	}
	return r.Body.Close()
}

// discard reads what is left of an answer, if that is little, so that its
// connection can be used again.
func discard(res *http.Response) {
	_, _ = io.CopyN(io.Discard, res.Body, 64<<10)
	_ = res.Body.Close()
}
