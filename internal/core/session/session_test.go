package session_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/core/keyring/keyringtest"
	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/pool"
)

const (
	invalid = "Invalid session for the user."
	expired = "Invalid session for the user, session is expired."
)

// sample is a state that lives for three minutes from now.
func sample(now time.Time) session.State {
	return session.State{
		Purpose: "sign-in", PoolKey: 7, ClientID: "3n4b5urk1ft4fl3mg5e62d9ado", Sub: "74785488-4041-70a4-dcfe-cddfca936be5",
		Generation: 3, Step: "PASSWORD_VERIFIER", SignInID: "0194-5c",
		Expires: now.Add(3 * time.Minute).Truncate(time.Microsecond), Proof: bytes.Repeat([]byte{1}, 448),
	}
}

func TestStateComesBack(t *testing.T) {
	t.Parallel()
	c := clock.New()
	s := session.New(keyringtest.Open(t), c.Now)
	for name, want := range map[string]session.State{
		"in full":              sample(c.Now()),
		"of nobody, and empty": {Purpose: "sign-in", Expires: c.Now().Add(time.Minute).Truncate(time.Microsecond)},
		"with negative numbers": {Purpose: "sign-in", PoolKey: -1, Generation: -5,
			Expires: c.Now().Add(time.Minute).Truncate(time.Microsecond)},
	} {
		text := s.Seal(want)
		got, err := s.Open(want.Purpose, text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: Open = %+v, want %+v", name, got, want)
		}
		if again := s.Seal(want); again == text {
			t.Errorf("%s: sealed twice alike", name)
		}
	}
}

// The length of a session must not tell how often its user has signed out, nor
// that there is none.
func TestLengthDoesNotTellTheGeneration(t *testing.T) {
	t.Parallel()
	s := session.New(keyringtest.Open(t), time.Now)
	state := sample(time.Now())
	want := len(s.Seal(state))
	for _, generation := range []int64{-1, 0, 63, 64, 1 << 20, 1<<63 - 1} {
		state.Generation = generation
		if got := len(s.Seal(state)); got != want {
			t.Errorf("generation %d: %d characters, others %d", generation, got, want)
		}
	}
}

func TestTheLongestStateFits(t *testing.T) {
	t.Parallel()
	s := session.New(keyringtest.Open(t), time.Now)
	state := sample(time.Now())
	state.PoolKey, state.Generation = 1<<62, 1<<62
	state.ClientID = strings.Repeat("c", 128)
	state.Step, state.Flow, state.First = strings.Repeat("S", 40), strings.Repeat("F", 40), strings.Repeat("1", 40)
	state.Second = strings.Repeat("2", 40)
	state.Device, state.Round = strings.Repeat("d", 55), 1<<62
	state.SignInID = strings.Repeat("i", 36)
	text := s.Seal(state)
	if len(text) > session.MaxLength || len(text) < 20 {
		t.Errorf("%d characters, want 20 to %d", len(text), session.MaxLength)
	}
	if _, err := s.Open(state.Purpose, text); err != nil {
		t.Error(err)
	}
}

