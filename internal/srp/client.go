package srp

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
)

// Client is the side that knows the password, for one exchange.
type Client struct {
	secret, public *big.Int // a and A = g^a
}

// ErrChallenge says that a server's salt or B cannot be answered safely.
var ErrChallenge = errors.New("unusable SRP challenge")

// NewClient draws a of 1024 bits, as the JavaScript clients do.
func NewClient() *Client {
	for {
		a := make([]byte, 128)
		rand.Read(a) // never fails: crypto/rand ends the program instead
		if c := newClient(a); c.public.Sign() != 0 {
			return c
		}
	}
}

func newClient(a []byte) *Client {
	secret := new(big.Int).SetBytes(a)
	return &Client{secret, new(big.Int).Exp(bigG, secret, bigN)}
}

// A returns the public value to send as SRP_A, in hexadecimal.
func (c *Client) A() string { return c.public.Text(16) }

// Key returns the key to prove, from S = (B − k·g^x)^(a + u·x). Salt and B are
// as the server sent them, in hexadecimal. The error is an ErrChallenge.
func (c *Client) Key(poolName, userID, password, salt, b string) (Key, error) {
	saltNumber, err := parseHex(salt)
	if err != nil {
		return Key{}, fmt.Errorf("%w: salt: %w", ErrChallenge, err)
	}
	server, err := parseHex(b)
	if err != nil {
		return Key{}, fmt.Errorf("%w: B: %w", ErrChallenge, err)
	}
	if new(big.Int).Mod(server, bigN).Sign() == 0 {
		return Key{}, fmt.Errorf("%w: B is 0 mod N", ErrChallenge)
	}
	u := scramble(c.public.Bytes(), server.Bytes())
	if u == [32]byte{} {
		return Key{}, fmt.Errorf("%w: u is 0", ErrChallenge)
	}
	hash := passwordHash(poolName, userID, password, saltNumber.Bytes())
	x := new(big.Int).SetBytes(hash[:])

	base := new(big.Int).Exp(bigG, x, bigN)
	base.Sub(server, base.Mul(base, bigK)).Mod(base, bigN)
	exponent := new(big.Int).SetBytes(u[:])
	exponent.Mul(exponent, x).Add(exponent, c.secret)
	return sharedKey(base.Exp(base, exponent, bigN).Bytes(), u), nil
}

func parseHex(digits string) (*big.Int, error) {
	if len(digits) > 4*Size {
		return nil, errors.New("too long")
	}
	if len(digits)%2 == 1 {
		digits = "0" + digits
	}
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) == 0 {
		return nil, errors.New("not hexadecimal")
	}
	return new(big.Int).SetBytes(b), nil
}
