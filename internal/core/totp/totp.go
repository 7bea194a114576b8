package totp

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring"
)

// SeedSize is how many bytes a new seed has: those of the service, whose text has
// 52 characters. RFC 4226 section 4, R6, wants 16 at least.
const SeedSize = 32

// What authenticator apps take for granted. Source: RFC 6238 section 4.
const (
	period = 30      // seconds that a time step lasts
	drift  = 1       // steps that the clock of an app may be before or behind ours
	modulo = 1000000 // passwords have six digits
	digits = 6
)

// Seeds makes, seals and opens seeds. It is safe for concurrent use.
type Seeds struct{ keys *keyring.Keyring }

// New returns Seeds that are sealed by keys.
func New(keys *keyring.Keyring) *Seeds { return &Seeds{keys} }

// NewSeed returns a seed of random bytes.
func NewSeed() []byte {
	seed := make([]byte, SeedSize)
	rand.Read(seed) // crypto/rand ends the program before it fails
	return seed
}

// Seal returns a seed of a user as it is stored. Each time it is another blob.
func (s *Seeds) Seal(poolKey int64, sub string, seed []byte) []byte {
	return s.keys.Seal(keyring.SoftwareToken, seed, poolKey, sub)
}

// Open returns the seed that was sealed for a user.
func (s *Seeds) Open(poolKey int64, sub string, sealed []byte) ([]byte, error) {
	return s.keys.Open(keyring.SoftwareToken, sealed, poolKey, sub)
}

// Imagines reports whether somebody who does not exist seems to have a software
// token: of those about one in two, always the same. So neither having one nor
// having none tells that somebody exists.
func (s *Seeds) Imagines(poolKey int64, sub string) bool {
	return s.keys.MAC(keyring.Unknown, []byte("software token"), fmt.Append(nil, poolKey), []byte(sub))[0]&1 == 1
}

// Secret returns a seed as people type it into an app: base32 without padding
// (RFC 4648 section 6).
func Secret(seed []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(seed)
}

// Step returns the time step that password is of, the latest if of several:
// that of now, or one next to it. It is false for any other text, and takes as
// long whichever it is.
func Step(seed []byte, password string, now time.Time) (step int64, ok bool) {
	current := now.Unix() / period
	for n := current - drift; n <= current+drift; n++ {
		right := subtle.ConstantTimeCompare([]byte(at(seed, n)), []byte(password))
		step = step*int64(1-right) + n*int64(right)
		ok = ok || right == 1
	}
	return step, ok
}

// At returns the password of the time step that now is in.
func At(seed []byte, now time.Time) string { return at(seed, now.Unix()/period) }

// at returns the password of a time step (RFC 4226 section 5.3, with the
// counter of RFC 6238 section 4.2).
func at(seed []byte, step int64) string {
	mac := hmac.New(sha1.New, seed)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff % modulo
	password := make([]byte, digits)
	for i := digits - 1; i >= 0; i-- {
		password[i] = byte('0' + n%10)
		n /= 10
	}
	return string(password)
}
