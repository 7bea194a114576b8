package srp

import (
	"crypto/rand"
	"errors"
	"fmt"
)

// ErrVerifier refuses a verifier that is no number from 1 to N−1.
var ErrVerifier = errors.New("not a verifier of the group")

// Verifier returns v = g^x in Size bytes: all a server needs to keep of a
// password, next to the salt, and all a thief needs to try passwords quickly.
// For a user, poolName is the pool id after its underscore and userID the
// stored user name; for a device they are its group key and key.
func Verifier(poolName, userID, password string, salt []byte) []byte {
	x := passwordHash(poolName, userID, password, salt)
	var v element
	v.expBase(&x)
	v.fromMontgomery(&v)
	return v.bytes()
}

// Exchange is what the server must know again when the client's proof comes.
// It is secret: in the client's hands only sealed.
type Exchange struct {
	a element
	u [32]byte
	b [32]byte
}

// ExchangeSize is the length of an Exchange in bytes.
const ExchangeSize = Size + 32 + 32

// Challenge answers a client's A with B = k·v + g^b for a fresh random b of
// 256 bits. It takes equally long for every v, so a made-up one hides that
// there is no user. The error is ErrVerifier, and the fault not the client's.
func Challenge(a Public, v []byte) (*Exchange, Public, error) {
	verifier, err := parseVerifier(v)
	if err != nil {
		return nil, Public{}, err
	}
	for {
		x := &Exchange{a: a.n}
		rand.Read(x.b[:]) // never fails: crypto/rand ends the program instead
		b := challenge(verifier, &x.b)
		x.u = scramble(x.a.bytes(), b.n.bytes())
		if b.n.isZero() == 0 && x.u != [32]byte{} {
			return x, b, nil
		}
	}
}

// challenge returns B = k·v + g^b.
func challenge(v *element, b *[32]byte) (out Public) {
	var kv element
	kv.mul(&multiplier, v)
	out.n.expBase(b)
	out.n.fromMontgomery(&out.n)
	out.n.add(&out.n, &kv)
	out.n.canonical()
	return out
}

// Key returns the key the client has too if it knows the password behind v,
// from S = (A·v^u)^b.
func (x *Exchange) Key(v []byte) (Key, error) {
	verifier, err := parseVerifier(v)
	if err != nil {
		return Key{}, err
	}
	return sharedKey(premaster(&x.a, verifier, x.u[:], x.b[:]).bytes(), x.u), nil
}

// premaster returns S = (A·v^u)^b.
func premaster(a, v *element, u, b []byte) *element {
	var s, base element
	s.toMontgomery(v)
	s.expPublic(&s, u)
	base.toMontgomery(a)
	s.mul(&s, &base)
	s.expSecret(&s, b)
	s.fromMontgomery(&s)
	return &s
}

// Bytes returns the exchange in ExchangeSize bytes, to be sealed.
func (x *Exchange) Bytes() []byte {
	out := make([]byte, 0, ExchangeSize)
	out = append(out, x.a.bytes()...)
	out = append(out, x.u[:]...)
	return append(out, x.b[:]...)
}

// ParseExchange reads what Bytes wrote. It checks the form only: an exchange
// that did not lie sealed is worth nothing.
func ParseExchange(b []byte) (*Exchange, error) {
	if len(b) != ExchangeSize {
		return nil, fmt.Errorf("an SRP exchange has %d bytes, not %d", ExchangeSize, len(b))
	}
	x := &Exchange{u: [32]byte(b[Size:]), b: [32]byte(b[Size+32:])}
	x.a.setBytes(b[:Size])
	if x.a.belowN()&^x.a.isZero() == 0 || x.u == [32]byte{} {
		return nil, errors.New("an SRP exchange without A or u")
	}
	return x, nil
}

// Format writes no part of the exchange, whatever the verb.
func (x *Exchange) Format(f fmt.State, _ rune) { f.Write([]byte("srp.Exchange(…)")) }

// CheckVerifier returns ErrVerifier unless v is a verifier of the group.
func CheckVerifier(v []byte) error {
	_, err := parseVerifier(v)
	return err
}

// parseVerifier reads v, before which a device's client puts a zero byte.
func parseVerifier(v []byte) (*element, error) {
	extra := max(0, len(v)-Size)
	for _, b := range v[:extra] {
		if b != 0 {
			return nil, ErrVerifier
		}
	}
	var n element
	n.setBytes(v[extra:])
	if n.belowN()&^n.isZero() == 0 {
		return nil, ErrVerifier
	}
	return &n, nil
}
