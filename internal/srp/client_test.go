package srp

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

func TestClientAborts(t *testing.T) {
	t.Parallel()
	client := newClient([]byte{5})
	for _, tt := range []struct{ name, salt, b string }{
		{"B is 0", "ab", "0"},
		{"B is 0 in many digits", "ab", strings.Repeat("0", 2*Size)},
		{"B is N", "ab", bigN.Text(16)},
		{"B is above N", "ab", new(big.Int).Add(bigN, bigG).Text(16)},
		{"B is 2N", "ab", new(big.Int).Lsh(bigN, 1).Text(16)},
		{"B is negative", "ab", "-5"},
		{"B is not hexadecimal", "ab", "xyz"},
		{"B is empty", "ab", ""},
		{"B is far too long", "ab", strings.Repeat("1", 5*Size)},
		{"the salt is not hexadecimal", "-1", "5"},
		{"the salt is empty", "", "5"},
		{"the salt is far too long", strings.Repeat("1", 5*Size), "5"},
	} {
		if _, err := client.Key("pool", "ada", "password", tt.salt, tt.b); !errors.Is(err, ErrChallenge) {
			t.Errorf("%s: %v, want %v", tt.name, err, ErrChallenge)
		}
	}
}

func TestNewClients(t *testing.T) {
	t.Parallel()
	one, other := NewClient(), NewClient()
	if one.A() == other.A() {
		t.Error("two clients share A")
	}
	if len(one.secret) != 32 {
		t.Errorf("a has %d bytes, want 32", len(one.secret))
	}
	if want := new(big.Int).Exp(bigG, new(big.Int).SetBytes(one.secret), bigN).Text(16); one.A() != want {
		t.Errorf("A = %s, want %s", one.A(), want)
	}
	if got := fmt.Sprintf("%v %+v %#v %x", one, one, one, one); strings.Count(got, "srp.Client(…)") != 4 || len(got) > 100 {
		t.Errorf("printed %q", got)
	}
}

func TestNewDevices(t *testing.T) {
	t.Parallel()
	one, other := NewDevice("group", "key"), NewDevice("group", "key")
	if one.Password == other.Password || string(one.Salt) == string(other.Salt) {
		t.Error("two devices share their secrets")
	}
	if b, err := base64.StdEncoding.DecodeString(one.Password); err != nil || len(b) != 40 {
		t.Errorf("a password of %d bytes, %v", len(b), err)
	}
	if one.Salt[0] >= 0x80 || one.Verifier[0] >= 0x80 {
		t.Errorf("a number whose first bit is set: salt %x, verifier %x", one.Salt, one.Verifier)
	}
	client := NewClient() // signs in with what was registered
	a, err := ParseA(client.A())
	if err != nil {
		t.Fatal(err)
	}
	x, b, err := Challenge(a, one.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	want, err := x.Key(one.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := client.Key("group", "key", one.Password, hex.EncodeToString(one.Salt), b.Hex()); err != nil || got != want {
		t.Errorf("key = %x, %v, want %x", got, err, want)
	}
	if got := fmt.Sprintf("%v %+v %#v %s", one, one, one, one); strings.Contains(got, one.Password) {
		t.Errorf("printed %s", got)
	}
}

func TestClientExponent(t *testing.T) {
	t.Parallel()
	var most [32]byte
	for i := range most {
		most[i] = 0xff
	}
	for _, a := range [][]byte{{1}, most[:], append(most[:], most[:]...), append(make([]byte, 100), most[:]...)} {
		got := new(big.Int).SetBytes(clientExponent(a, most, most))
		ff := new(big.Int).SetBytes(most[:])
		want := new(big.Int).Mul(ff, ff)
		if want.Add(want, new(big.Int).SetBytes(a)); got.Cmp(want) != 0 {
			t.Errorf("a of %d bytes: %x, want %x", len(a), got, want)
		}
	}
	if n := len(clientExponent(most[:], most, most)); n != 64 {
		t.Errorf("%d bytes, want 64", n)
	}
}

// FuzzClient compares the key with math/big, for whatever a hostile server may
// send as its salt and B.
func FuzzClient(f *testing.F) {
	f.Add("ab", "5", "password")
	f.Add("00fbc990059473448e6ebd442aa16bfaa0", new(big.Int).Sub(bigN, bigG).Text(16), "")
	f.Add("f", "0", "p")
	f.Add("ff", bigN.Text(16), "p")
	f.Add("ff", new(big.Int).Add(bigN, bigG).Text(16), "p")
	f.Add("0x12", "-1", "p")
	f.Add("", strings.Repeat("F", 2*Size), "p")
	f.Add(strings.Repeat("0", 5*Size), strings.Repeat("0", 2*Size)+"7", "p")
	client := NewClient()
	public, _ := new(big.Int).SetString(client.A(), 16)
	f.Fuzz(func(t *testing.T, salt, b, password string) {
		got, err := client.Key("pool", "ada", password, salt, b)
		saltNumber, saltOK := new(big.Int).SetString(salt, 16)
		server, bOK := new(big.Int).SetString(b, 16)
		usable := saltOK && bOK && server.Sign() > 0 && server.Cmp(bigN) < 0 && saltNumber.Sign() >= 0 &&
			len(salt) <= maxSalt && !strings.ContainsAny(salt+b, "+-_")
		if usable != (err == nil) || err != nil && !errors.Is(err, ErrChallenge) {
			t.Fatalf("salt %.100q, B %.100q: %v", salt, b, err)
		}
		if err != nil {
			return
		}
		u := scramble(public.Bytes(), server.Bytes())
		hash := passwordHash("pool", "ada", password, saltNumber.Bytes())
		x := new(big.Int).SetBytes(hash[:])
		s := new(big.Int).Exp(bigG, x, bigN)
		s.Sub(server, s.Mul(s, bigK)).Mod(s, bigN)
		exponent := new(big.Int).SetBytes(clientExponent(client.secret, u, hash))
		if want := sharedKey(s.Exp(s, exponent, bigN).Bytes(), u); got != want {
			t.Errorf("salt %.100q, B %.100q: key %x, want %x", salt, b, got, want)
		}
	})
}
