package srp

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

func TestClientAndServerAgree(t *testing.T) {
	t.Parallel()
	for range 20 {
		salt := make([]byte, 16)
		rand.Read(salt)
		password := rand.Text()
		v := Verifier("pool", "ada", password, salt)
		client := NewClient()
		a, err := ParseA(client.A())
		if err != nil {
			t.Fatal(err)
		}
		started, b, err := Challenge(a, v)
		if err != nil {
			t.Fatal(err)
		}
		x, err := ParseExchange(started.Bytes()) // by way of the sealed block
		if err != nil {
			t.Fatal(err)
		}
		key, err := x.Key(v)
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name, pool, user, password string
			agree                      bool
		}{
			{"all is right", "pool", "ada", password, true},
			{"another password", "pool", "ada", password + "x", false},
			{"another user", "pool", "eve", password, false},
			{"another pool", "loop", "ada", password, false},
		} {
			got, err := client.Key(tt.pool, tt.user, tt.password, hex.EncodeToString(salt), b.Hex())
			if err != nil || (got == key) != tt.agree {
				t.Fatalf("%s: client %x, server %x, %v", tt.name, got, key, err)
			}
		}
	}
}

func TestChallengesAreFresh(t *testing.T) {
	t.Parallel()
	v := Verifier("pool", "ada", "password", []byte("salt"))
	a, err := ParseA("5")
	if err != nil {
		t.Fatal(err)
	}
	x1, b1, err1 := Challenge(a, v)
	x2, b2, err2 := Challenge(a, v)
	if err1 != nil || err2 != nil || b1 == b2 || x1.b == x2.b {
		t.Errorf("two challenges share B = %s, %v, %v", b1.Hex(), err1, err2)
	}
}

func TestVerifiersThatAreNone(t *testing.T) {
	t.Parallel()
	a, err := ParseA("5")
	if err != nil {
		t.Fatal(err)
	}
	x := &Exchange{a: a.n, u: [32]byte{1}, b: [32]byte{1}}
	for name, v := range map[string][]byte{
		"nothing":            nil,
		"zero":               make([]byte, Size),
		"N":                  bigN.Bytes(),
		"above N":            bytes.Repeat([]byte{0xff}, Size),
		"longer than N":      append([]byte{1}, make([]byte, Size)...),
		"zero, and too long": make([]byte, 2*Size),
	} {
		if _, _, err := Challenge(a, v); !errors.Is(err, ErrVerifier) {
			t.Errorf("%s: Challenge: %v, want %v", name, err, ErrVerifier)
		}
		if _, err := x.Key(v); !errors.Is(err, ErrVerifier) {
			t.Errorf("%s: Key: %v, want %v", name, err, ErrVerifier)
		}
	}
	for name, v := range map[string][]byte{"one byte": {7}, "zeros before it": append(make([]byte, 10), bigN.Bytes()[1:]...)} {
		if _, _, err := Challenge(a, v); err != nil {
			t.Errorf("%s: Challenge: %v", name, err)
		}
	}
}

func TestParseExchangeRefuses(t *testing.T) {
	t.Parallel()
	a, err := ParseA("5")
	if err != nil {
		t.Fatal(err)
	}
	good := (&Exchange{a: a.n, u: [32]byte{1}, b: [32]byte{1}}).Bytes()
	if _, err := ParseExchange(good); err != nil || len(good) != ExchangeSize {
		t.Fatalf("a good one of %d bytes: %v", len(good), err)
	}
	for name, b := range map[string][]byte{
		"nothing":      nil,
		"a byte short": good[1:],
		"a byte long":  append(bytes.Clone(good), 0),
		"A is 0":       append(make([]byte, Size), good[Size:]...),
		"A is N":       append(bigN.Bytes(), good[Size:]...),
		"u is 0":       append(append(bytes.Clone(good[:Size]), make([]byte, 32)...), good[Size+32:]...),
	} {
		if _, err := ParseExchange(b); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestExchangePrintsNothing(t *testing.T) {
	t.Parallel()
	x := &Exchange{b: [32]byte{1, 2, 3}}
	if got, want := fmt.Sprintf("%v %+v %#v %x", x, x, x, x), strings.Repeat(" srp.Exchange(…)", 4)[1:]; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}

// FuzzServer compares both steps with math/big, for any A, v and b.
func FuzzServer(f *testing.F) {
	f.Add("1", []byte{1}, []byte{1})
	f.Add(new(big.Int).Sub(bigN, big.NewInt(1)).Text(16), new(big.Int).Sub(bigN, big.NewInt(1)).Bytes(), bytes.Repeat([]byte{0xff}, 32))
	f.Add("2", Verifier("pool", "ada", "password", []byte("salt")), []byte("0123456789abcdefghijklmnopqrstuv"))
	f.Fuzz(func(t *testing.T, digits string, v, secret []byte) {
		a, err := ParseA(digits)
		if err != nil {
			return
		}
		verifier, err := parseVerifier(v)
		if err != nil {
			return
		}
		x := &Exchange{a: a.n}
		copy(x.b[:], secret)
		bigV, bigB := new(big.Int).SetBytes(v), new(big.Int).SetBytes(x.b[:])
		want := new(big.Int).Exp(bigG, bigB, bigN)
		want.Add(want, new(big.Int).Mul(bigK, bigV)).Mod(want, bigN)
		b := challenge(verifier, &x.b)
		if b.n.big().Cmp(want) != 0 {
			t.Fatalf("B = %s, want %x", b.Hex(), want)
		}

		x.u = scramble(a.n.bytes(), b.n.bytes())
		s := new(big.Int).Exp(bigV, new(big.Int).SetBytes(x.u[:]), bigN)
		s.Mul(s, a.n.big()).Exp(s, bigB, bigN)
		got, err := x.Key(v)
		if want := sharedKey(s.Bytes(), x.u); err != nil || got != want {
			t.Errorf("key = %x, %v, want %x", got, err, want)
		}
	})
}

// The salt may be a part of something larger, such as a salt and a verifier
// that lie side by side.
func TestVerifierLeavesWhatLiesBehindTheSalt(t *testing.T) {
	t.Parallel()
	row := []byte("0123456789abcdef and what comes after it, long enough for a hash")
	want := string(row)
	Verifier("pool", "ada", "password", row[:16])
	if string(row) != want {
		t.Errorf("the bytes behind the salt became %q", row[16:])
	}
}
