package risk

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// hashes are the lines of a list of passwords.
func hashes(passwords ...string) (list []string) {
	for _, p := range passwords {
		list = append(list, strings.ToUpper(hex.EncodeToString(sum(p))))
	}
	slices.Sort(list)
	return list
}

func sum(password string) []byte { s := sha1.Sum([]byte(password)); return s[:] }

func TestPasswordsAreFoundInEveryForm(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range 999 {
		many = append(many, fmt.Sprint("pass-", i))
	}
	all := hashes(many...)
	counted, short := make([]string, len(all)), make([]string, len(all))
	for i, h := range all {
		counted[i], short[i] = fmt.Sprintf("%s:%d", h, i*i), h[:16+i%24]
	}
	for name, text := range map[string]string{
		"hashes":                  strings.Join(all, "\n"),
		"hashes, an end of line":  strings.Join(all, "\n") + "\n",
		"hashes in lower case":    strings.ToLower(strings.Join(all, "\n")),
		"hashes with counts":      strings.Join(counted, "\n") + "\n",
		"hashes from Windows":     strings.Join(counted, "\r\n") + "\r\n",
		"hashes, blank lines":     strings.Join(all, "\n") + "\n\n\r\n\n",
		"beginnings of all sizes": strings.Join(short, "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			list, err := OpenPasswords(write(t, text))
			if err != nil {
				t.Fatal(err)
			}
			defer list.Close()
			for i := range 1200 {
				password := fmt.Sprint("pass-", i)
				if has, err := list.Has(password); err != nil || has != (i < 999) {
					t.Fatalf("Has(%s) = %t, %v", password, has, err)
				}
			}
		})
	}
}

func TestNoListKnowsNothing(t *testing.T) {
	t.Parallel()
	var none *Passwords
	var nowhere *Places
	if has, err := none.Has("password"); has || err != nil {
		t.Errorf("Has = %t, %v", has, err)
	}
	if _, ok, err := nowhere.Find("192.0.2.1"); ok || err != nil {
		t.Errorf("Find = %t, %v", ok, err)
	}
}

