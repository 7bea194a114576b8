package userpool

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
)

// flights are the refreshes under way, by refresh token.
type flights struct {
	mu      sync.Mutex
	byToken map[string]*flight
	unsaved map[string]*Session // what came for a refresh token, and no storage took
}

func newFlights() *flights {
	return &flights{byToken: make(map[string]*flight), unsaved: make(map[string]*Session)}
}

// maxUnsaved is how many sessions are kept that no storage took.
const maxUnsaved = 1000

// flight is one refresh. Its fields are set before landed is closed.
type flight struct {
	landed chan struct{}
	store  *SessionStore
	fresh  *Stored
	err    error
}

func (fs *flights) board(refreshToken string) (f *flight, began bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f, ok := fs.byToken[refreshToken]; ok {
		return f, false
	}
	f = &flight{landed: make(chan struct{})}
	fs.byToken[refreshToken] = f
	return f, true
}

// latest returns s, or what came for its refresh token before and no storage
// took: to use that token again could end the session.
func (fs *flights) latest(s *Stored) *Stored {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	session, ok := fs.unsaved[s.Session.RefreshToken]
	if !ok {
		return s
	}
	latest := *s
	latest.Session = session
	return &latest
}

// came notes what came for a refresh token, nil for nothing, and whether a
// storage took it.
func (fs *flights) came(refreshToken string, fresh *Stored, err error) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	delete(fs.unsaved, refreshToken)
	if fresh == nil || err == nil || fresh.Session.RefreshToken == refreshToken {
		return
	}
	for other := range fs.unsaved {
		if len(fs.unsaved) < maxUnsaved {
			break
		}
		delete(fs.unsaved, other)
	}
	fs.unsaved[refreshToken] = fresh.clone().Session
}

func (fs *flights) land(refreshToken string, f *flight) {
	fs.mu.Lock()
	delete(fs.byToken, refreshToken)
	fs.mu.Unlock()
	close(f.landed)
}

// fly is the goroutine of one refresh.
func (r *Refresher) fly(ctx context.Context, f *flight, seen *Stored) {
	ctx, cancel := context.WithTimeout(ctx, r.opts.Timeout)
	defer cancel()
	defer r.flights.land(seen.Session.RefreshToken, f)
	f.store = r.store
	f.fresh, f.err = r.locked(ctx, seen)
}

// locked renews seen while no other process does.
func (r *Refresher) locked(ctx context.Context, seen *Stored) (*Stored, error) {
	unlock, err := r.store.Lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	old, err := r.reload(ctx, seen)
	if err != nil {
		return nil, err
	}
	if r.renewed(seen, old) {
		return old, nil
	}
	fresh, err := r.renew(ctx, old)
	if r.opts.Done != nil {
		r.opts.Done(ctx, fresh, err)
	}
	return fresh, err
}

// renew asks for tokens and saves them. If another client that does not lock, as
// a browser, rotated the refresh token meanwhile, its tokens are taken.
func (r *Refresher) renew(ctx context.Context, old *Stored) (*Stored, error) {
	latest := r.flights.latest(old)
	session, err := r.refresh(ctx, latest)
	if errors.Is(err, ErrRefreshTokenReuse) {
		now, lerr := r.reload(ctx, old)
		if lerr != nil {
			return nil, lerr
		}
		if r.renewed(old, now) {
			return now, nil
		}
		if now.Session.RefreshToken != old.Session.RefreshToken {
			old, latest = now, now
			session, err = r.refresh(ctx, old)
		}
	}
	if err != nil && !isFinal(err) {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.opts.Timeout)
	defer cancel() // an answer that came at the last moment still gets time to be saved
	if err != nil {
		r.flights.came(old.Session.RefreshToken, nil, nil)
		return nil, r.end(ctx, old, err)
	}
	kept := *session
	kept.RefreshToken = cmp.Or(kept.RefreshToken, latest.Session.RefreshToken)
	next := *old
	next.Session = &kept
	fresh, err := r.replace(ctx, old, &next)
	r.flights.came(old.Session.RefreshToken, fresh, err)
	return fresh, err
}

// replace saves fresh, unless the user signed out meanwhile, or in again: then
// that is what counts.
func (r *Refresher) replace(ctx context.Context, old, fresh *Stored) (*Stored, error) {
	now, err := r.reload(ctx, old)
	if errors.Is(err, ErrNoUser) {
		return nil, err
	}
	if err != nil {
		return fresh, err
	}
	if now.Session.RefreshToken != old.Session.RefreshToken {
		return now, nil
	}
	return fresh, r.store.renew(ctx, fresh)
}

// end removes the session that the service refused.
func (r *Refresher) end(ctx context.Context, old *Stored, cause error) error {
	expired := &Error{Code: ErrSessionExpired, Message: "the session is over", Hint: "Sign in again.", Err: cause}
	if e, ok := errors.AsType[*Error](cause); ok {
		expired.Message, expired.RequestID, expired.HTTPStatus = e.Message, e.RequestID, e.HTTPStatus
	}
	return r.drop(ctx, old, expired)
}

// drop removes old, unless another session has been stored since, and returns
// why it is over.
func (r *Refresher) drop(ctx context.Context, old *Stored, expired error) error {
	now, err := r.reload(ctx, old)
	if err == nil && now.Session.RefreshToken == old.Session.RefreshToken {
		err = r.store.Clear(ctx, old.Username)
	}
	if err != nil && !errors.Is(err, ErrNoUser) {
		return errors.Join(expired, err)
	}
	return expired
}

// final are the answers after which no refresh can succeed, by the beginning of
// their names, as Amplify has it. Everything else may be over tomorrow.
var final = []Code{
	ErrNotAuthorized, "TokenRevokedException", ErrUserNotFound,
	ErrPasswordResetRequired, ErrUserNotConfirmed, ErrRefreshTokenReuse,
	ErrSessionExpired, ErrNoUser, // these two are our own
}

func isFinal(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	for _, code := range final {
		if strings.HasPrefix(string(e.Code), string(code)) {
			return true
		}
	}
	return false
}
