package totp

import (
	"bytes"
	"encoding/base32"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring/keyringtest"
	"github.com/cenote-auth/cenote/internal/seal"
)

// seed is that of the vectors of the two RFCs.
var seed = []byte("12345678901234567890")

// The vectors of RFC 4226, appendix D.
func TestPasswordsByCounter(t *testing.T) {
	t.Parallel()
	for step, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := at(seed, int64(step)); got != want {
			t.Errorf("at(%d) = %s, want %s", step, got, want)
		}
	}
}

// The vectors of RFC 6238, appendix B, for SHA-1: the last six of eight digits.
func TestPasswordsByTime(t *testing.T) {
	t.Parallel()
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		now := time.Unix(at, 0)
		if got := At(seed, now); got != want {
			t.Errorf("At(%d) = %s, want %s", at, got, want)
		}
		if step, ok := Step(seed, want, now); !ok || step != at/30 {
			t.Errorf("Step(%s) at %d = %d, %v; want %d", want, at, step, ok, at/30)
		}
	}
}

func TestStep(t *testing.T) {
	t.Parallel()
	now := time.Unix(1111111111, 0)
	step := now.Unix() / 30
	for _, tt := range []struct {
		name     string
		password string
		want     int64
		ok       bool
	}{
		{"of two steps ago", at(seed, step-2), 0, false},
		{"of the step before", at(seed, step-1), step - 1, true},
		{"of now", at(seed, step), step, true},
		{"of the next step", at(seed, step+1), step + 1, true},
		{"of the step after that", at(seed, step+2), 0, false},
		{"with a digit less", at(seed, step)[:5], 0, false},
		{"with a digit more", at(seed, step) + "0", 0, false},
		{"no digits", "abcdef", 0, false},
		{"empty", "", 0, false},
		{"of another seed", at(seed[1:], step), 0, false},
	} {
		if got, ok := Step(seed, tt.password, now); ok != tt.ok || got != tt.want {
			t.Errorf("%s: Step = %d, %v; want %d, %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

// Where two steps have one password, the later is taken: with it both are used.
func TestTheLatestOfSeveralSteps(t *testing.T) {
	t.Parallel()
	for step := int64(910_000); step < 911_000; step++ {
		if password := at(seed, step); password == at(seed, step+1) {
			got, ok := Step(seed, password, time.Unix(step*30, 0))
			if !ok || got != step+1 {
				t.Errorf("Step = %d, %v; want %d", got, ok, step+1)
			}
			return
		}
	}
	t.Error("no two steps are alike, but 910737 and the next should be")
}

func TestSeeds(t *testing.T) {
	t.Parallel()
	seeds, made := New(keyringtest.Open(t)), NewSeed()
	if len(made) != SeedSize || bytes.Equal(made, NewSeed()) {
		t.Fatalf("NewSeed = %x, want %d bytes, and others each time", made, SeedSize)
	}
	text := Secret(made)
	if back, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(text); err != nil || !bytes.Equal(back, made) || len(text) != 52 {
		t.Errorf("Secret = %q, which decodes to %x, %v", text, back, err)
	}
	sealed := seeds.Seal(7, "ada", made)
	if opened, err := seeds.Open(7, "ada", sealed); err != nil || !bytes.Equal(opened, made) {
		t.Errorf("Open = %x, %v; want %x", opened, err, made)
	}
	if bytes.Contains(sealed, made) || bytes.Equal(sealed, seeds.Seal(7, "ada", made)) {
		t.Error("the sealed seed shows it, or is the same twice")
	}
	for name, open := range map[string]func() ([]byte, error){
		"another user":     func() ([]byte, error) { return seeds.Open(7, "eve", sealed) },
		"another pool":     func() ([]byte, error) { return seeds.Open(8, "ada", sealed) },
		"a blob cut short": func() ([]byte, error) { return seeds.Open(7, "ada", sealed[1:]) },
	} {
		if _, err := open(); !errors.Is(err, seal.ErrOpen) {
			t.Errorf("%s: Open = %v, want %v", name, err, seal.ErrOpen)
		}
	}
}

// Of those who do not exist some have a software token, some have none, and it
// is always the same.
func TestSomeWhoDoNotExistSeemToHaveOne(t *testing.T) {
	t.Parallel()
	seeds := New(keyringtest.Open(t))
	have := 0
	for i := range 200 {
		sub := fmt.Sprint("nobody ", i)
		if seeds.Imagines(7, sub) {
			have++
		}
		if seeds.Imagines(7, sub) != seeds.Imagines(7, sub) {
			t.Fatalf("%s has one now and then", sub)
		}
	}
	if have < 40 || have > 160 { // 8 standard deviations
		t.Errorf("%d of 200 have one, want about half", have)
	}
}

// What strangers type is a password of a step nearby, or none; it is never
// taken for longer text.
func FuzzStep(f *testing.F) {
	now := time.Unix(1111111111, 0)
	for _, text := range []string{"", "050471", "050471\x00", "０５０４７１", "-50471", "1e5000"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		step, ok := Step(seed, text, now)
		if ok && at(seed, step) != text || !ok && step != 0 {
			t.Errorf("Step(%q) = %d, %v", text, step, ok)
		}
	})
}
