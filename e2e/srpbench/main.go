package main

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"log"
	"math/big"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	cognitosrp "github.com/alexrudd/cognito-srp/v4"

	"github.com/cenote-auth/cenote/internal/srp"
)

const (
	poolID, pool   = "eu-west-1_Pool1", "Pool1"
	user, password = "4d1c2b3a-user", "P\u00e4ssw0rd!\u00e9"
)

// morning is when all of them prove the password: cognito-srp writes the hours
// of the afternoon as those of the morning.
const morning = "Sat Nov 7 07:05:09 UTC 2026"

// question is what the service sends with PASSWORD_VERIFIER, and the time of
// the answer.
type question struct {
	Salt      string `json:"salt"`
	B         string `json:"b"`
	Block     string `json:"block"`
	Timestamp string `json:"timestamp"`
}

// times are how long the rounds took, one sign-in each.
type times []time.Duration

func (t times) ms() (least, median float64) {
	slices.Sort(t)
	return t[0].Seconds() * 1000, t[len(t)/2].Seconds() * 1000
}

func main() {
	log.SetFlags(0)
	rounds := flag.Int("rounds", 60, "sign-ins of each contender")
	flag.Parse()
	if err := run(*rounds); err != nil {
		log.Fatal(err)
	}
}

func run(rounds int) error {
	yardstick := measure(rounds, exponentiations())
	least, _ := yardstick.ms()
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "one SRP sign-in, the client's side: ms, least and median of %d\n\tleast\tmedian\tof the three\n", rounds)
	row := func(name string, t times) {
		low, median := t.ms()
		fmt.Fprintf(out, "%s\t%.2f\t%.2f\t%.2f\n", name, low, median, low/least)
	}
	row("three exponentiations, math/big", yardstick)
	for _, c := range []struct {
		name  string
		begin func() (client, error)
	}{
		{"auth/userpool", newOurs},
		{"alexrudd/cognito-srp v4", newCognitoSRP},
	} {
		t, err := try(rounds, c.begin)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		row(c.name, t)
	}
	name, t, err := tryNode(rounds)
	if err != nil {
		return fmt.Errorf("amazon-cognito-identity-js: %w", err)
	}
	row(name, t)
	return out.Flush()
}

func measure(rounds int, f func()) times {
	f() // what is made at first use is not counted
	t := make(times, rounds)
	for i := range t {
		began := time.Now()
		f()
		t[i] = time.Since(began)
	}
	return t
}

// primeHex is N of the protocol (RFC 3526, section 5).
const primeHex = "" +
	"ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74" +
	"020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437" +
	"4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed" +
	"ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05" +
	"98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb" +
	"9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b" +
	"e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718" +
	"3995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33" +
	"a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7" +
	"abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864" +
	"d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e2" +
	"08e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff"

// exponentiations are g^a, g^x and (B − k·g^x)^(a + u·x) by math/big, for a of
// 256 bits.
func exponentiations() func() {
	prime, _ := new(big.Int).SetString(primeHex, 16)
	a, base := random(32), random(srp.Size)
	long := new(big.Int).Mul(a, random(32))
	return func() {
		new(big.Int).Exp(big.NewInt(2), a, prime)
		new(big.Int).Exp(big.NewInt(2), a, prime)
		new(big.Int).Exp(base, long, prime)
	}
}

func random(size int) *big.Int {
	b := make([]byte, size)
	rand.Read(b)
	b[0] |= 0x80
	return new(big.Int).SetBytes(b)
}

// client is one contender in one sign-in.
type client interface {
	a() string
	prove(question) (signature string, err error)
}

// try lets a contender prove the password once, then measures it.
func try(rounds int, begin func() (client, error)) (times, error) {
	first, err := begin()
	if err != nil {
		return nil, err
	}
	s := newServer()
	q, err := s.challenge(first.a())
	if err != nil {
		return nil, err
	}
	signature, err := first.prove(q)
	if err != nil {
		return nil, err
	}
	if err := s.check(q, signature); err != nil {
		return nil, err
	}
	return measure(rounds, func() {
		c, err := begin()
		if err == nil {
			c.a()
			_, err = c.prove(q)
		}
		if err != nil {
			panic(err)
		}
	}), nil
}

// server is the other half.
type server struct {
	salt, v, block []byte
	state          *srp.Exchange
}

func newServer() *server {
	s := &server{salt: make([]byte, 16), block: make([]byte, 1024)}
	rand.Read(s.salt)
	rand.Read(s.block)
	s.v = srp.Verifier(pool, user, password, s.salt)
	return s
}

func (s *server) challenge(digits string) (question, error) {
	a, err := srp.ParseA(digits)
	if err != nil {
		return question{}, err
	}
	x, b, err := srp.Challenge(a, s.v)
	if err != nil {
		return question{}, err
	}
	s.state = x
	return question{hex.EncodeToString(s.salt), b.Hex(), base64.StdEncoding.EncodeToString(s.block), morning}, nil
}

func (s *server) check(q question, signature string) error {
	key, err := s.state.Key(s.v)
	if err != nil {
		return err
	}
	got, err := base64.StdEncoding.DecodeString(signature)
	if err != nil || subtle.ConstantTimeCompare(got, srp.Signature(key, pool, user, s.block, q.Timestamp)) != 1 {
		return errors.New("the proof is wrong")
	}
	return nil
}

type ours struct{ c *srp.Client }

func newOurs() (client, error) { return ours{srp.NewClient()}, nil }

func (o ours) a() string { return o.c.A() }

func (o ours) prove(q question) (string, error) {
	block, err := base64.StdEncoding.DecodeString(q.Block)
	if err != nil {
		return "", err
	}
	key, err := o.c.Key(pool, user, password, q.Salt, q.B)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(srp.Signature(key, pool, user, block, q.Timestamp)), nil
}

type theirs struct{ c *cognitosrp.CognitoSRP }

func newCognitoSRP() (client, error) {
	c, err := cognitosrp.NewCognitoSRP(user, password, poolID, "client", nil)
	return theirs{c}, err
}

func (t theirs) a() string { return t.c.GetAuthParams()["SRP_A"] }

func (t theirs) prove(q question) (string, error) {
	at, err := srp.ParseTimestamp(q.Timestamp)
	if err != nil {
		return "", err
	}
	answer, err := t.c.PasswordVerifierChallenge(map[string]string{
		"USERNAME": user, "USER_ID_FOR_SRP": user, "SALT": q.Salt, "SRP_B": q.B, "SECRET_BLOCK": q.Block,
	}, at)
	return answer["PASSWORD_CLAIM_SIGNATURE"], err
}
