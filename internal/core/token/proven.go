package token

import (
	"crypto/sha256"
	"sync"
	"time"
)

// provenTokens is how many access tokens are remembered as genuine: some 6 MB.
const provenTokens = 10_000

// provenCache remembers access tokens whose signature was verified, so that
// the next request with one costs a hash in place of RSA. It knows the claims
// of a token and nothing that may change: expiry, revocation, the client and
// the user are looked at each time. A token is forgotten after keysFresh, as
// long as a key that was taken away may still verify, or when its key retires.
// It is safe for concurrent use.
type provenCache struct {
	mu     sync.Mutex
	tokens recent[tokenID, proven]
}

// tokenID is the SHA-256 of a whole token.
type tokenID [sha256.Size]byte

type proven struct {
	claims  accessClaims
	poolKey int64 // of the pool that signed it: another may have its id by now
	until   time.Time
}

func newProvenCache(limit int) *provenCache {
	return &provenCache{tokens: newRecent[tokenID, proven](limit)}
}

func (c *provenCache) get(id tokenID, now time.Time) (proven, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.tokens.get(id)
	return p, ok && now.Before(p.until)
}

func (c *provenCache) put(id tokenID, p proven) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tokens.put(id, p)
}
