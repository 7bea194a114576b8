package credential

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/keyring/keyringtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
)

var staff = &pool.Pool{Key: 7, ID: "us-east-1_Staff1234"}

func ada(t *testing.T, p *Passwords, password string) *pool.User {
	t.Helper()
	u := &pool.User{PoolKey: 7, Sub: "6f5902ac-2371-4f47-9c33-2e64ba8ae6e0", Username: "ada"}
	var err error
	if u.SealedPassword, err = p.Make(t.Context(), staff, u, password); err != nil {
		t.Fatalf("Make: %v", err)
	}
	return u
}

func TestMatches(t *testing.T) {
	t.Parallel()
	p := NewPasswords(keyringtest.Open(t))
	for _, password := range []string{"correct horse", " ", "pässwörd \U0001F511", strings.Repeat("x", 256)} {
		v, err := p.Open(ada(t, p, password))
		if err != nil {
			t.Fatalf("Open: %v", err)
		}
		if len(v.Salt) != 16 || len(v.V) != srp.Size {
			t.Errorf("salt of %d bytes, verifier of %d", len(v.Salt), len(v.V))
		}
		for _, tt := range []struct {
			username, password string
			pool               *pool.Pool
			want               bool
		}{
			{"ada", password, staff, true},
			{"ada", password + "x", staff, false},
			{"ada", "", staff, false},
			{"bob", password, staff, false},
			{"ada", password, &pool.Pool{ID: "us-east-1_Another12"}, false},
		} {
			got, err := p.Matches(t.Context(), tt.pool, tt.username, v, tt.password)
			if err != nil || got != tt.want {
				t.Errorf("Matches(%s, %s, %q) = %v, %v, want %v", tt.pool.ID, tt.username, tt.password, got, err, tt.want)
			}
		}
	}
}

func TestRepeats(t *testing.T) {
	t.Parallel()
	p := NewPasswords(keyringtest.Open(t))
	u := ada(t, p, "one")
	former := [][]byte{u.SealedPassword, ada(t, p, "two").SealedPassword, ada(t, p, "three").SealedPassword}
	for password, want := range map[string]bool{"one": true, "two": true, "three": true, "four": false, "": false} {
		if got, err := p.Repeats(t.Context(), staff, u, former, password); got != want || err != nil {
			t.Errorf("Repeats(%q) = %v, %v; want %v", password, got, err, want)
		}
	}
	if got, err := p.Repeats(t.Context(), staff, u, nil, "one"); got || err != nil {
		t.Errorf("Repeats without a past = %v, %v", got, err)
	}
	bob := *u
	bob.Sub = "other"
	if _, err := p.Repeats(t.Context(), staff, &bob, former, "four"); err == nil {
		t.Error("the past of another user was opened")
	}
}

func TestProves(t *testing.T) {
	t.Parallel()
	p := NewPasswords(keyringtest.Open(t))
	v, err := p.Open(ada(t, p, "correct horse"))
	if err != nil {
		t.Fatal(err)
	}
	client := srp.NewClient()
	a, err := srp.ParseA(client.A())
	if err != nil {
		t.Fatal(err)
	}
	exchange, b, err := p.Challenge(t.Context(), v, a)
	if err != nil {
		t.Fatalf("Challenge: %v", err)
	}
	proof := func(password string) Proof {
		key, err := client.Key("Staff1234", "ada", password, hex.EncodeToString(v.Salt), b)
		if err != nil {
			t.Fatal(err)
		}
		const at = "Wed Jan 2 03:04:05 UTC 2030"
		return Proof{SecretBlock: []byte("block"), Timestamp: at, Signature: srp.Signature(key, "Staff1234", "ada", []byte("block"), at)}
	}
	good := proof("correct horse")
	for name, tt := range map[string]struct {
		proof Proof
		want  bool
	}{
		"right":          {good, true},
		"wrong":          {proof("wrong horse"), false},
		"another block":  {Proof{[]byte("other"), good.Timestamp, good.Signature}, false},
		"another time":   {Proof{good.SecretBlock, "Wed Jan 2 03:04:06 UTC 2030", good.Signature}, false},
		"no signature":   {Proof{good.SecretBlock, good.Timestamp, nil}, false},
		"half signature": {Proof{good.SecretBlock, good.Timestamp, good.Signature[:16]}, false},
	} {
		got, err := p.Proves(t.Context(), staff, "ada", v, exchange, tt.proof)
		if err != nil || got != tt.want {
			t.Errorf("%s: Proves = %v, %v, want %v", name, got, err, tt.want)
		}
	}
	if _, err := p.Proves(t.Context(), staff, "ada", v, exchange[1:], good); err == nil {
		t.Error("half an exchange was taken")
	}
}

// A sealed password opens for its own user alone, also after a restart.
func TestASealedPasswordIsBoundToItsUser(t *testing.T) {
	t.Parallel()
	keys := keyringtest.Starts(t)
	p := NewPasswords(keys())
	u := ada(t, p, "correct horse")
	if twin := ada(t, p, "correct horse"); bytes.Equal(twin.SealedPassword, u.SealedPassword) {
		t.Error("two passwords were sealed alike")
	}
	if _, err := NewPasswords(keys()).Open(u); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	for name, change := range map[string]func(*pool.User){
		"another user": func(u *pool.User) { u.Sub = "another" },
		"another pool": func(u *pool.User) { u.PoolKey = 8 },
		"altered": func(u *pool.User) {
			u.SealedPassword = append(bytes.Clone(u.SealedPassword[:20]), u.SealedPassword[21:]...)
		},
		"no password":    func(u *pool.User) { u.SealedPassword = nil },
		"a short secret": func(u *pool.User) { u.SealedPassword = p.keys.Seal(keyring.Password, []byte("x"), u.PoolKey, u.Sub) },
		"client secret": func(u *pool.User) {
			u.SealedPassword = p.keys.Seal(keyring.ClientSecret, make([]byte, 400), u.PoolKey, u.Sub)
		},
	} {
		changed := *u
		change(&changed)
		if _, err := p.Open(&changed); err == nil {
			t.Errorf("%s: it opens", name)
		}
	}
}

// Who waits for a slot stops waiting when nobody waits for the answer.
func TestWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	p := NewPasswords(keyringtest.Open(t))
	u := ada(t, p, "correct horse")
	v, err := p.Open(u)
	if err != nil {
		t.Fatal(err)
	}
	a, err := srp.ParseA("2")
	if err != nil {
		t.Fatal(err)
	}
	exchange, _, err := p.Challenge(t.Context(), v, a)
	if err != nil {
		t.Fatal(err)
	}
	for range runtime.GOMAXPROCS(0) {
		p.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, made := p.Make(ctx, staff, u, "x")
	_, matches := p.Matches(ctx, staff, "ada", v, "x")
	_, _, challenge := p.Challenge(ctx, v, a)
	_, proves := p.Proves(ctx, staff, "ada", v, exchange, Proof{})
	for _, err := range []error{made, matches, challenge, proves} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("err = %v, want that of the context", err)
		}
	}
	for range runtime.GOMAXPROCS(0) {
		<-p.slots
	}
	if right, err := p.Matches(t.Context(), staff, "ada", v, "correct horse"); !right || err != nil {
		t.Errorf("with free slots: %v, %v", right, err)
	}
}
