package code

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
)

// Purpose says what a code is good for.
type Purpose string

// The purposes.
const (
	SignUp         Purpose = "sign-up"         // confirms one, whether sent with it or asked for again
	ForgotPassword Purpose = "forgot-password" // allows a new password
	VerifyEmail    Purpose = "verify-email"    // proves the address that the user has
	VerifyPhone    Purpose = "verify-phone_number"
	ChangeEmail    Purpose = "change-email" // proves an address and makes it the user's
	ChangePhone    Purpose = "change-phone_number"
)

// Verify returns the purpose of codes that prove the address in attribute:
// email or phone_number.
func Verify(attribute string) Purpose { return Purpose("verify-" + attribute) }

// Change returns the purpose of codes that prove an address before it becomes
// the user's in attribute: email or phone_number.
func Change(attribute string) Purpose { return Purpose("change-" + attribute) }

// lifetimes is how long a code of each purpose is good.
// Source: the service's table of validities.
var lifetimes = map[Purpose]time.Duration{
	SignUp:         24 * time.Hour,
	ForgotPassword: time.Hour,
	VerifyEmail:    24 * time.Hour,
	VerifyPhone:    24 * time.Hour,
	ChangeEmail:    24 * time.Hour,
	ChangePhone:    24 * time.Hour,
}

// Options are the parts of Codes. Keyring is required.
type Options struct {
	Keyring *keyring.Keyring
	Now     func() time.Time // time.Now if nil
	// Fixed is every code that is made, for people who test against a
	// development server; "" draws codes at random.
	Fixed string
}

// Codes makes and checks codes. It is safe for concurrent use.
type Codes struct {
	keys  *keyring.Keyring
	now   func() time.Time
	fixed string
}

// New returns the codes of a server.
func New(o Options) *Codes {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Codes{o.Keyring, o.Now, o.Fixed}
}

// Make returns a new code of six digits for a user and the row to keep in its
// place. The code goes to address, the value of the user's attribute, or the one
// that it shall have if the purpose is Change.
func (c *Codes) Make(poolKey int64, sub string, purpose Purpose, attribute, address string) (string, store.Code) {
	lifetime, ok := lifetimes[purpose]
	if !ok {
		panic("code: no lifetime for purpose " + string(purpose))
	}
	row := store.Code{
		PoolKey:   poolKey,
		Sub:       sub,
		Purpose:   string(purpose),
		Attribute: attribute,
		Expires:   c.now().Add(lifetime).UTC().Truncate(time.Microsecond),
	}
	if purpose == Change(attribute) {
		row.Pending = address
	}
	code := c.draw(6)
	row.MAC = c.mac(row, address, code)
	return code, row
}

// ErrExpired is the error of a code that is too old, was used, or never was.
var ErrExpired = pool.E(pool.ExpiredCode, "Invalid code provided, please request a code again.")

// Check returns nil if code is the one that row was made for and it went to
// address, which is what the user's attribute says now, or what pends: whoever
// reads the mail of an address proves no other. Otherwise it is pool.ExpiredCode when row is
// too old, or is the zero row of somebody who has no code, and
// pool.CodeMismatch when the code or the address is another.
func (c *Codes) Check(row store.Code, address, code string) error {
	same := seal.Equal(c.mac(row, address, code), row.MAC)
	if !c.now().Before(row.Expires) {
		return ErrExpired
	}
	if !same {
		return pool.E(pool.CodeMismatch, "Invalid verification code provided, please try again.")
	}
	return nil
}

// draw returns a code of so many digits, or the fixed one.
func (c *Codes) draw(digits int) string {
	if c.fixed != "" {
		return c.fixed
	}
	n, err := rand.Int(rand.Reader, big.NewInt(int64(math.Pow10(digits))))
	if err != nil {
		panic("code: " + err.Error()) // crypto/rand ends the program before this
	}
	return fmt.Sprintf("%0*d", digits, n)
}

// mac binds a code to the user, the purpose and the attribute of its row, and
// to the address that it goes to.
func (c *Codes) mac(row store.Code, address, code string) []byte {
	key := binary.BigEndian.AppendUint64(nil, uint64(row.PoolKey))
	return c.keys.MAC(keyring.Code, key, []byte(row.Sub), []byte(row.Purpose), []byte(row.Attribute), []byte(address), []byte(code))
}
