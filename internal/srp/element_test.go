package srp

import (
	"bytes"
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
)

// edges are numbers below 2^3072 at which carries and comparisons change.
func edges() []*big.Int {
	one := big.NewInt(1)
	minus := func(n *big.Int, m int64) *big.Int { return new(big.Int).Sub(n, big.NewInt(m)) }
	top := power2(Size * 8)
	out := []*big.Int{
		new(big.Int), one, big.NewInt(2), bigN, minus(bigN, 1), minus(bigN, 2), new(big.Int).Add(bigN, one),
		minus(top, 1), minus(top, 2), new(big.Int).Sub(top, bigN), new(big.Int).Rsh(bigN, 1),
		elementOf(power2(2 * Size * 8)).big(), bigK,
	}
	for bit := uint(0); bit < Size*8; bit += 61 {
		out = append(out, power2(bit), minus(power2(bit), 1))
	}
	for _, block := range []uint{768, 1536, 2304} {
		out = append(out, power2(block), minus(power2(block), 1), minus(top, 1).Sub(minus(top, 1), power2(block)))
	}
	return out
}

func (x element) big() *big.Int { return new(big.Int).SetBytes(x.bytes()) }

// exact returns n itself as an element, reduced or not.
func exact(n *big.Int) (z element) {
	z.setBytes(n.Bytes())
	return z
}

func source(name string) *rand.Rand {
	var seed [32]byte
	copy(seed[:], name)
	return rand.New(rand.NewChaCha8(seed))
}

func randomElement(r *rand.Rand) (z element) {
	for i := range z {
		z[i] = r.Uint64()
	}
	return z
}

func congruent(t *testing.T, what string, got element, want *big.Int) {
	t.Helper()
	got.canonical()
	if got, want := got.big(), new(big.Int).Mod(want, bigN); got.Cmp(want) != 0 {
		t.Errorf("%s = %x, want %x", what, got, want)
	}
}

func TestArithmeticAgainstBig(t *testing.T) {
	t.Parallel()
	inverse := new(big.Int).ModInverse(power2(Size*8), bigN)
	r := source("arithmetic")
	check := func(x, y element) {
		t.Helper()
		var z element
		bx, by := x.big(), y.big()
		z.mul(&x, &y)
		congruent(t, fmt.Sprintf("%x·%x", bx, by), z, new(big.Int).Mul(new(big.Int).Mul(bx, by), inverse))
		z.sqr(&x)
		congruent(t, fmt.Sprintf("%x²", bx), z, new(big.Int).Mul(new(big.Int).Mul(bx, bx), inverse))
		z.add(&x, &y)
		congruent(t, fmt.Sprintf("%x+%x", bx, by), z, new(big.Int).Add(bx, by))
		z.sub(&x, &y)
		congruent(t, fmt.Sprintf("%x-%x", bx, by), z, new(big.Int).Sub(bx, by))
		z = x
		z.canonical()
		if got, want := z.big(), new(big.Int).Mod(bx, bigN); got.Cmp(want) != 0 {
			t.Errorf("canonical(%x) = %x, want %x", bx, got, want)
		}
		if got, want := x.belowN() == 1, bx.Cmp(bigN) < 0; got != want {
			t.Errorf("%x below N: %v, want %v", bx, got, want)
		}
		if got, want := x.isZero() == 1, bx.Sign() == 0; got != want {
			t.Errorf("%x is zero: %v, want %v", bx, got, want)
		}
		z.fromMontgomery(&x)
		congruent(t, "out of Montgomery form", z, new(big.Int).Mul(bx, inverse))
	}
	all := edges()
	for _, x := range all {
		for _, y := range all {
			check(exact(x), exact(y))
		}
		check(exact(x), randomElement(r))
	}
	for range 1000 {
		check(randomElement(r), randomElement(r))
	}
}

func TestDoublingAgainstBig(t *testing.T) {
	t.Parallel()
	r := source("doubling")
	for _, n := range append(edges(), randomElement(r).big(), randomElement(r).big()) {
		for _, times := range []byte{0, 1, 2, 15, 31, 62, 63} {
			x := exact(n)
			x.double(&x, times)
			congruent(t, fmt.Sprintf("%x·2^%d", n, times), x, new(big.Int).Lsh(n, uint(times)))
		}
	}
}

func TestAliasedOperands(t *testing.T) {
	t.Parallel()
	r := source("aliases")
	x, y := randomElement(r), randomElement(r)
	var product, square, sum, difference, reverse element
	product.mul(&x, &y)
	square.sqr(&x)
	sum.add(&x, &y)
	difference.sub(&x, &y)
	reverse.sub(&y, &x)
	for name, f := range map[string]func(z *element) (got *element, want element){
		"x = x·y": func(z *element) (*element, element) { z.mul(z, &y); return z, product },
		"x = y·x": func(z *element) (*element, element) { z.mul(&y, z); return z, product },
		"x = x²":  func(z *element) (*element, element) { z.sqr(z); return z, square },
		"x = x+y": func(z *element) (*element, element) { z.add(z, &y); return z, sum },
		"x = x-y": func(z *element) (*element, element) { z.sub(z, &y); return z, difference },
		"x = y-x": func(z *element) (*element, element) { z.sub(&y, z); return z, reverse },
	} {
		z := x
		if got, want := f(&z); *got != want {
			t.Errorf("%s: another result than into a third element", name)
		}
	}
}

func TestBytes(t *testing.T) {
	t.Parallel()
	for _, n := range edges() {
		z := exact(n)
		if got, want := z.bytes(), n.FillBytes(make([]byte, Size)); !bytes.Equal(got, want) {
			t.Errorf("bytes = %x, want %x", got, want)
		}
	}
}
