package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/userpool"
	"github.com/cenote-auth/cenote/auth/verify"
)

// Optional returns a handler that calls next with the user in the request's
// context, if somebody is signed in; see UserFrom. Trouble on the way to the
// service makes it nobody, and leaves the session as it is.
func (s *Site) Optional(next http.Handler) http.Handler {
	return s.handle(func(w http.ResponseWriter, r *http.Request, err error) {
		if err != nil {
			s.opts.Log.WarnContext(r.Context(), "web: who sent this request is not known", "path", r.URL.Path, "error", err)
		}
		next.ServeHTTP(w, r)
	})
}

// Required is Optional for people who are signed in alone. Others who open a page
// are sent to sign in and then come back (303); other requests get 401. Where it
// cannot be found out, the answer is Options.Error's.
func (s *Site) Required(next http.Handler) http.Handler {
	return s.handle(func(w http.ResponseWriter, r *http.Request, err error) {
		_, known := UserFrom(r.Context())
		switch {
		case known:
			next.ServeHTTP(w, r)
		case err != nil:
			s.fail(w, r, err)
		case isNavigation(r):
			http.Redirect(w, r, s.signInAddress(r), http.StatusSeeOther)
		default:
			w.Header().Set("WWW-Authenticate", "Session")
			http.Error(w, "Sign in first.", http.StatusUnauthorized)
		}
	})
}

// isNavigation reports whether a person is looking at the answer.
func isNavigation(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" {
		return mode == "navigate"
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

func (s *Site) signInAddress(r *http.Request) string {
	back := r.URL.RequestURI()
	if !isLocal(back) {
		return s.opts.SignInPath
	}
	separator := "?"
	if strings.Contains(s.opts.SignInPath, "?") {
		separator = "&"
	}
	return s.opts.SignInPath + separator + url.Values{"return": {back}}.Encode()
}

// handle gives a request its seat and the answer its cookies. next gets the error
// of finding out who it is; nobody being signed in is none.
func (s *Site) handle(next func(w http.ResponseWriter, r *http.Request, err error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if outer, ok := r.Context().Value(seatKey{}).(*seat); ok && outer.site == s {
			next(w, r, outer.err)
			return
		}
		w.Header().Add("Vary", "Cookie")
		if s.foreign.Check(r) != nil {
			s.fail(w, r, ErrCrossOrigin)
			return
		}
		cookies := NewCookies(r, s.opts.Cookie)
		seat := &seat{site: s, client: s.client.WithStorage(cookies), cookies: cookies}
		own := &writer{w, cookies}
		defer func() { cookies.Commit(w.Header()) }() // for an answer without a word; before that, this is late and does nothing
		seat.user, seat.err = s.identify(r.Context(), seat)
		cookies.hide(seat.err != nil)
		if seat.user != nil { // strangers' tokens are not worth remembering
			cookies.tell(s.recent.forget)
		}
		next(own, r.WithContext(context.WithValue(r.Context(), seatKey{}, seat)), seat.err)
	})
}

// identify returns who the cookies say it is: nil for nobody. Tokens that have
// expired, or will soon, are refreshed; tokens that are not genuine are removed.
func (s *Site) identify(ctx context.Context, seat *seat) (*User, error) {
	store := userpool.NewSessionStore(seat.cookies, s.client.Pool().ClientID(), userpool.DriftMillis)
	stored, err := store.Load(ctx)
	if errors.Is(err, auth.ErrNotSignedIn) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	user, err := s.verify(ctx, stored.Session)
	if errors.Is(err, verify.ErrExpired) || err == nil && s.endsSoon(stored.Session) {
		user, err = s.renew(ctx, seat, store, stored, user)
	}
	switch {
	case err == nil:
		return user, nil
	case errors.Is(err, verify.ErrInvalid):
		s.opts.Log.InfoContext(ctx, "web: a session does not verify, and is removed", "error", err)
		return nil, store.Clear(ctx, stored.Username)
	case errors.Is(err, auth.ErrSessionExpired), errors.Is(err, auth.ErrTokenRefresh), errors.Is(err, auth.ErrNotSignedIn):
		return nil, store.Clear(ctx, stored.Username)
	}
	return nil, err
}

// early is how long before their end tokens are refreshed, at most half of their
// life. It is longer than most auth.Options.RefreshLeeway, so that handlers find
// good tokens: a refresh of theirs would not know of those of other requests.
const early = time.Minute

// endsSoon judges by the clock drift that is stored too, as handlers' clients do.
func (s *Site) endsSoon(t *auth.Tokens) bool {
	life := t.AccessToken.Expires().Sub(t.AccessToken.IssuedAt())
	return t.RefreshToken != "" && !t.Valid(s.opts.Now(), min(early, life/2))
}

// renew returns the user of new tokens in the place of stored's. Those are user's,
// who stays if there are no new ones to be had, unless the session is over.
func (s *Site) renew(ctx context.Context, seat *seat, store *userpool.SessionStore, stored *userpool.Stored, user *User) (*User, error) {
	timeout := refreshTimeout
	if user != nil {
		timeout = aheadTimeout
	}
	tokens, err := s.refresh(ctx, timeout, seat, store, stored)
	switch {
	case err == nil:
		return s.verify(ctx, tokens)
	case user == nil, errors.Is(err, auth.ErrSessionExpired), errors.Is(err, auth.ErrNotSignedIn):
		return nil, err
	}
	s.opts.Log.InfoContext(ctx, "web: tokens were not refreshed ahead of their end", "error", err)
	return user, nil
}

// verify returns the user of genuine tokens that are good now.
func (s *Site) verify(ctx context.Context, t *auth.Tokens) (*User, error) {
	access, err := s.verifier.Verify(ctx, t.AccessToken.Raw(), verify.Access)
	if err != nil {
		return nil, err
	}
	if t.IDToken.IsZero() {
		return newUser(access, nil), nil
	}
	id, err := s.verifier.Verify(ctx, t.IDToken.Raw(), verify.ID)
	if err != nil {
		return nil, err
	}
	if id.Subject != access.Subject {
		return nil, verify.ErrInvalid
	}
	return newUser(access, id), nil
}

// refreshTimeout bounds a refresh, which goes on when the browser has left: its
// next request comes with the old cookies, and gets the tokens. Those whose tokens
// still serve wait no longer than aheadTimeout.
const (
	refreshTimeout = 20 * time.Second
	aheadTimeout   = 3 * time.Second
)

// refresh returns new tokens in the place of stored's.
func (s *Site) refresh(ctx context.Context, timeout time.Duration, seat *seat, store *userpool.SessionStore, stored *userpool.Stored) (*auth.Tokens, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	old := stored.Session.RefreshToken
	tokens, done, err := s.recent.claim(ctx, old)
	switch {
	case err != nil:
		return nil, err
	case tokens != nil:
		fresh := *stored
		fresh.Session = tokens
		return tokens, store.Save(ctx, &fresh)
	}
	defer done()
	// Forced, as the stored clock drift may be that of a browser.
	tokens, err = seat.client.Tokens(ctx, &auth.SessionOptions{ForceRefresh: true})
	switch {
	case errors.Is(err, auth.ErrSessionExpired):
		s.recent.forget(old)
		return nil, err
	case err != nil:
		return nil, err
	}
	kept := *tokens
	kept.RefreshToken = cmp.Or(kept.RefreshToken, old)
	if !s.recent.put(old, &kept) {
		return nil, auth.ErrNotSignedIn
	}
	return tokens, nil
}
