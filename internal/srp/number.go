package srp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
)

// ErrPublic refuses what is no public value of the group.
var ErrPublic = errors.New("not a hexadecimal number from 1 to N-1")

// Public is a public value of an exchange, A or B: a number from 1 to N−1.
type Public struct{ n element }

// ParseA reads a client's A: hexadecimal of either case, leading zeros
// allowed. Clients reduce A modulo N, so anything above is refused, and with
// 0 and N goes the trick of making S 0 without a password.
func ParseA(digits string) (Public, error) { return parsePublic(digits) }

// parsePublic reads A or B.
func parsePublic(digits string) (Public, error) {
	digits = strings.TrimLeft(digits, "0")
	if len(digits) > 2*Size {
		return Public{}, ErrPublic
	}
	if len(digits)%2 == 1 {
		digits = "0" + digits
	}
	b, err := hex.DecodeString(digits)
	if err != nil {
		return Public{}, ErrPublic
	}
	var p Public
	p.n.setBytes(b)
	if p.n.belowN()&^p.n.isZero() == 0 {
		return Public{}, ErrPublic
	}
	return p, nil
}

// Hex returns the number as clients write and expect it: lower case, without
// leading zeros.
func (p Public) Hex() string { return strings.TrimLeft(hex.EncodeToString(p.n.bytes()), "0") }

// pad returns a big-endian number as it is hashed: the shortest form whose
// first bit is clear, as Java's BigInteger.toByteArray gives it.
func pad(number []byte) []byte {
	number = bytes.TrimLeft(number, "\x00")
	if len(number) == 0 || number[0] >= 0x80 {
		return append([]byte{0}, number...)
	}
	return number
}
