package auth

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cenote-auth/cenote/auth/internal/loopback"
)

// Identity providers as the service names them. A SAML or OIDC provider of the
// pool goes by the name it has there.
const (
	ProviderAmazon   = "LoginWithAmazon"
	ProviderApple    = "SignInWithApple"
	ProviderFacebook = "Facebook"
	ProviderGoogle   = "Google"
)

// Prompt is what the hosted pages shall ask (OpenID Connect Core, section
// 3.1.2.1).
type Prompt string

const (
	PromptNone          Prompt = "none" // nothing: come back with an error rather than show a page
	PromptLogin         Prompt = "login"
	PromptConsent       Prompt = "consent"
	PromptSelectAccount Prompt = "select_account"
)

// RedirectInput says how a person is sent to the hosted pages. The zero value
// serves if one redirect URI is configured.
type RedirectInput struct {
	// RedirectURI is where the pages send the person back to: one of
	// Config.OAuth.RedirectSignIn. Empty: the only one there is.
	RedirectURI string

	Provider      string // such as ProviderGoogle, to go there without a stop at the pages
	IDPIdentifier string // in place of Provider: one of the provider's identifiers, such as a mail domain

	CustomState string // comes back in the event CustomState
	LoginHint   string // the user name to fill in
	Lang        string // of the pages, such as "de"
	Prompt      Prompt
	SignUp      bool // begin at the page for new users

	// Nonce comes back in the ID token, and CompleteRedirect compares it. One is
	// drawn if it is empty.
	Nonce string
}

// inflight is how long Amplify waits for a redirect to come back.
const inflight = 5 * time.Minute

// AuthorizeURL returns the address of the hosted pages to send a person to, and
// remembers in the storage what CompleteRedirect must know of it: a state, a
// PKCE verifier, a nonce. A redirect that was begun before is then forgotten. It
// is Amplify's signInWithRedirect without the leaving.
//
// Errors: ErrOAuthNotConfigured, ErrInvalidRedirect, ErrRedirectNotConfigured;
// ErrAlreadySignedIn, unless there is a Prompt or Options.ReplaceSession is set.
func (c *Client) AuthorizeURL(ctx context.Context, in RedirectInput) (string, error) {
	address, err := c.authorizeURL(ctx, in)
	if err != nil {
		return "", named("AuthorizeURL", err)
	}
	return address, nil
}

func (c *Client) authorizeURL(ctx context.Context, in RedirectInput) (string, error) {
	pages, err := c.pages()
	if err != nil {
		return "", err
	}
	back, err := choose(c.cfg.OAuth.RedirectSignIn, in.RedirectURI)
	if err != nil {
		return "", err
	}
	if in.Prompt == "" {
		if err := c.vacant(ctx); err != nil {
			return "", err
		}
	}
	r := newRedirect(c.cfg.OAuth, back, in)
	if err := c.saveRedirect(ctx, r); err != nil {
		return "", err
	}
	path := "/oauth2/authorize"
	if in.SignUp {
		path = "/signup"
	}
	return pages + path + "?" + query(c.authorizeParameters(r, in)), nil
}

func (c *Client) authorizeParameters(r redirect, in RedirectInput) url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("client_id", c.cfg.ClientID)
	set("redirect_uri", r.back)
	set("response_type", c.cfg.OAuth.responseType())
	set("scope", strings.Join(c.cfg.OAuth.Scopes, " "))
	set("state", r.state)
	set("nonce", r.nonce)
	if r.verifier != "" {
		sum := sha256.Sum256([]byte(r.verifier)) // RFC 7636, section 4.2
		set("code_challenge", base64.RawURLEncoding.EncodeToString(sum[:]))
		set("code_challenge_method", "S256")
	}
	switch {
	case in.IDPIdentifier != "":
		set("idp_identifier", in.IDPIdentifier)
	case in.Provider != "" || in.Prompt != PromptNone: // a silent attempt takes any provider's session
		set("identity_provider", cmp.Or(in.Provider, "COGNITO"))
	}
	set("login_hint", in.LoginHint)
	set("lang", in.Lang)
	set("prompt", string(in.Prompt))
	return q
}

// SignOutURL returns the address that ends the person's session at the hosted
// pages, which remember it in a cookie of their own, and sends them back to
// redirectURI: one of Config.OAuth.RedirectSignOut; the only one if empty. Send
// those there after SignOut who came by redirect; see SignedInByRedirect.
//
// Errors: ErrOAuthNotConfigured, ErrInvalidRedirect, ErrRedirectNotConfigured.
func (c *Client) SignOutURL(redirectURI string) (string, error) {
	pages, err := c.pages()
	if err != nil {
		return "", named("SignOutURL", err)
	}
	back, err := choose(c.cfg.OAuth.RedirectSignOut, redirectURI)
	if err != nil {
		return "", named("SignOutURL", err)
	}
	return pages + "/logout?" + query(url.Values{"client_id": {c.cfg.ClientID}, "logout_uri": {back}}), nil
}

