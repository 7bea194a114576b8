package web

import (
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
	maxRecent  = 10_000
)

// recent remembers what tokens came for a refresh token, so that requests with
// the old cookies get them too: where refresh tokens are rotated, using the old
// one again would end the session.
type recent struct {
	now func() time.Time
	mu  sync.Mutex
	by  map[[sha256.Size]byte]recentTokens
}

type recentTokens struct {
	tokens *auth.Tokens
	until  time.Time
}

func newRecent(now func() time.Time) *recent {
	return &recent{now: now, by: make(map[[sha256.Size]byte]recentTokens)}
}

func (r *recent) get(refreshToken string) *auth.Tokens {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.by[sha256.Sum256([]byte(refreshToken))]
	if !ok || r.now().After(found.until) {
		return nil
	}
	return found.tokens
}

func (r *recent) put(refreshToken string, t *auth.Tokens) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.by) >= maxRecent {
		r.sweep()
	}
	r.by[sha256.Sum256([]byte(refreshToken))] = recentTokens{t, r.now().Add(recentLife)}
}

// sweep makes room: of what is over or, if all is in use, of anything.
func (r *recent) sweep() {
	now := r.now()
	for key, kept := range r.by {
		if now.After(kept.until) {
			delete(r.by, key)
		}
	}
	for key := range r.by {
		if len(r.by) < maxRecent {
			return
		}
		delete(r.by, key)
	}
}

// forget drops what is known of a session by its refresh token, lest the cookies
// from before a sign-out bring it back.
func (r *recent) forget(refreshToken string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.by, sha256.Sum256([]byte(refreshToken)))
	for key, kept := range r.by {
		if kept.tokens.RefreshToken == refreshToken {
			delete(r.by, key)
		}
	}
}
