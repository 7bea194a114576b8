package code

import (
	"bytes"
	"errors"
	"regexp"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

var (
	expired  = pool.E(pool.ExpiredCode, "Invalid code provided, please request a code again.")
	mismatch = pool.E(pool.CodeMismatch, "Invalid verification code provided, please try again.")
)

// ada is where the codes go.
const ada = "ada@example.com"

func newCodes(t *testing.T, fixed string) (*Codes, *clock.Clock) {
	t.Helper()
	st := storetest.Open(t)
	now := clock.New()
	keys, err := keyring.Open(t.Context(), st, seal.NewKey(), now.Now)
	if err != nil {
		t.Fatal(err)
	}
	return New(Options{Keyring: keys, Now: now.Now, Fixed: fixed}), now
}

func TestACodeIsGoodForADay(t *testing.T) {
	t.Parallel()
	codes, now := newCodes(t, "")
	code, row := codes.Make(7, "sub", SignUp, "email", ada)
	if row.PoolKey != 7 || row.Sub != "sub" || row.Purpose != "sign-up" || row.Attribute != "email" {
		t.Errorf("row = %+v", row)
	}
	if err := codes.Check(row, ada, code); err != nil {
		t.Errorf("at once: %v", err)
	}
	now.Advance(24*time.Hour - time.Minute)
	if err := codes.Check(row, ada, code); err != nil {
		t.Errorf("within the day: %v", err)
	}
	now.Advance(time.Minute)
	if err := codes.Check(row, ada, code); !errors.Is(err, expired) {
		t.Errorf("after the day: %v, want %v", err, expired)
	}
	if err := codes.Check(row, ada, "nonsense"); !errors.Is(err, expired) {
		t.Errorf("a wrong code after the day: %v, want %v", err, expired)
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	codes, _ := newCodes(t, "")
	code, row := codes.Make(7, "sub", SignUp, "email", ada)
	altered := func(change func(*store.Code)) store.Code {
		r := row
		change(&r)
		return r
	}
	for _, tt := range []struct {
		name    string
		row     store.Code
		address string
		code    string
		want    error
	}{
		{"no code at all", row, ada, "", mismatch},
		{"a code with a digit more", row, ada, code + "0", mismatch},
		{"a code with a space", row, ada, " " + code, mismatch},
		{"the code of another pool", altered(func(r *store.Code) { r.PoolKey = 8 }), ada, code, mismatch},
		{"the code of another user", altered(func(r *store.Code) { r.Sub = "bus" }), ada, code, mismatch},
		{"the code of another purpose", altered(func(r *store.Code) { r.Purpose = "other" }), ada, code, mismatch},
		{"the code of another attribute", altered(func(r *store.Code) { r.Attribute = "phone_number" }), ada, code, mismatch},
		{"the code that went to another address", row, "eve@example.com", code, mismatch},
		{"the code of an address that is gone", row, "", code, mismatch},
		{"a row without a MAC", altered(func(r *store.Code) { r.MAC = nil }), ada, code, mismatch},
		{"somebody who has no code", store.Code{}, ada, code, expired},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if err := codes.Check(tt.row, tt.address, tt.code); !errors.Is(err, tt.want) {
				t.Errorf("Check = %v, want %v", err, tt.want)
			}
		})
	}
}

func TestCodesAreSixRandomDigits(t *testing.T) {
	t.Parallel()
	codes, _ := newCodes(t, "")
	six := regexp.MustCompile(`^[0-9]{6}$`)
	var digits [10]int
	seen := map[string]bool{}
	for range 3000 {
		code, row := codes.Make(7, "sub", SignUp, "email", ada)
		if !six.MatchString(code) {
			t.Fatalf("code %q is not six digits", code)
		}
		if bytes.Contains(row.MAC, []byte(code)) {
			t.Fatal("the row holds the code itself")
		}
		seen[code] = true
		digits[code[0]-'0']++
	}
	if len(seen) < 2900 { // 4 or 5 of 3000 are expected to meet
		t.Errorf("only %d of 3000 codes differ", len(seen))
	}
	for d, n := range digits {
		if n < 200 || n > 400 { // 300 expected, 6 standard deviations
			t.Errorf("first digit %d came %d times of 3000", d, n)
		}
	}
}

func TestFixedCode(t *testing.T) {
	t.Parallel()
	codes, _ := newCodes(t, "424242")
	code, row := codes.Make(7, "sub", SignUp, "email", ada)
	if code != "424242" {
		t.Errorf("code %q, want the fixed one", code)
	}
	if err := codes.Check(row, ada, "424242"); err != nil {
		t.Error(err)
	}
	if err := codes.Check(row, ada, "424243"); !errors.Is(err, mismatch) {
		t.Errorf("another code: %v, want %v", err, mismatch)
	}
}

func TestHowLongACodeIsGood(t *testing.T) {
	t.Parallel()
	codes, now := newCodes(t, "")
	for purpose, lifetime := range map[Purpose]time.Duration{
		SignUp: 24 * time.Hour, ForgotPassword: time.Hour, Verify("email"): 24 * time.Hour, Verify("phone_number"): 24 * time.Hour,
		Change("email"): 24 * time.Hour, Change("phone_number"): 24 * time.Hour,
	} {
		if _, row := codes.Make(7, "sub", purpose, "email", ada); row.Expires.Sub(now.Now()).Round(time.Minute) != lifetime {
			t.Errorf("a code for %s is good until %v, want for %v", purpose, row.Expires, lifetime)
		}
	}
}

// Only the code of an address that is not yet the user's carries it.
func TestAPendingAddress(t *testing.T) {
	t.Parallel()
	codes, _ := newCodes(t, "")
	for _, tt := range []struct {
		purpose   Purpose
		attribute string
		want      string
	}{
		{Change("email"), "email", ada},
		{Change("phone_number"), "phone_number", "+15550001111"},
		{Verify("email"), "email", ""},
		{SignUp, "email", ""},
		{ForgotPassword, "phone_number", ""},
	} {
		address := ada
		if tt.attribute == "phone_number" {
			address = "+15550001111"
		}
		text, row := codes.Make(7, "sub", tt.purpose, tt.attribute, address)
		if row.Pending != tt.want {
			t.Errorf("%s: pending = %q, want %q", tt.purpose, row.Pending, tt.want)
		}
		if err := codes.Check(row, address, text); err != nil {
			t.Errorf("%s: %v", tt.purpose, err)
		}
	}
}
