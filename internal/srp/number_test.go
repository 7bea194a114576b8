package srp

import (
	"encoding/hex"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"
)

func TestGroup(t *testing.T) {
	t.Parallel()
	if !bigN.ProbablyPrime(0) || !new(big.Int).Rsh(bigN, 1).ProbablyPrime(0) {
		t.Error("N is not a safe prime")
	}
	k := scramble(bigN.Bytes(), bigG.Bytes()) // the same hash of two padded numbers
	if got := hex.EncodeToString(k[:]); got != multiplierHex {
		t.Errorf("k = %s, want %s", got, multiplierHex)
	}
}

func TestPad(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"": "00", "00": "00", "0000": "00", "01": "01", "7f": "7f", "80": "0080", "ff": "00ff",
		"000f": "0f", "00ff": "00ff", "0000ff": "00ff", "0100": "0100",
	} {
		in, err := hex.DecodeString(number)
		if err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(pad(in)); got != want {
			t.Errorf("pad(%s) = %s, want %s", number, got, want)
		}
	}
}

func TestParseA(t *testing.T) {
	t.Parallel()
	plus := func(n int64) string { return new(big.Int).Add(bigN, big.NewInt(n)).Text(16) }
	for _, tt := range []struct{ name, digits, want string }{
		{"one digit", "5", "5"},
		{"upper case", "ABCDEF", "abcdef"},
		{"leading zeros", "000abc", "abc"},
		{"leading zeros beyond the length of N", strings.Repeat("0", 2000) + "1", "1"},
		{"N-1", plus(-1), plus(-1)},
		{"empty", "", ""},
		{"0", "0", ""},
		{"many zeros", strings.Repeat("0", 768), ""},
		{"N", plus(0), ""},
		{"N in upper case with zeros before", "00" + strings.ToUpper(plus(0)), ""},
		{"N+1", plus(1), ""},
		{"2N", new(big.Int).Lsh(bigN, 1).Text(16), ""},
		{"as long as N, all ones", strings.Repeat("f", 768), ""},
		{"a digit too many", "1" + strings.Repeat("0", 768), ""},
		{"far too long", strings.Repeat("1", 131072), ""},
		{"not hexadecimal", "xyz", ""},
		{"a minus sign", "-5", ""},
		{"a prefix", "0x5", ""},
		{"a space", " 5", ""},
		{"a newline", "5\n", ""},
		{"a letter outside ASCII", "５", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseA(tt.digits)
			if tt.want == "" {
				if !errors.Is(err, ErrPublic) {
					t.Errorf("err = %v, want %v", err, ErrPublic)
				}
				return
			}
			if err != nil || got.Hex() != tt.want {
				t.Errorf("ParseA = %s, %v, want %s", got.Hex(), err, tt.want)
			}
		})
	}
}

func FuzzParseA(f *testing.F) {
	f.Add("1")
	f.Add("00fF")
	f.Add(primeHex)
	f.Add("-1")
	f.Fuzz(func(t *testing.T, digits string) {
		got, err := ParseA(digits)
		want, ok := new(big.Int).SetString("0"+digits, 16)
		ok = ok && want.Sign() > 0 && want.Cmp(bigN) < 0
		if ok != (err == nil) {
			t.Fatalf("ParseA(%q): %v, want valid = %v", digits, err, ok)
		}
		if ok && got.Hex() != want.Text(16) {
			t.Errorf("ParseA(%q) = %s, want %x", digits, got.Hex(), want)
		}
	})
}

func TestParseTimestamp(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, time.September, 8, 7, 4, 9, 0, time.UTC)
	for _, tt := range []struct {
		name, in string
		want     time.Time
	}{
		{"the day without a zero", "Tue Sep 8 07:04:09 UTC 2026", day},
		{"the day with a zero", "Tue Sep 08 07:04:09 UTC 2026", day},
		{"a day of two digits", "Thu Dec 31 23:59:59 UTC 2026", time.Date(2026, time.December, 31, 23, 59, 59, 0, time.UTC)},
		{"a leap day", "Tue Feb 29 12:00:00 UTC 2028", time.Date(2028, time.February, 29, 12, 0, 0, 0, time.UTC)},
		{"the day padded with a space", "Tue Sep  8 07:04:09 UTC 2026", time.Time{}},
		{"another weekday", "Mon Sep 8 07:04:09 UTC 2026", time.Time{}},
		{"lower case", "tue sep 8 07:04:09 UTC 2026", time.Time{}},
		{"an hour of one digit", "Tue Sep 8 7:04:09 UTC 2026", time.Time{}},
		{"fractions of a second", "Tue Sep 8 07:04:09.5 UTC 2026", time.Time{}},
		{"another zone", "Tue Sep 8 07:04:09 GMT 2026", time.Time{}},
		{"no such day", "Sun Feb 29 12:00:00 UTC 2026", time.Time{}},
		{"French", "mar. sept. 8 07:04:09 UTC 2026", time.Time{}},
		{"something after it", "Tue Sep 8 07:04:09 UTC 2026 ", time.Time{}},
		{"ISO 8601", "2026-09-08T07:04:09Z", time.Time{}},
		{"empty", "", time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseTimestamp(tt.in)
			if !got.Equal(tt.want) || (err == nil) != !tt.want.IsZero() {
				t.Errorf("ParseTimestamp(%q) = %v, %v, want %v", tt.in, got, err, tt.want)
			}
		})
	}
	if got, want := FormatTimestamp(day.In(time.FixedZone("", 7200))), "Tue Sep 8 07:04:09 UTC 2026"; got != want {
		t.Errorf("FormatTimestamp = %q, want %q", got, want)
	}
}

func FuzzParseTimestamp(f *testing.F) {
	f.Add("Tue Sep 8 07:04:09 UTC 2026")
	f.Add("Tue Sep 08 07:04:09 UTC 2026")
	f.Add("Thu Dec 31 23:59:60 UTC 2026")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseTimestamp(s)
		if err != nil {
			return
		}
		if again := FormatTimestamp(got); again != s && strings.Replace(s, " 0", " ", 1) != again {
			t.Errorf("ParseTimestamp(%q) is formatted %q", s, again)
		}
	})
}