func TestSessionsThatAreRefused(t *testing.T) {
	t.Parallel()
	c := clock.New()
	keys := keyringtest.Open(t)
	s := session.New(keys, c.Now)
	good := s.Seal(sample(c.Now()))
	late := sample(c.Now())
	late.Expires = c.Now()
	for _, tt := range []struct{ name, purpose, text, want string }{
		{"of another purpose", "sign-up", good, invalid},
		{"of another server", "sign-in", session.New(keyringtest.Open(t), c.Now).Seal(sample(c.Now())), invalid},
		{"empty", "sign-in", "", invalid},
		{"not base64", "sign-in", "%%%% no session %%%%", invalid},
		{"base64 of nothing we sealed", "sign-in", base64.StdEncoding.EncodeToString(make([]byte, 100)), invalid},
		{"cut short", "sign-in", good[:len(good)-8], invalid},
		{"too long", "sign-in", good + strings.Repeat("A", session.MaxLength), invalid},
		{"at its end", "sign-in", s.Seal(late), expired},
	} {
		_, err := s.Open(tt.purpose, tt.text)
		if !errors.Is(err, pool.E(pool.NotAuthorized, tt.want)) {
			t.Errorf("%s: err = %v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := s.Open("sign-in", good); err != nil {
		t.Errorf("in time: %v", err)
	}
	c.Advance(3 * time.Minute)
	if _, err := s.Open("sign-in", good); !errors.Is(err, pool.E(pool.NotAuthorized, expired)) {
		t.Errorf("after three minutes: err = %v, want %q", err, expired)
	}
}

func TestASessionEndsAtItsMoment(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	s := session.New(keyringtest.Open(t), func() time.Time { return now })
	text := s.Seal(session.State{Purpose: "sign-in", Expires: now.Add(time.Microsecond)})
	if _, err := s.Open("sign-in", text); err != nil {
		t.Errorf("a microsecond before: %v", err)
	}
	now = now.Add(time.Microsecond)
	if _, err := s.Open("sign-in", text); !errors.Is(err, pool.E(pool.NotAuthorized, expired)) {
		t.Errorf("at its end: err = %v, want %q", err, expired)
	}
}

func TestNoBitCanBeChanged(t *testing.T) {
	t.Parallel()
	s := session.New(keyringtest.Open(t), time.Now)
	blob, err := base64.StdEncoding.DecodeString(s.Seal(session.State{Purpose: "sign-in", Sub: "s", Expires: time.Now().Add(time.Hour)}))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 8 * len(blob) {
		blob[i/8] ^= 1 << (i % 8)
		_, err := s.Open("sign-in", base64.StdEncoding.EncodeToString(blob))
		if !errors.Is(err, pool.E(pool.NotAuthorized, invalid)) {
			t.Fatalf("bit %d changed: err = %v, want %q", i, err, invalid)
		}
		blob[i/8] ^= 1 << (i % 8)
	}
}

func TestFor(t *testing.T) {
	t.Parallel()
	state := sample(time.Now())
	p, c := &pool.Pool{Key: 7}, &pool.Client{PoolKey: 7, ID: state.ClientID}
	for _, tt := range []struct {
		name string
		p    *pool.Pool
		c    *pool.Client
		ok   bool
	}{
		{"its pool and client", p, c, true},
		{"another client of the pool", p, &pool.Client{PoolKey: 7, ID: "another"}, false},
		{"a pool made later under the same id", &pool.Pool{Key: 8}, &pool.Client{PoolKey: 8, ID: state.ClientID}, false},
		{"a client of another pool", p, &pool.Client{PoolKey: 8, ID: state.ClientID}, false},
	} {
		err := state.For(tt.p, tt.c)
		if tt.ok && err != nil || !tt.ok && !errors.Is(err, pool.E(pool.NotAuthorized, invalid)) {
			t.Errorf("%s: err = %v, want ok = %v", tt.name, err, tt.ok)
		}
	}
}

func TestForUser(t *testing.T) {
	t.Parallel()
	state := sample(time.Now())
	for _, tt := range []struct {
		name string
		u    pool.User
		ok   bool
	}{
		{"its user", pool.User{PoolKey: 7, Sub: state.Sub, SessionGeneration: 3}, true},
		{"after a new password", pool.User{PoolKey: 7, Sub: state.Sub, SessionGeneration: 4}, false},
		{"another user", pool.User{PoolKey: 7, Sub: "other", SessionGeneration: 3}, false},
		{"a user of another pool", pool.User{PoolKey: 8, Sub: state.Sub, SessionGeneration: 3}, false},
	} {
		err := state.ForUser(&tt.u)
		if tt.ok && err != nil || !tt.ok && !errors.Is(err, pool.E(pool.NotAuthorized, invalid)) {
			t.Errorf("%s: err = %v, want ok = %v", tt.name, err, tt.ok)
		}
	}
}

// What was not sealed here is never opened, whatever it looks like.
func FuzzOpen(f *testing.F) {
	s := session.New(keyringtest.Open(f), time.Now)
	good := s.Seal(sample(time.Now()))
	for _, text := range []string{"", good[:100], good[:len(good)-4], "AAAA", strings.Repeat("A", 2048), strings.Repeat("A", 2049)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := s.Open("sign-in", text); !errors.Is(err, pool.E(pool.NotAuthorized, invalid)) {
			t.Errorf("err = %v, want %q", err, invalid)
		}
	})
}
