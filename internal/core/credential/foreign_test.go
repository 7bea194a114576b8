package credential

import (
	"errors"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/keyring/keyringtest"
	"github.com/cenote-auth/cenote/internal/pool"
)

// Hashes that other programs made.
var known = []struct{ name, algorithm, hash, password string }{
	{"bcrypt", "BCRYPT", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"},
	{"argon2id", "ARGON2ID", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password"},
	{"scrypt", "SCRYPT", "$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sWV770kp5wLOLoEakziKhqE", "correct horse"},
	{"PBKDF2", "PBKDF2_SHA256", "$pbkdf2-sha256$1000$AAECAwQFBgcICQoLDA0ODw$yRTMTwbMbo9G0VfjobWqerzuuxe7BETNTErBbKKumGQ", "correct horse"},
	{"PBKDF2 with names", "PBKDF2_SHA256", "$pbkdf2-sha256$i=1000,l=64$AAECAwQFBgcICQoLDA0ODw$yRTMTwbMbo9G0VfjobWqerzuuxe7BETNTErBbKKumGQVykgYqFUkGDPSqmamlmDo91gX1JZ69LgWiJuFkmT+UQ", "correct horse"},
	{"PBKDF2 with a salt in plain", "PBKDF2_SHA256", "pbkdf2_sha256$1000$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso=", "correct horse"},
}

func TestForeignHashes(t *testing.T) {
	t.Parallel()
	for _, tt := range known {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := parsers[tt.algorithm](tt.hash)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := parseForeign(tt.hash); err != nil || again.decoy != f.decoy {
				t.Errorf("without the algorithm: %q, %v, want %q", again.decoy, err, f.decoy)
			}
			if !f.matches(tt.password) || f.matches(tt.password+"x") || f.matches("") {
				t.Error("it does not tell the password from others")
			}
			decoy, err := parsers[tt.algorithm](decoyHash(f.decoy))
			if err != nil || decoy.decoy != f.decoy || decoy.matches(tt.password) {
				t.Errorf("decoy %q: %v", decoyHash(f.decoy), err)
			}
		})
	}
}

func TestBcryptLooksAtSeventyTwoBytes(t *testing.T) {
	t.Parallel()
	const hash = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui" // crypt_blowfish's own
	f, err := parseBcrypt(hash)
	if err != nil {
		t.Fatal(err)
	}
	password := "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored"
	if !f.matches(password) || !f.matches(password[:72]) || f.matches(password[:71]) {
		t.Error("the first 72 bytes are not what counts")
	}
}

func TestHashesThatAreRefused(t *testing.T) {
	t.Parallel()
	salt, key := strings.Repeat("A", 22), strings.Repeat("A", 43)
	tail := "$" + salt + "$" + key
	for name, tt := range map[string]struct{ algorithm, hash string }{
		"nothing":                       {"BCRYPT", ""},
		"another algorithm":             {"SCRYPT", known[0].hash},
		"text":                          {"ARGON2ID", "Tulip-42"},
		"bcrypt of the broken kind":     {"BCRYPT", "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
		"bcrypt cut short":              {"BCRYPT", known[0].hash[:59]},
		"bcrypt with something behind":  {"BCRYPT", known[0].hash + "a"},
		"bcrypt in other letters":       {"BCRYPT", known[0].hash[:59] + "!"},
		"bcrypt that is too dear":       {"BCRYPT", "$2b$15$" + strings.Repeat("O", 53)},
		"bcrypt that is far too dear":   {"BCRYPT", "$2b$31$" + strings.Repeat("O", 53)},
		"scrypt that wants 256 MiB":     {"SCRYPT", "$scrypt$ln=18,r=8,p=1" + tail},
		"scrypt that overflows":         {"SCRYPT", "$scrypt$ln=20,r=999999999,p=999999999" + tail},
		"scrypt that takes long":        {"SCRYPT", "$scrypt$ln=17,r=8,p=3" + tail},
		"scrypt of nothing":             {"SCRYPT", "$scrypt$ln=0,r=8,p=1" + tail},
		"argon2id that wants 256 MiB":   {"ARGON2ID", "$argon2id$v=19$m=262144,t=1,p=1" + tail},
		"argon2id that takes long":      {"ARGON2ID", "$argon2id$v=19$m=65536,t=9,p=1" + tail},
		"argon2id without a pass":       {"ARGON2ID", "$argon2id$v=19$m=65536,t=0,p=1" + tail},
		"argon2id without a lane":       {"ARGON2ID", "$argon2id$v=19$m=65536,t=1,p=0" + tail},
		"argon2id of 256 lanes":         {"ARGON2ID", "$argon2id$v=19$m=65536,t=1,p=256" + tail},
		"argon2id with little memory":   {"ARGON2ID", "$argon2id$v=19$m=8,t=1,p=4" + tail},
		"argon2id of an older version":  {"ARGON2ID", "$argon2id$v=16$m=65536,t=1,p=1" + tail},
		"argon2i":                       {"ARGON2ID", "$argon2i$v=19$m=65536,t=1,p=1" + tail},
		"PBKDF2 that takes long":        {"PBKDF2_SHA256", "$pbkdf2-sha256$2000001" + tail},
		"PBKDF2 of no round":            {"PBKDF2_SHA256", "$pbkdf2-sha256$0" + tail},
		"PBKDF2 of another length":      {"PBKDF2_SHA256", "$pbkdf2-sha256$i=1000,l=64" + tail},
		"PBKDF2 of another hash":        {"PBKDF2_SHA256", "$pbkdf2-sha512$1000" + tail},
		"a salt of nothing":             {"PBKDF2_SHA256", "$pbkdf2-sha256$1000$$" + key},
		"a salt of nothing, in plain":   {"PBKDF2_SHA256", "pbkdf2_sha256$1000$$" + key},
		"a key of 15 bytes":             {"PBKDF2_SHA256", "$pbkdf2-sha256$1000$" + salt + "$" + strings.Repeat("A", 20)},
		"a key that is no base64":       {"PBKDF2_SHA256", "$pbkdf2-sha256$1000$" + salt + "$" + strings.Repeat("!", 43)},
		"a number with a sign":          {"PBKDF2_SHA256", "$pbkdf2-sha256$+1000" + tail},
		"a hash that goes on and on":    {"PBKDF2_SHA256", "$pbkdf2-sha256$1000$" + strings.Repeat("A", 4000) + "$" + key},
		"parameters in another order":   {"SCRYPT", "$scrypt$r=8,ln=10,p=1" + tail},
		"parameters that are too many":  {"SCRYPT", "$scrypt$ln=10,r=8,p=1,x=1" + tail},
		"parameters that are not there": {"SCRYPT", "$scrypt$" + tail},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := NewPasswords(nil)
			_, _, err := p.Import(&pool.User{}, tt.algorithm, tt.hash)
			if e, ok := errors.AsType[*pool.Error](err); !ok || e.Kind != pool.InvalidParameter {
				t.Errorf("Import(%q) = %v, want it refused", tt.hash, err)
			}
		})
	}
}