func TestListsThatAreNone(t *testing.T) {
	t.Parallel()
	sorted := hashes("a", "b", "c")
	slices.Reverse(sorted)
	for name, text := range map[string]string{
		"nothing":              "",
		"words":                "password\nqwerty\n",
		"too short":            "0123456789ABCDE\n",
		"not in order":         strings.Join(sorted, "\n"),
		"one endless line":     strings.Repeat("A", 2000),
		"an endless last line": hashes("a")[0] + "\n" + strings.Repeat("A", 2000),
	} {
		path := write(t, text)
		if list, err := OpenPasswords(path); err == nil {
			t.Errorf("%s: opened as %+v", name, list)
		} else if !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v does not name the file", name, err)
		}
	}
	for name, text := range map[string]string{
		"a header":     "network,latitude,longitude\n192.0.2.0/24,1,2\n",
		"no place":     "192.0.2.0/24\n",
		"off the map":  "192.0.2.0/24,91,0\n",
		"no number":    "192.0.2.0/24,NaN,0\n",
		"not in order": "198.51.100.0/24,1,2\n192.0.2.0/24,1,2\n",
		"IPv6 first":   "2001:db8::/32,1,2\n192.0.2.0/24,1,2\n",
	} {
		if list, err := OpenPlaces(write(t, text)); err == nil {
			t.Errorf("%s: opened as %+v", name, list)
		}
	}
	if _, err := OpenPasswords(t.TempDir()); err == nil {
		t.Error("a folder was opened")
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	list, err := OpenPlaces(write(t, `5.1.0.0/16,52.52,13.4,DE,Berlin
81.2.69.142/31,51.5,-0.12,GB,"London"
192.0.2.0/25,-33.87,151.2,AU,Sydney, NSW
192.0.2.128/25,35.68,139.69
2001:db8::/48,40.71,-74.0,US,New York
`))
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	for address, want := range map[string]string{
		"5.1.2.3": "DE Berlin", "5.2.0.0": "", "5.0.255.255": "", "81.2.69.143": "GB London", "81.2.69.144": "", "::ffff:192.0.2.1": "AU Sydney, NSW",
		"192.0.2.200": " ", "2001:db8::1": "US New York", "2001:db8:1::": "", "0.0.0.0": "", "255.255.255.255": "", "::": "", "ffff::": "", "": "", "junk": "",
	} {
		got := ""
		place, ok, err := list.Find(address)
		if ok {
			got = place.Country + " " + place.City
		}
		if err != nil || got != want {
			t.Errorf("Find(%s) = %q, %v; want %q", address, got, err, want)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	berlin, sydney := Place{Latitude: 52.52, Longitude: 13.4}, Place{Latitude: -33.87, Longitude: 151.2}
	for _, tt := range []struct {
		a, b Place
		km   float64
	}{{berlin, berlin, 0}, {berlin, sydney, 16_090}, {Place{Latitude: 90}, Place{Latitude: -90}, 20_015}, {Place{Longitude: 179.9}, Place{Longitude: -179.9}, 22}} {
		if got := distance(tt.a, tt.b); got < tt.km*0.99-1 || got > tt.km*1.01+1 {
			t.Errorf("from %v to %v: %.0f km, want %.0f", tt.a, tt.b, got, tt.km)
		}
	}
}

// Whatever a file holds, a search ends, reads within the file, and finds what a
// list that is in order has.
func FuzzPasswords(f *testing.F) {
	f.Add([]byte(strings.Join(hashes("a", "b", "c"), "\n")), "b")
	f.Add([]byte(strings.Join(hashes("a", "b"), ":7\r\n")), "z")
	f.Add([]byte("\n\n\n"), "")
	f.Add(bytes.Repeat([]byte("0123456789abcdef\n"), 99), "a")
	f.Add([]byte(strings.Repeat("F", 600)+"\n"), "a")
	f.Fuzz(func(t *testing.T, text []byte, password string) {
		p := &Passwords{lines: &lines{bytes.NewReader(text), int64(len(text))}}
		has, err := p.Has(password)
		if err != nil || !inOrder(text) {
			return
		}
		want := false
		digits := hex.EncodeToString(sum(password))
		for line := range strings.Lines(string(text)) {
			hash, _, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
			want = want || strings.HasPrefix(digits, strings.ToLower(hash))
		}
		if has != want {
			t.Errorf("Has = %t, want %t", has, want)
		}
	})
}

// inOrder reports whether text is a list whose lines are sorted, none being the
// beginning of another.
func inOrder(text []byte) bool {
	before := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		hash, err := digits([]byte(line))
		if err != nil || len(line) > maxLine/2 || string(hash) < before || before != "" && strings.HasPrefix(string(hash), before) {
			return false
		}
		before = string(hash)
	}
	return before != ""
}

func FuzzPlaces(f *testing.F) {
	f.Add([]byte("192.0.2.0/24,1,2,DE,Berlin\n"), "192.0.2.1")
	f.Add([]byte("2001:db8::/32,1,2"), "2001:db8::1")
	f.Add([]byte(",,,,,\n"), "::")
	f.Fuzz(func(t *testing.T, text []byte, address string) {
		p := &Places{lines: &lines{bytes.NewReader(text), int64(len(text))}}
		place, ok, err := p.Find(address)
		if ok && (err != nil || place.Latitude < -90 || place.Latitude > 90 || place.Longitude < -180 || place.Longitude > 180) {
			t.Errorf("Find = %+v, %v", place, err)
		}
	})
}

func BenchmarkPasswords(b *testing.B) {
	var many []string
	for i := range 200_000 {
		many = append(many, fmt.Sprint("pass-", i))
	}
	list, err := OpenPasswords(write(b, strings.Join(hashes(many...), "\n")))
	if err != nil {
		b.Fatal(err)
	}
	defer list.Close()
	for b.Loop() {
		if has, err := list.Has("pass-4711"); err != nil || !has {
			b.Fatal(has, err)
		}
	}
}
