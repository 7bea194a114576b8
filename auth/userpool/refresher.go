package userpool

import (
	"context"
	"errors"
	"time"
)

// Codes of a Refresher's errors.
const (
	// ErrSessionExpired: the service will give no more tokens for this session,
	// which has been removed from the storage. Err is the service's error.
	ErrSessionExpired Code = "SessionExpired"

	// ErrTokenRefresh: the tokens have expired and came without a refresh token,
	// as after an implicit redirect.
	ErrTokenRefresh Code = "TokenRefreshException"
)

// RefreshFunc asks the service for new tokens, once. It returns a complete
// session; its refresh token may be empty if the old one stays good. ctx carries
// the values of the call that began the refresh, but not its end.
type RefreshFunc func(ctx context.Context, old *Stored) (*Session, error)

// RefresherOptions are what a Refresher can be told.
type RefresherOptions struct {
	// Username is the user whose session is kept fresh. Empty: the one who
	// signed in last.
	Username string

	Leeway  time.Duration    // tokens that end within it count as expired
	Timeout time.Duration    // of one refresh, waiting for the lock included, and again of saving it; 30 seconds if zero
	Now     func() time.Time // time.Now if nil

	// Done is called once a refresh, by its own goroutine and before the callers
	// get their answer: with the new session, or with the error. It must not call
	// the Refresher.
	Done func(ctx context.Context, fresh *Stored, err error)
}

// Refresher hands out a stored session whose tokens are good, and renews them
// when they are not: once for all goroutines that ask meanwhile and, if the
// storage is a storage.Locker, once for all processes that share it. It runs a
// goroutine only while a refresh is under way.
type Refresher struct {
	store   *SessionStore
	refresh RefreshFunc
	opts    RefresherOptions
	flights *flights // shared by all the copies WithStore made
}

// NewRefresher returns a Refresher of the sessions in store.
func NewRefresher(store *SessionStore, refresh RefreshFunc, opts *RefresherOptions) *Refresher {
	r := &Refresher{store: store, refresh: refresh, flights: newFlights()}
	if opts != nil {
		r.opts = *opts
	}
	if r.opts.Timeout == 0 {
		r.opts.Timeout = 30 * time.Second
	}
	if r.opts.Now == nil {
		r.opts.Now = time.Now
	}
	return r
}

// WithStore returns a Refresher of another store that shares the refreshes under
// way: if two stores hold the same refresh token, as two requests with the same
// cookies do, the service is asked once and both get the answer.
func (r *Refresher) WithStore(store *SessionStore) *Refresher {
	c := *r
	c.store = store
	return &c
}

// WithUser returns a Refresher of that user's session that shares the refreshes
// under way; see RefresherOptions.Username.
func (r *Refresher) WithUser(username string) *Refresher {
	c := *r
	c.opts.Username = username
	return &c
}

// Fresh returns the stored session if its tokens are good for Leeway, and else,
// or if force is set, refreshes it, saves it and returns the new one; refreshed
// says which. A refresh goes on when ctx ends, for the others who wait for it and
// because its answer must not be lost.
//
// The error has the code ErrNoUser if nobody is signed in, ErrSessionExpired if
// the service refused the refresh token for good (the session is then removed),
// ErrTokenRefresh if there is no refresh token. All other errors leave the stored
// session as it is; if its tokens are still good, it is returned: without an
// error, or beside it if force was set. A session that could not be saved is
// returned with the storage's error, and the next refresh goes on from it.
func (r *Refresher) Fresh(ctx context.Context, force bool) (fresh *Stored, refreshed bool, err error) {
	seen, err := r.load(ctx)
	if err != nil {
		return nil, false, err
	}
	if !force && r.good(seen, r.opts.Leeway) {
		return seen, false, nil
	}
	if fresh, err = r.join(ctx, seen); fresh != nil {
		return fresh, true, err
	}
	switch {
	case isFinal(err) || !r.good(seen, 0):
		return nil, false, err
	case force:
		return seen, false, err
	}
	return seen, false, nil
}

// join waits for the refresh of seen's refresh token, which it starts unless one
// is under way. Without a session it returns an error.
func (r *Refresher) join(ctx context.Context, seen *Stored) (*Stored, error) {
	if seen.Session.RefreshToken == "" {
		return nil, &Error{Code: ErrTokenRefresh, Message: "the session has no refresh token", Hint: "Sign in again."}
	}
	f, began := r.flights.board(seen.Session.RefreshToken)
	if began {
		go r.fly(context.WithoutCancel(ctx), f, seen)
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-f.landed:
	}
	if f.store == r.store {
		return f.fresh.clone(), f.err
	}
	return r.adopt(ctx, seen, f)
}

// adopt does to this store what the refresh did to another that held the same
// tokens, unless the user signed out meanwhile, or in again.
func (r *Refresher) adopt(ctx context.Context, seen *Stored, f *flight) (*Stored, error) {
	expired := errors.Is(f.err, ErrSessionExpired)
	if f.fresh == nil && !expired {
		return nil, f.err
	}
	unlock, err := r.store.Lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if expired {
		return nil, r.drop(ctx, seen, f.err)
	}
	mine := *seen
	mine.Session = f.fresh.clone().Session
	return r.replace(ctx, seen, &mine)
}

func (r *Refresher) load(ctx context.Context) (*Stored, error) {
	if r.opts.Username != "" {
		return r.store.LoadUser(ctx, r.opts.Username)
	}
	return r.store.Load(ctx)
}

func (r *Refresher) reload(ctx context.Context, s *Stored) (*Stored, error) {
	return r.store.LoadUser(ctx, s.Username)
}

// renewed reports whether now is not what was seen but newer, and good.
func (r *Refresher) renewed(seen, now *Stored) bool {
	return now.Session.AccessToken.Raw() != seen.Session.AccessToken.Raw() && r.good(now, r.opts.Leeway)
}

// good takes at most half of the tokens' life for leeway: else tokens that live
// shorter would be renewed at every call.
func (r *Refresher) good(s *Stored, leeway time.Duration) bool {
	access := s.Session.AccessToken
	leeway = min(leeway, access.Expires().Sub(access.IssuedAt())/2)
	return s.Session.Valid(r.opts.Now(), leeway)
}
