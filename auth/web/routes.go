package web

import (
	"fmt"
	"html"
	"net/http"

	"github.com/cenote-auth/cenote/auth"
)

// Routes returns the handler of the pages by which people sign in and out at the
// pool's hosted pages. Mount it at Options.Path. It serves, below that path:
//
//	GET  sign-in            to the hosted pages; those who are signed in, to where they would return
//	GET  sign-up            the same, to the page for new users
//	GET  sign-in-callback   back from there: signs in, sets the cookies, goes on
//	POST sign-out           ends the session, here and at the hosted pages
//	GET  sign-out           the same, for links on the app's own pages
//	GET  sign-out-callback  back from there
//
// sign-in and sign-up take the query parameters return, a path of this app to go
// on to; provider (Google, Facebook, Amazon, Apple, or the name of a SAML or OIDC
// provider), lang and login_hint.
//
// The session is revoked and its cookies are removed before the browser leaves
// for the hosted pages' own sign-out. A GET of sign-out that is not a person's
// following a link of this app, by the word of the browser (Sec-Fetch-Site and
// Sec-Fetch-Dest), is refused with 403: use a form where browsers say nothing.
//
// Config.OAuth.ResponseType must be code: a server does not see the tokens of the
// implicit flow.
func (s *Site) Routes() http.Handler {
	mux := http.NewServeMux()
	route := func(name string, serve func(http.ResponseWriter, *http.Request, *seat), methods ...string) {
		mux.Handle(s.opts.Path+name, s.route(serve, methods))
	}
	route("sign-in", s.signIn, http.MethodGet)
	route("sign-up", s.signUp, http.MethodGet)
	route("sign-in-callback", s.signedIn, http.MethodGet)
	route("sign-out", s.signOut, http.MethodGet, http.MethodPost)
	route("sign-out-callback", s.signedOut, http.MethodGet)
	return mux
}

func (s *Site) route(serve func(http.ResponseWriter, *http.Request, *seat), methods []string) http.Handler {
	inner := s.handle(func(w http.ResponseWriter, r *http.Request, _ error) {
		serve(w, r, r.Context().Value(seatKey{}).(*seat))
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer") // the callback's address has a code in it
		for _, method := range methods {
			if r.Method == method {
				inner.ServeHTTP(w, r)
				return
			}
		}
		h["Allow"] = methods
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	})
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request, seat *seat) { s.leave(w, r, seat, false) }
func (s *Site) signUp(w http.ResponseWriter, r *http.Request, seat *seat) { s.leave(w, r, seat, true) }

// providers are the names of Amplify's that are not the service's.
var providers = map[string]string{"Amazon": auth.ProviderAmazon, "Apple": auth.ProviderApple}

// leave sends the browser to the hosted pages.
func (s *Site) leave(w http.ResponseWriter, r *http.Request, seat *seat, signUp bool) {
	query := r.URL.Query()
	back := query.Get("return")
	if !isLocal(back) {
		back = s.opts.AfterSignIn
	}
	if seat.user != nil {
		http.Redirect(w, r, back, http.StatusSeeOther)
		return
	}
	if seat.err != nil { // there may be a session, and another would take its place
		s.fail(w, r, seat.err)
		return
	}
	provider := query.Get("provider")
	if name, ok := providers[provider]; ok {
		provider = name
	}
	address, err := seat.client.AuthorizeURL(r.Context(), auth.RedirectInput{
		RedirectURI: s.opts.Origin + s.opts.Path + "sign-in-callback", SignUp: signUp,
		Provider: provider, Lang: query.Get("lang"), LoginHint: query.Get("login_hint"),
	})
	if err == nil {
		err = seat.cookies.Save(r.Context(), map[string]string{s.returnKey(): back})
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// returnKey names the path to go on to after the redirect.
func (s *Site) returnKey() string {
	return "CognitoIdentityServiceProvider." + s.client.Config().ClientID + ".oauthStateReturn"
}

// signedIn is where the hosted pages send the browser back to.
func (s *Site) signedIn(w http.ResponseWriter, r *http.Request, seat *seat) {
	found, err := seat.cookies.Load(r.Context(), s.returnKey())
	if err == nil {
		_, err = seat.client.CompleteRedirect(r.Context(), s.opts.Origin+r.URL.RequestURI())
	}
	if err == nil {
		err = seat.cookies.Save(r.Context(), nil, s.returnKey())
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	back := found[s.returnKey()]
	if !isLocal(back) {
		back = s.opts.AfterSignIn
	}
	if seat.cookies.template.SameSite == http.SameSiteStrictMode {
		bounce(w, back)
		return
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// bounce goes on to path by a page of ours: a redirect would still count as
// coming from the hosted pages, and browsers send no strict cookies with that.
func bounce(w http.ResponseWriter, path string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
	path = html.EscapeString(path)
	fmt.Fprintf(w, `<!doctype html><title>Signed in</title><meta http-equiv="refresh" content="0;url=%s"><p><a href="%s">Continue</a>`, path, path)
}

// signOut ends the session.
func (s *Site) signOut(w http.ResponseWriter, r *http.Request, seat *seat) {
	if r.Method == http.MethodGet && !isOwnLink(r) {
		s.fail(w, r, ErrCrossOrigin)
		return
	}
	seat.cookies.hide(false) // whoever it is, they may leave
	byRedirect, err := seat.client.SignedInByRedirect(r.Context())
	if err != nil {
		byRedirect = false // nobody is signed in
	}
	// That the service could not be told is no reason to keep anybody signed in.
	if err := seat.client.SignOut(r.Context(), nil); err != nil {
		s.opts.Log.WarnContext(r.Context(), "web: a session was ended here, and not at the service", "error", err)
	}
	next := s.opts.AfterSignOut
	if byRedirect {
		if address, err := seat.client.SignOutURL(s.opts.Origin + s.opts.Path + "sign-out-callback"); err == nil {
			next = address
		} else {
			s.opts.Log.WarnContext(r.Context(), "web: the hosted pages' own session is not ended", "error", err)
		}
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}

// isOwnLink reports whether a person came by a link on a page of this app or by
// typing the address, and not by a picture or a frame that somebody put there.
func isOwnLink(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return (site == "same-origin" || site == "none") && r.Header.Get("Sec-Fetch-Dest") == "document"
}

func (s *Site) signedOut(w http.ResponseWriter, r *http.Request, _ *seat) {
	http.Redirect(w, r, s.opts.AfterSignOut, http.StatusSeeOther)
}