func TestAnImportedPassword(t *testing.T) {
	t.Parallel()
	keys := keyringtest.Open(t)
	p := NewPasswords(keys)
	u := &pool.User{PoolKey: 7, Sub: "6f5902ac-2371-4f47-9c33-2e64ba8ae6e0", Username: "ada"}
	var err error
	if u.SealedPassword, _, err = p.Import(u, "BCRYPT", known[0].hash); err != nil {
		t.Fatal(err)
	}
	v, err := p.Open(u)
	if err != nil {
		t.Fatal(err)
	}
	if !v.Imported() || len(v.Salt) != saltSize {
		t.Errorf("verifier = %+v", v)
	}
	for password, want := range map[string]bool{"U*U": true, "U*V": false} {
		if got, err := p.Matches(t.Context(), staff, "ada", v, password); got != want || err != nil {
			t.Errorf("Matches(%q) = %v, %v, want %v", password, got, err, want)
		}
	}
	if same, err := p.Repeats(t.Context(), staff, u, [][]byte{u.SealedPassword}, "U*U"); !same || err != nil {
		t.Errorf("Repeats = %v, %v, want that it is a former password", same, err)
	}
	u.Sub = "another"
	if _, err := p.Open(u); err == nil {
		t.Error("it opens for another user")
	}
	u.SealedPassword = keys.Seal(keyring.Password, []byte("hash:what is this"), u.PoolKey, u.Sub)
	if _, err := p.Open(u); err == nil || strings.Contains(err.Error(), "what is this") {
		t.Errorf("a hash of nothing: %v", err)
	}
}

// Where passwords were imported, half of the names that nobody has cost what an
// imported one does: always the same ones, and no password fits.
func TestDecoys(t *testing.T) {
	t.Parallel()
	p := NewPasswords(keyringtest.Open(t))
	imported := &pool.Pool{Key: 7, ID: "us-east-1_Staff1234", ImportedHashes: "$2a$05$"}
	dear := 0
	const names = 200
	for i := range names {
		sub := strings.Repeat("a", i+1)
		none := p.Decoy(staff, sub, p.Unknown(7, sub))
		v, again := p.Decoy(imported, sub, p.Unknown(7, sub)), p.Decoy(imported, sub, p.Unknown(7, sub))
		if none.foreign != nil || v.Imported() || (v.foreign == nil) != (again.foreign == nil) {
			t.Fatalf("%d: %+v, %+v, %+v", i, none, v, again)
		}
		if v.foreign == nil {
			continue
		}
		if dear++; dear == 1 {
			if got, err := p.Matches(t.Context(), imported, "ada", v, "x"); got || err != nil {
				t.Errorf("Matches = %v, %v", got, err)
			}
		}
	}
	if dear < names/4 || dear > names*3/4 {
		t.Errorf("%d of %d names are dear, want about half", dear, names)
	}
}

func FuzzForeignHash(f *testing.F) {
	for _, k := range known {
		f.Add(k.hash)
	}
	f.Add("$2b$31$" + strings.Repeat("O", 53))
	f.Add("$scrypt$ln=20,r=8,p=16$AAAA$" + strings.Repeat("A", 43))
	f.Add("pbkdf2_sha256$2000000$a$" + strings.Repeat("A", 43))
	f.Fuzz(func(t *testing.T, hash string) {
		taken := 0
		for name, parse := range parsers {
			h, err := parse(hash)
			if err != nil {
				continue
			}
			taken++
			again, err := parseForeign(hash)
			if err != nil || again.decoy != h.decoy {
				t.Errorf("%s takes %q, and without the algorithm it is %q, %v", name, hash, again.decoy, err)
			}
			if _, err := parse(decoyHash(h.decoy)); err != nil {
				t.Errorf("%q has no decoy", hash)
			}
		}
		if taken > 1 {
			t.Errorf("%d algorithms take %q", taken, hash)
		}
	})
}
