package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/internal/loopback"
	"github.com/cenote-auth/cenote/auth/verify"
)

// Options are what a Site is made of. Client and Origin are required.
type Options struct {
	// Client is the app client of the user pool. Its own storage is not used:
	// each request has a client of its own. Its RefreshLeeway should be less than
	// a minute, as it is if nothing was said of it.
	Client *auth.Client

	// Origin is the app as browsers see it: scheme, host and port, such as
	// "https://app.example.com". http is for loopback addresses, and for others
	// with Client's Config.InsecureHTTP.
	Origin string

	// Path is where Routes is mounted; "/auth/" if empty. The app client and
	// Config.OAuth must have Origin + Path + "sign-in-callback" among their
	// sign-in redirects, and with "sign-out-callback" among their sign-out
	// redirects.
	Path string

	AfterSignIn  string // the path people go to after signing in, unless they came from elsewhere; "/" if empty
	AfterSignOut string // "/" if empty

	// SignInPath is where Required sends those who are not signed in: a page of
	// the app's own with a form, if it is not to be the hosted pages; Path +
	// "sign-in" if empty. The path they wanted is added as ?return=.
	SignInPath string

	// Cookie is a template, as of NewCookies. Secure is set if Origin is https.
	Cookie http.Cookie

	// TrustedOrigins may send requests that change something, such as
	// "https://admin.example.com". The app's own always may.
	TrustedOrigins []string

	// Verifier verifies the tokens; one made of Client's configuration if nil,
	// which fetches the keys by http.DefaultTransport.
	Verifier *verify.Verifier

	// Error answers requests that fail for another reason than that nobody is
	// signed in. If nil, a line of plain text does, with the status of StatusOf.
	Error func(w http.ResponseWriter, r *http.Request, err error)

	Log *slog.Logger     // of what no answer tells; nothing if nil
	Now func() time.Time // time.Now if nil
}

// Site is the signing-in part of one web app. It is safe for concurrent use.
type Site struct {
	opts     Options // with its defaults
	client   *auth.Client
	verifier *verify.Verifier
	foreign  *http.CrossOriginProtection
	recent   *recent
}

// New returns a Site. It calls nobody.
func New(o Options) (*Site, error) {
	if o.Client == nil {
		return nil, errors.New("web: no client is given")
	}
	origin, err := url.Parse(o.Origin)
	if err != nil || !loopback.Usable(origin, o.Client.Config().InsecureHTTP) || o.Origin != origin.Scheme+"://"+origin.Host {
		return nil, errors.New("web: an origin reads like https://app.example.com")
	}
	o.Cookie.Secure = o.Cookie.Secure || origin.Scheme == "https"
	if o.Cookie.SameSite == http.SameSiteNoneMode || o.Cookie.MaxAge < 0 || o.Cookie.Partitioned && !o.Cookie.Secure {
		return nil, errors.New("web: cookies of a session are SameSite=Lax or Strict, and live a while")
	}
	if err := (&http.Cookie{Name: "n", Path: o.Cookie.Path, Domain: o.Cookie.Domain}).Valid(); err != nil {
		return nil, fmt.Errorf("web: the cookie template: %w", err)
	}
	o.Path = "/" + strings.Trim(cmp.Or(o.Path, "/auth/"), "/") + "/"
	o.AfterSignIn, o.AfterSignOut = cmp.Or(o.AfterSignIn, "/"), cmp.Or(o.AfterSignOut, "/")
	o.SignInPath = cmp.Or(o.SignInPath, o.Path+"sign-in")
	for _, path := range []string{o.Path, o.AfterSignIn, o.AfterSignOut, o.SignInPath} {
		if !isLocal(path) {
			return nil, fmt.Errorf("web: not a path of this app: %q", path)
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Error == nil {
		o.Error = plainError
	}
	s := &Site{opts: o, client: o.Client, verifier: o.Verifier, foreign: http.NewCrossOriginProtection(), recent: newRecent(o.Now)}
	for _, trusted := range append([]string{o.Origin}, o.TrustedOrigins...) {
		if err := s.foreign.AddTrustedOrigin(trusted); err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
	}
	if s.verifier == nil {
		s.verifier, err = newVerifier(o.Client.Config(), o.Now)
	}
	return s, err
}

func newVerifier(c auth.Config, now func() time.Time) (*verify.Verifier, error) {
	return verify.New(verify.Options{
		UserPoolID: c.UserPoolID, Endpoint: c.Endpoint, Issuer: c.Issuer, InsecureHTTP: c.InsecureHTTP,
		ClientIDs: []string{c.ClientID}, Now: now,
	})
}

// ErrCrossOrigin is given to Options.Error for a request that another origin sent
// and that may change something.
var ErrCrossOrigin = errors.New("the request comes from another site")

// StatusOf returns the HTTP status that suits an error of this package or of
// auth: 403 for ErrCrossOrigin, 400 for a sign-in by redirect that did not
// succeed, 503 where trying again later may help, else 500.
func StatusOf(err error) int {
	switch {
	case errors.Is(err, ErrCrossOrigin):
		return http.StatusForbidden
	case errors.Is(err, verify.ErrKeysUnavailable), errors.Is(err, auth.ErrNetwork), errors.Is(err, auth.ErrTooManyRequests),
		errors.Is(err, context.DeadlineExceeded): // the service was not waited for any longer
		return http.StatusServiceUnavailable
	case errors.Is(err, auth.ErrOAuthSignIn), errors.Is(err, auth.ErrOAuthState):
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

func plainError(w http.ResponseWriter, _ *http.Request, err error) {
	status := StatusOf(err)
	text := http.StatusText(status)
	switch status {
	case http.StatusForbidden:
		text = "This request comes from another site."
	case http.StatusBadRequest:
		text = "The sign-in did not succeed. Please try again."
	case http.StatusServiceUnavailable:
		text = "Signing in is not possible at the moment. Please try again."
	}
	http.Error(w, text, status)
}

// fail logs err and answers with it.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.opts.Log.WarnContext(r.Context(), "web: request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	s.opts.Error(w, r, err)
}
