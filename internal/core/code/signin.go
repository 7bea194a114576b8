package code

import (
	"encoding/binary"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/seal"
)

// SignIn is what a code of a sign-in is good for. No row is kept of it: what its
// answer is held against is a MAC, which rides in the sealed session of that
// step. So the code is good as long as the session is, and with it alone.
type SignIn struct {
	PoolKey   int64
	Sub       string // of a nobody: made up
	ID        string // of the sign-in
	Challenge string // that the code answers
	Address   string // that it goes to
	First     bool   // it is the first factor, with nothing proved before it
}

// MakeSignIn returns a new code and the MAC to keep in its place: eight digits
// for a first factor, six for a second.
func (c *Codes) MakeSignIn(s SignIn) (code string, mac []byte) {
	digits := 6
	if s.First {
		digits = 8
	}
	code = c.draw(digits)
	return code, c.macSignIn(s, code)
}

// Fits reports whether code is the one that mac was made for, and for s.
func (c *Codes) Fits(s SignIn, mac []byte, code string) bool {
	return seal.Equal(c.macSignIn(s, code), mac)
}

// Imagines reports whether somebody who does not exist seems to have an address for
// the codes of a first factor: of those about one in two, always the same. So
// neither having one nor having none tells that somebody exists.
func (c *Codes) Imagines(poolKey int64, sub, factor string) bool {
	key := binary.BigEndian.AppendUint64(nil, uint64(poolKey))
	return c.keys.MAC(keyring.Unknown, []byte("code"), key, []byte(sub), []byte(factor))[0]&1 == 1
}

func (c *Codes) macSignIn(s SignIn, code string) []byte {
	key := binary.BigEndian.AppendUint64(nil, uint64(s.PoolKey))
	return c.keys.MAC(keyring.Code, []byte("sign-in"), key, []byte(s.Sub), []byte(s.ID), []byte(s.Challenge), []byte(s.Address), []byte(code))
}
