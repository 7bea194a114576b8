package srp

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
)

// Client is the side that knows the password, for one exchange.
type Client struct {
	secret []byte // a, big-endian
	public Public // A = g^a
}

// ErrChallenge says that a server's salt or B cannot be answered safely.
var ErrChallenge = errors.New("unusable SRP challenge")

// NewClient draws a of 256 bits: as strong as the 3072-bit group, and a quarter
// of the work of the 1024 bits that the JavaScript clients draw. A server sees
// no difference.
func NewClient() *Client {
	a := make([]byte, 32)
	rand.Read(a) // never fails: crypto/rand ends the program instead
	return newClient(a)
}

func newClient(a []byte) *Client {
	c := &Client{secret: a}
	c.public.n.expTwo(a)
	c.public.n.fromMontgomery(&c.public.n)
	return c
}

// A returns the public value to send as SRP_A, in hexadecimal.
func (c *Client) A() string { return c.public.Hex() }

// Key returns the key to prove, from S = (B − k·g^x)^(a + u·x). Salt and B are
// as the server sent them, in hexadecimal. The error is an ErrChallenge.
func (c *Client) Key(poolName, userID, password, salt, b string) (Key, error) {
	saltBytes, err := parseSalt(salt)
	if err != nil {
		return Key{}, fmt.Errorf("%w: salt: %w", ErrChallenge, err)
	}
	server, err := parsePublic(b)
	if err != nil {
		return Key{}, fmt.Errorf("%w: B: %w", ErrChallenge, err)
	}
	u := scramble(c.public.n.bytes(), server.n.bytes())
	if u == [32]byte{} {
		return Key{}, fmt.Errorf("%w: u is 0", ErrChallenge)
	}
	x := passwordHash(poolName, userID, password, saltBytes)

	var s, kv element
	kv.expTwo(x[:])
	kv.mul(&kv, &multiplier)
	s.toMontgomery(&server.n)
	s.sub(&s, &kv)
	s.expSecret(&s, clientExponent(c.secret, u, x))
	s.fromMontgomery(&s)
	return sharedKey(s.bytes(), u), nil
}

// clientExponent returns a + u·x, whose length depends on a's only.
func clientExponent(a []byte, u, x [32]byte) []byte {
	size := len(u) + len(x) // enough for a of 32 bytes: (2^256−1)² + 2^256−1 < 2^512
	if len(a) > len(u) {
		size = max(size, len(a)) + 1
	}
	e := new(big.Int).SetBytes(u[:])
	e.Mul(e, new(big.Int).SetBytes(x[:])).Add(e, new(big.Int).SetBytes(a))
	return e.FillBytes(make([]byte, size))
}

// maxSalt is the longest salt taken, in hexadecimal digits. Servers send 32.
const maxSalt = 4 * Size

func parseSalt(digits string) ([]byte, error) {
	if digits == "" || len(digits) > maxSalt {
		return nil, errors.New("empty or too long")
	}
	if len(digits)%2 == 1 {
		digits = "0" + digits
	}
	b, err := hex.DecodeString(digits)
	if err != nil {
		return nil, errors.New("not hexadecimal")
	}
	return b, nil
}

// Format writes no part of the client, whatever the verb.
func (c *Client) Format(f fmt.State, _ rune) { f.Write([]byte("srp.Client(…)")) }

// Device is what a new device is registered with, and proves itself by later as
// a user does by a password: with its group key in the place of the pool's
// name, and its key in the place of the user's.
type Device struct {
	Password string // to be kept by the device: secret
	Salt     []byte // these two for the server
	Verifier []byte
}

// NewDevice makes a password of 40 random bytes for a device, and the verifier
// of it in the form of ConfirmDevice, which is that of every number hashed.
func NewDevice(groupKey, key string) Device {
	password, salt := make([]byte, 40), make([]byte, 16)
	rand.Read(password)
	rand.Read(salt)
	return newDevice(groupKey, key, base64.StdEncoding.EncodeToString(password), salt)
}

func newDevice(groupKey, key, password string, salt []byte) Device {
	x := passwordHash(groupKey, key, password, salt)
	var v element
	v.expTwo(x[:])
	v.fromMontgomery(&v)
	return Device{password, pad(salt), pad(v.bytes())}
}

// Format writes no part of the device, whatever the verb.
func (d Device) Format(f fmt.State, _ rune) { f.Write([]byte("srp.Device(…)")) }
