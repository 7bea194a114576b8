package srp

import (
	"bytes"
	"math/big"
	"testing"
)

// exponents are 256-bit numbers at which digits and windows begin and end.
func exponents() [][32]byte {
	out := [][32]byte{{}, {31: 1}, {31: 2}, {31: 63}, {31: 64}, {0: 0x80}, {0: 0xff}, [32]byte(bytes.Repeat([]byte{0xff}, 32))}
	for bit := range 256 {
		if bit%6 == 0 || bit%64 == 63 {
			var e [32]byte
			e[31-bit/8] = 1 << (bit % 8)
			out = append(out, e)
		}
	}
	r := source("exponents")
	for range 10 {
		var e [32]byte
		for i := range e {
			e[i] = byte(r.Uint32())
		}
		out = append(out, e)
	}
	return out
}

func TestExponentsAgainstBig(t *testing.T) {
	t.Parallel()
	plain := randomElement(source("base"))
	var x element
	x.toMontgomery(&plain)
	for _, e := range exponents() {
		want := new(big.Int).Exp(plain.big(), new(big.Int).SetBytes(e[:]), bigN)
		var z element
		z.expSecret(&x, e[:])
		z.fromMontgomery(&z)
		congruent(t, "x^e, e secret", z, want)
		z.expPublic(&x, e[:])
		z.fromMontgomery(&z)
		congruent(t, "x^e, e public", z, want)
		z.expBase(&e)
		z.fromMontgomery(&z)
		congruent(t, "g^e", z, new(big.Int).Exp(bigG, new(big.Int).SetBytes(e[:]), bigN))
		z.expTwo(e[:])
		z.fromMontgomery(&z)
		congruent(t, "2^e", z, new(big.Int).Exp(bigG, new(big.Int).SetBytes(e[:]), bigN))
	}
}

func TestExponentsOfOtherLengths(t *testing.T) {
	t.Parallel()
	x := elementOf(power2(Size*8 + 1)) // 2 in Montgomery form
	for _, e := range [][]byte{{5}, {0, 5}, {0x12, 0x34, 0x56}, bytes.Repeat([]byte{0xa5}, 128)} {
		want := new(big.Int).Exp(bigG, new(big.Int).SetBytes(e), bigN)
		var z element
		z.expSecret(&x, e)
		z.fromMontgomery(&z)
		congruent(t, "2^e, e secret", z, want)
		z.expPublic(&x, e)
		z.fromMontgomery(&z)
		congruent(t, "2^e, e public", z, want)
		z.expTwo(e)
		z.fromMontgomery(&z)
		congruent(t, "2^e", z, want)
	}
}

func TestPickEveryIndex(t *testing.T) {
	t.Parallel()
	r := source("pick")
	table := make([]element, 64)
	for i := range table {
		table[i] = randomElement(r)
	}
	for i := range table {
		var z element
		z.pick(table, uint64(i))
		if z != table[i] {
			t.Errorf("pick(%d) is another element", i)
		}
	}
}