// SignedInByRedirect reports whether the stored session came from the hosted
// pages. Ask before SignOut, which forgets it. The error is ErrNotSignedIn, or
// the storage's.
func (c *Client) SignedInByRedirect(ctx context.Context) (bool, error) {
	stored, err := c.store.Load(ctx)
	if err != nil {
		return false, named("SignedInByRedirect", err)
	}
	return stored.OAuth, nil
}

// pages returns the base URL of the hosted pages, without a slash at its end.
func (c *Client) pages() (string, error) {
	if c.cfg.OAuth == nil || c.cfg.OAuth.Domain == "" {
		return "", failureOf("", ErrOAuthNotConfigured, "The hosted pages are not configured.", "Set Config.OAuth.")
	}
	address := c.cfg.OAuth.Domain
	if !strings.Contains(address, "://") {
		address = "https://" + address
		if u, err := url.Parse(address); err == nil && loopback.Is(u.Hostname()) {
			address = "http://" + c.cfg.OAuth.Domain
		}
	}
	u, err := url.Parse(address)
	if err != nil || u.User != nil || !loopback.Usable(u, c.cfg.InsecureHTTP) {
		return "", failureOf("", ErrOAuthNotConfigured, "The domain of the hosted pages cannot be used.", "It is a host name, an https URL, or a URL of a loopback address.")
	}
	return u.Scheme + "://" + u.Host + strings.TrimRight(u.Path, "/"), nil
}

// choose returns the redirect URI to use of those that are configured.
func choose(configured []string, wanted string) (string, error) {
	switch {
	case wanted == "" && len(configured) == 1:
		return configured[0], nil
	case wanted == "":
		return "", failureOf("", ErrInvalidRedirect, "It is not clear where to come back to.", "Configure one redirect URI, or name one of them.")
	case !slices.Contains(configured, wanted):
		return "", failureOf("", ErrRedirectNotConfigured, "The redirect URI is not one of those that are configured.", "Add it to Config.OAuth and to the app client.")
	}
	return wanted, nil
}

// responseType is "code" or "token".
func (o *OAuth) responseType() string { return cmp.Or(o.ResponseType, "code") }

// redirect is what is remembered between leaving and coming back.
type redirect struct {
	state, verifier, nonce string
	back                   string // the redirect URI
}

func newRedirect(o *OAuth, back string, in RedirectInput) redirect {
	r := redirect{state: rand.Text(), back: back, nonce: in.Nonce}
	if in.CustomState != "" {
		r.state += "-" + hex.EncodeToString([]byte(in.CustomState))
	}
	if o.responseType() == "code" {
		r.verifier = rand.Text() + rand.Text() // RFC 7636 wants 43 characters at least
	}
	if r.nonce == "" && slices.Contains(o.Scopes, "openid") {
		r.nonce = rand.Text()
	}
	return r
}

// customState returns what AuthorizeURL hid in state. Amplify writes the codes of
// its characters, which for some texts is not UTF-8 but Latin-1.
func customState(state string) string {
	_, text, _ := strings.Cut(state, "-")
	custom, err := hex.DecodeString(text)
	if err != nil {
		return ""
	}
	if utf8.Valid(custom) {
		return string(custom)
	}
	runes := make([]rune, len(custom))
	for i, b := range custom {
		runes[i] = rune(b)
	}
	return string(runes)
}

// redirectKeys are the names of what is remembered, Amplify's but for the last
// two, which it has no use for.
type redirectKeys struct{ inflight, deadline, state, verifier, nonce, back string }

func (c *Client) redirectKeys() redirectKeys {
	k := c.store.Keys()
	return redirectKeys{
		inflight: k.InflightOAuth(), deadline: k.InflightOAuthDeadline(), state: k.OAuthState(), verifier: k.OAuthPKCE(),
		nonce: k.OAuthState() + "Nonce", back: k.OAuthState() + "RedirectURI",
	}
}

func (k redirectKeys) all() []string {
	return []string{k.inflight, k.deadline, k.state, k.verifier, k.nonce, k.back}
}

func (c *Client) saveRedirect(ctx context.Context, r redirect) error {
	k := c.redirectKeys()
	set := map[string]string{
		k.inflight: "true",
		k.deadline: strconv.FormatInt(c.opts.Now().Add(inflight).UnixMilli(), 10),
		k.state:    r.state,
		k.back:     r.back,
	}
	if r.verifier != "" {
		set[k.verifier] = r.verifier
	}
	if r.nonce != "" {
		set[k.nonce] = r.nonce
	}
	return c.Storage().Save(ctx, set, k.all()...)
}

// forgetRedirect removes what redirects leave in the storage.
func (c *Client) forgetRedirect(ctx context.Context) error {
	return c.Storage().Save(ctx, nil, append(c.redirectKeys().all(), c.store.Keys().OAuthSignIn())...)
}

// query is v as it stands in a URL. Spaces are written so that those who do not
// know forms read them too.
func query(v url.Values) string { return strings.ReplaceAll(v.Encode(), "+", "%20") }
