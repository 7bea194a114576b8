package token

import (
	"crypto/rand"
	"runtime"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// APIScope is the scope of access tokens that may call the API. Sign-ins by
// the API always carry it.
const APIScope = "aws.cognito.signin.user.admin"

// Options are the parts that Tokens needs; all are required.
type Options struct {
	Store     store.Store
	Keyring   *keyring.Keyring
	Now       func() time.Time
	Issuer    func(*pool.Pool) string // the iss claim of a pool's tokens
	PublicURL string                  // where this server is reached; the JWKS stands under it
	Keys      KeySource               // of the keys of new pools
}

// Tokens issues and verifies tokens. It is safe for concurrent use.
type Tokens struct {
	store     store.Store
	keyring   *keyring.Keyring
	now       func() time.Time
	issuer    func(*pool.Pool) string
	publicURL string
	source    KeySource

	newID   func() string // of families and JWTs
	random  func([]byte)  // fills refresh tokens and key ids
	cache   *keyCache
	proven  *provenCache
	signing chan struct{} // holds one value for each caller that signs
}

// New returns Tokens made of o.
func New(o Options) *Tokens {
	return &Tokens{
		store:     o.Store,
		keyring:   o.Keyring,
		now:       o.Now,
		issuer:    o.Issuer,
		publicURL: strings.TrimRight(o.PublicURL, "/"),
		source:    o.Keys,
		newID:     uuid.NewString,
		random:    func(b []byte) { rand.Read(b) }, // never fails: crypto/rand ends the program instead
		cache:     newKeyCache(cachedPools),
		proven:    newProvenCache(provenTokens),
		signing:   make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
}
