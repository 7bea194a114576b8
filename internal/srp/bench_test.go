package srp

import (
	"encoding/hex"
	"math/big"
	"testing"
)

func BenchmarkMul(b *testing.B) {
	x, y := rSquared, multiplier
	for b.Loop() {
		x.mul(&x, &y)
	}
}

func BenchmarkSqr(b *testing.B) {
	x := rSquared
	for b.Loop() {
		x.sqr(&x)
	}
}

func benchExponent() (e [32]byte) {
	r := source("benchmark")
	for i := range e {
		e[i] = byte(r.Uint32())
	}
	return e
}

// The yardstick: one exponentiation by math/big, which is not constant-time.
func BenchmarkExpBig(b *testing.B) {
	e := benchExponent()
	x, exponent := rSquared.big(), new(big.Int).SetBytes(e[:])
	for b.Loop() {
		new(big.Int).Exp(x, exponent, bigN)
	}
}

func BenchmarkExpBase(b *testing.B) {
	Warm()
	e := benchExponent()
	var z element
	for b.Loop() {
		z.expBase(&e)
	}
}

func BenchmarkExpPublic(b *testing.B) {
	e := benchExponent()
	var z element
	for b.Loop() {
		z.expPublic(&rSquared, e[:])
	}
}

func BenchmarkExpSecret(b *testing.B) {
	e := benchExponent()
	var z element
	for b.Loop() {
		z.expSecret(&rSquared, e[:])
	}
}

func BenchmarkVerifier(b *testing.B) {
	Warm()
	for b.Loop() {
		Verifier("pool", "ada", "password", []byte("0123456789abcdef"))
	}
}

// Both steps of the server.
func BenchmarkExchange(b *testing.B) {
	Warm()
	v := Verifier("pool", "ada", "password", []byte("0123456789abcdef"))
	a, err := ParseA(NewClient().A())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		x, _, err := Challenge(a, v)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := x.Key(v); err != nil {
			b.Fatal(err)
		}
	}
}

// The same with math/big.
func BenchmarkExchangeBig(b *testing.B) {
	e := benchExponent()
	secret := new(big.Int).SetBytes(e[:])
	v, a := rSquared.big(), multiplier.big()
	u := new(big.Int).Sub(power2(256), secret)
	for b.Loop() {
		public := new(big.Int).Exp(bigG, secret, bigN)
		public.Add(public, new(big.Int).Mul(bigK, v)).Mod(public, bigN)
		s := new(big.Int).Exp(v, u, bigN)
		s.Mul(s, a).Exp(s, secret, bigN)
	}
}

// The client's whole part of one sign-in: A, then the key, and its proof.
func BenchmarkClient(b *testing.B) {
	salt := []byte("0123456789abcdef")
	block := make([]byte, 1024)
	v := Verifier("pool", "ada", "password", salt)
	x := &Exchange{b: benchExponent()}
	verifier, err := parseVerifier(v)
	if err != nil {
		b.Fatal(err)
	}
	server := challenge(verifier, &x.b).Hex()
	for b.Loop() {
		client := NewClient()
		client.A()
		key, err := client.Key("pool", "ada", "password", hex.EncodeToString(salt), server)
		if err != nil {
			b.Fatal(err)
		}
		Signature(key, "pool", "ada", block, "Sat Nov 7 07:05:09 UTC 2026")
	}
}

// The yardstick of it: the exponentiations the protocol asks for, by math/big
// and with a of 256 bits: g^a, g^x and (B − k·g^x)^(a + u·x).
func BenchmarkThreeExponentiations(b *testing.B) {
	e := benchExponent()
	a := new(big.Int).SetBytes(e[:])
	base, long := rSquared.big(), new(big.Int).Mul(a, a)
	for b.Loop() {
		new(big.Int).Exp(bigG, a, bigN)
		new(big.Int).Exp(bigG, a, bigN)
		new(big.Int).Exp(base, long, bigN)
	}
}

func BenchmarkExpTwo(b *testing.B) {
	e := benchExponent()
	var z element
	for b.Loop() {
		z.expTwo(e[:])
	}
}

func BenchmarkDevice(b *testing.B) {
	for b.Loop() {
		NewDevice("group", "key")
	}
}
