package srp

import (
	"encoding/binary"
	"math/bits"
)

//go:generate go run ./kernelgen

const (
	limbs = 48
	// Size is the length of a number below the group's prime, in bytes.
	Size = limbs * 8
)

// element is a number below 2^3072, little-endian, standing for its residue
// mod N. N is barely smaller, so one subtraction makes it canonical. A residue
// x is in Montgomery form when the element stands for x·2^3072. Nothing here
// branches on a value or takes an address from one.
type element [limbs]uint64

// block returns the i-th 12 limbs of x.
func (x *element) block(i int) *[12]uint64 { return (*[12]uint64)(x[12*i:]) }

// mul sets z to x·y·2^-3072: the product in Montgomery form of two factors in
// Montgomery form, or the plain product when one of them is plain.
func (z *element) mul(x, y *element) {
	var t [2 * limbs]uint64
	for i := range 4 {
		var carry uint64
		for j := range 4 {
			carry = mulAdd12((*[24]uint64)(t[12*(i+j):]), x.block(i), y.block(j), carry)
		}
	}
	z.reduce(&t)
}

// sqr sets z to x·x·2^-3072.
func (z *element) sqr(x *element) {
	var t, squares [2 * limbs]uint64
	for i := range 4 { // the products of two different blocks, once each
		var carry uint64
		for j := i + 1; j < 4; j++ {
			carry = mulAdd12((*[24]uint64)(t[12*(i+j):]), x.block(i), x.block(j), carry)
		}
	}
	for i := range 4 {
		sqr12((*[24]uint64)(squares[24*i:]), x.block(i))
	}
	addTwice(&t, &squares)
	z.reduce(&t)
}

// addTwice sets t to 2t + s, which must be below 2^6144.
//
//go:norace
func addTwice(t, s *[2 * limbs]uint64) {
	var carry, top uint64
	for i := range t {
		doubled := t[i]<<1 | top
		top = t[i] >> 63
		t[i], carry = bits.Add64(doubled, s[i], carry)
	}
}

// reduce sets z to t·2^-3072 mod N, for t below 2^6144 (Montgomery, 6 limbs at
// a time). It uses up t.
func (z *element) reduce(t *[2 * limbs]uint64) {
	var carry uint64
	for i := 0; i < limbs; i += 6 {
		carry = redc6((*[6 + limbs]uint64)(t[i:]), (*[limbs]uint64)(&prime), carry)
	}
	// The sum is below 2^3072 + N, so taking N away once is enough.
	z.subtractIf(carry, (*element)(t[limbs:]))
}

// subtractIf sets z to x − yes·N mod 2^3072, for yes 0 or 1.
//
//go:norace
func (z *element) subtractIf(yes uint64, x *element) {
	var borrow uint64
	for i := range z {
		z[i], borrow = bits.Sub64(x[i], prime[i]&-yes, borrow)
	}
}

// add sets z to a number standing for x + y.
func (z *element) add(x, y *element) {
	var carry uint64
	for i := range z {
		z[i], carry = bits.Add64(x[i], y[i], carry)
	}
	// What is left after one subtraction may, barely, still be 2^3072 or more.
	for range 2 {
		var borrow uint64
		for i := range z {
			z[i], borrow = bits.Sub64(z[i], prime[i]&-carry, borrow)
		}
		carry -= borrow
	}
}

// sub sets z to a number standing for x − y.
func (z *element) sub(x, y *element) {
	var borrow uint64
	for i := range z {
		z[i], borrow = bits.Sub64(x[i], y[i], borrow)
	}
	// What is left after adding N once may, barely, still be below 0.
	for range 2 {
		var carry uint64
		for i := range z {
			z[i], carry = bits.Add64(z[i], prime[i]&-borrow, carry)
		}
		borrow -= carry
	}
}

// double sets z to a number standing for x·2^times, for times below 64.
//
//go:norace
func (z *element) double(x *element, times byte) {
	factor := uint64(1) << (times & 63)
	var top uint64 // what is above 2^3072
	for i := range z {
		hi, lo := bits.Mul64(x[i], factor)
		var carry uint64
		z[i], carry = bits.Add64(lo, top, 0)
		top = hi + carry
	}
	var over uint64
	for i := range z { // 2^3072 ≡ montOne, which is below 2^3008
		hi, lo := bits.Mul64(montOne[i], top)
		var carry uint64
		lo, carry = bits.Add64(lo, over, 0)
		hi += carry
		z[i], carry = bits.Add64(z[i], lo, 0)
		over = hi + carry
	}
	// The sum is below 2^3072 + 2^3071, so taking N away once is enough.
	z.subtractIf(over, z)
}

// canonical sets z to the residue itself, below N.
func (z *element) canonical() { z.subtractIf(1-z.belowN(), z) }

// belowN is 1 when x < N, and 0 otherwise.
func (x *element) belowN() (borrow uint64) {
	for i := range x {
		_, borrow = bits.Sub64(x[i], prime[i], borrow)
	}
	return borrow
}

// isZero is 1 when all limbs are 0, and 0 otherwise.
func (x *element) isZero() uint64 {
	var or uint64
	for _, limb := range x {
		or |= limb
	}
	return 1 - (or|-or)>>63
}

// toMontgomery sets z to the Montgomery form of x.
func (z *element) toMontgomery(x *element) { z.mul(x, &rSquared) }

// fromMontgomery sets z to the residue x stands for, below N.
func (z *element) fromMontgomery(x *element) {
	z.mul(x, &element{1})
	z.canonical()
}

// setBytes sets z to a big-endian number of at most Size bytes.
func (z *element) setBytes(b []byte) {
	var padded [Size]byte
	copy(padded[Size-len(b):], b)
	for i := range z {
		z[i] = binary.BigEndian.Uint64(padded[Size-8*(i+1):])
	}
}

// bytes returns x big-endian in Size bytes.
func (x *element) bytes() []byte {
	out := make([]byte, Size)
	for i, limb := range x {
		binary.BigEndian.PutUint64(out[Size-8*(i+1):], limb)
	}
	return out
}
