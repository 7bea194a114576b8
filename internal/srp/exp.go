package srp

import (
	"math/bits"
	"sync"
)

// expSecret sets z to x^e for e big-endian, all in Montgomery form. Its time
// depends on the length of e only.
func (z *element) expSecret(x *element, e []byte) {
	const window = 4 // as many products as with 5, and half the table to read
	var table [1 << window]element
	table[0], table[1] = montOne, *x
	for i := 2; i < len(table); i += 2 {
		table[i].sqr(&table[i/2])
		table[i+1].mul(&table[i], x)
	}
	acc := montOne
	var factor element
	for i, digits := range e {
		for half, digit := range [2]byte{digits >> 4, digits & 15} {
			if i+half > 0 {
				for range window {
					acc.sqr(&acc)
				}
			}
			factor.pick(table[:], uint64(digit))
			acc.mul(&acc, &factor)
		}
	}
	*z = acc
}

// expPublic sets z to x^e in Montgomery form, for an exponent that anybody may
// learn from the time this takes. e is big-endian and not zero.
func (z *element) expPublic(x *element, e []byte) {
	const window = 5
	var odd [1 << (window - 1)]element // x, x^3, x^5, …
	var square element
	square.sqr(x)
	odd[0] = *x
	for i := 1; i < len(odd); i++ {
		odd[i].mul(&odd[i-1], &square)
	}
	bit := func(i int) uint64 { return uint64(e[len(e)-1-i/8]>>(i%8)) & 1 }
	acc, started := montOne, false
	for i := 8*len(e) - 1; i >= 0; {
		if bit(i) == 0 {
			if started {
				acc.sqr(&acc)
			}
			i--
			continue
		}
		low := max(i-window+1, 0) // the window ends at its lowest bit that is set
		for bit(low) == 0 {
			low++
		}
		var digit uint64
		for ; i >= low; i-- {
			if started {
				acc.sqr(&acc)
			}
			digit = digit<<1 | bit(i)
		}
		if started {
			acc.mul(&acc, &odd[digit/2])
		} else {
			acc, started = odd[digit/2], true
		}
	}
	*z = acc
}

// expTwo sets z to 2^e in Montgomery form, for a big-endian secret e. It needs
// no table, and so is what a program wants that signs in once; expBase is what
// a server wants. Its time depends on the length of e only.
func (z *element) expTwo(e []byte) {
	acc := montOne
	for _, digits := range e {
		for _, digit := range [2]byte{digits >> 4, digits & 15} {
			for range 4 {
				acc.sqr(&acc)
			}
			acc.double(&acc, digit)
		}
	}
	*z = acc
}

// The powers of g in Montgomery form: row i holds g^(j·64^i) at j, for the 43
// digits base 64 of a 256-bit exponent. 1 MiB, made at first use.
const (
	baseWindow = 6
	baseRows   = (256 + baseWindow - 1) / baseWindow
)

var basePowers = sync.OnceValue(func() *[baseRows][1 << baseWindow]element {
	table := new([baseRows][1 << baseWindow]element)
	step := element{2} // g^(64^i)
	step.toMontgomery(&step)
	for i := range table {
		row := &table[i]
		row[0] = montOne
		for j := 1; j < len(row); j++ {
			row[j].mul(&row[j-1], &step)
		}
		step.mul(&row[len(row)-1], &step)
	}
	return table
})

// Warm makes the table of powers of g, which otherwise the first call that
// needs it does, in some milliseconds.
func Warm() { basePowers() }

// expBase sets z to g^e in Montgomery form, for a big-endian secret e.
func (z *element) expBase(e *[32]byte) {
	var words [5]uint64 // little-endian, with room for the last digit's window
	var x element
	x.setBytes(e[:])
	copy(words[:4], x[:])
	table := basePowers()
	acc := montOne
	var factor element
	for i := range table {
		word, shift := i*baseWindow/64, uint(i*baseWindow%64)
		digit := words[word]>>shift | words[word+1]<<(64-shift)
		factor.pick(table[i][:], digit&(1<<baseWindow-1))
		acc.mul(&acc, &factor)
	}
	*z = acc
}

// pick sets z to table[index], reading the whole table in the same order
// whatever the index. The length of the table must be a multiple of 4.
//
//go:norace
func (z *element) pick(table []element, index uint64) {
	*z = element{}
	for i := 0; i+4 <= len(table); i += 4 {
		a, b, c, d := &table[i], &table[i+1], &table[i+2], &table[i+3]
		first := uint64(i) ^ index // 0 to 3 within the group that holds index
		m0, m1, m2, m3 := equal(first, 0), equal(first, 1), equal(first, 2), equal(first, 3)
		for j := range z {
			z[j] |= a[j]&m0 | b[j]&m1 | c[j]&m2 | d[j]&m3
		}
	}
}

// equal is all ones when x and y are the same, which differ in less than 63
// bits, and 0 otherwise.
func equal(x, y uint64) uint64 {
	_, borrow := bits.Sub64(x^y, 1, 0)
	return -borrow
}
