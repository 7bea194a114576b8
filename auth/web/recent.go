package web

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/cenote-auth/cenote/auth"
)

const (
	// recentLife is how long a browser may still send the cookies from before a
	// refresh: with requests that were on their way, or because the answer with
	// the new ones was lost.
	recentLife = time.Minute
	maxRecent  = 10_000 // refresh tokens of one generation; there are two
)

// recent remembers what became of refresh tokens a moment ago: that others came
// for them, so that requests with the old cookies get those too (where refresh
// tokens are rotated, using the old one again would end the session), or that
// their session is over, lest the old cookies bring it back.
type recent struct {
	now func() time.Time

	mu         sync.Mutex
	young, old map[fingerprint]*renewal // old goes when young is full, or a minute old
	began      time.Time                // young
	underWay   map[fingerprint]chan struct{}
}

// fingerprint is the digest of a refresh token.
type fingerprint [sha256.Size]byte

func fingerprintOf(refreshToken string) fingerprint { return sha256.Sum256([]byte(refreshToken)) }

// renewal is filed under the refresh tokens from before and after.
type renewal struct {
	before fingerprint
	tokens *auth.Tokens // nil once the session is over
	until  time.Time
}

func newRecent(now func() time.Time) *recent {
	return &recent{now: now, young: make(map[fingerprint]*renewal), underWay: make(map[fingerprint]chan struct{})}
}

// claim returns the tokens that came for a refresh token. Without any, the caller
// is to refresh it, put what comes, and then call done: others who claim it wait.
// The error is auth.ErrNotSignedIn if the session is over, or ctx's.
func (r *recent) claim(ctx context.Context, refreshToken string) (tokens *auth.Tokens, done func(), err error) {
	key := fingerprintOf(refreshToken)
	for {
		tokens, over, others := r.look(key)
		switch {
		case over:
			return nil, nil, auth.ErrNotSignedIn
		case tokens != nil:
			return tokens, nil, nil
		case others == nil:
			return nil, func() { r.release(key) }, nil
		}
		select {
		case <-others:
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
}

// look is one try of claim. It returns what ends with the refresh of others, nil
// if it is now ours.
func (r *recent) look(key fingerprint) (tokens *auth.Tokens, over bool, others chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if found := r.find(key); found != nil && (found.tokens == nil || found.before == key) {
		return found.tokens, found.tokens == nil, nil
	}
	others = r.underWay[key]
	if others == nil {
		r.underWay[key] = make(chan struct{})
	}
	return nil, false, others
}

func (r *recent) release(key fingerprint) {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.underWay[key])
	delete(r.underWay, key)
}

// put remembers that t came for a refresh token. It returns false if the session
// is over by now: t must not be used.
func (r *recent) put(refreshToken string, t *auth.Tokens) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	before, after := fingerprintOf(refreshToken), fingerprintOf(t.RefreshToken)
	for _, key := range []fingerprint{before, after} {
		if found := r.find(key); found != nil && found.tokens == nil {
			return false
		}
	}
	r.file(&renewal{before: before, tokens: t}, before, after)
	return true
}

// forget remembers that the session with that refresh token is over.
func (r *recent) forget(refreshToken string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := fingerprintOf(refreshToken)
	if found := r.find(key); found != nil {
		found.tokens = nil // for those who come with the other one, too
		return
	}
	r.file(new(renewal), key)
}

// find and file are called while mu is held.
func (r *recent) find(key fingerprint) *renewal {
	found := r.young[key]
	if found == nil {
		found = r.old[key]
	}
	if found == nil || r.now().After(found.until) {
		return nil
	}
	return found
}

func (r *recent) file(entry *renewal, keys ...fingerprint) {
	now := r.now()
	if len(r.young) >= maxRecent || now.Sub(r.began) > recentLife {
		r.old, r.young, r.began = r.young, make(map[fingerprint]*renewal), now
	}
	entry.until = now.Add(recentLife)
	for _, key := range keys {
		r.young[key] = entry
	}
}
