package session

import (
	"encoding/base64"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
)

// MaxLength is how long the text of a session may be. Source: SessionType in
// model/.
const MaxLength = 2048

// State is what a session holds.
type State struct {
	Purpose    string // what it was made for; it opens for nothing else
	PoolKey    int64
	ClientID   string
	Sub        string // of a user that does not exist: made up, of the same length
	Generation int64  // the user's SessionGeneration when the sign-in began
	Step       string // the challenge that it answers
	SignInID   string // the same through all steps of one sign-in
	Flow       string // the AuthFlow that the sign-in began by
	First      string // the challenge that the first factor was proved by; "" before that
	Second     string // the challenge that the second factor was proved by; "" before that
	Device     string // the DeviceKey that the client names; "" for none
	Round      int64  // of a conversation by custom challenges
	Expires    time.Time
	Proof      []byte // what the answer is held against, after the step: an SRP exchange, the MAC of a code
}

// The errors of a session that does not serve.
var (
	errInvalid = pool.E(pool.NotAuthorized, "Invalid session for the user.")
	errExpired = pool.E(pool.NotAuthorized, "Invalid session for the user, session is expired.")
)

// For returns an error unless the session was made for client c of pool p.
func (s State) For(p *pool.Pool, c *pool.Client) error {
	if s.PoolKey != p.Key || c.PoolKey != p.Key || s.ClientID != c.ID {
		return errInvalid
	}
	return nil
}

// ForUser returns an error unless the session was made for u, and nothing has
// ended u's open sign-ins since.
func (s State) ForUser(u *pool.User) error {
	if s.PoolKey != u.PoolKey || s.Sub != u.Sub || s.Generation != u.SessionGeneration {
		return errInvalid
	}
	return nil
}

// Sessions seals and opens sessions. It is safe for concurrent use.
type Sessions struct {
	keys *keyring.Keyring
	now  func() time.Time
}

// New returns sessions that are sealed by k and expire by now.
func New(k *keyring.Keyring, now func() time.Time) *Sessions { return &Sessions{k, now} }

// Seal returns s as text in standard base64. It has at most MaxLength
// characters while the names in it are as long as the model allows.
func (s *Sessions) Seal(state State) string {
	blob := s.keys.Seal(keyring.Session, encode(state), state.Purpose)
	return base64.StdEncoding.EncodeToString(blob)
}

// Open returns the state in text, or NotAuthorized if it is not a session of
// this purpose that we made, or is one that has expired.
func (s *Sessions) Open(purpose, text string) (State, error) {
	if len(text) > MaxLength {
		return State{}, errInvalid
	}
	blob, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return State{}, errInvalid
	}
	plaintext, err := s.keys.Open(keyring.Session, blob, purpose)
	if err != nil {
		return State{}, errInvalid
	}
	state, ok := decode(plaintext)
	if !ok {
		return State{}, errInvalid
	}
	state.Purpose = purpose
	if !s.now().Before(state.Expires) {
		return State{}, errExpired
	}
	return state, nil
}
