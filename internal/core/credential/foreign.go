package credential

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/scrypt"
)

// The most that a foreign hash may cost, since whoever tries to sign in makes
// the server pay it: about a second, and 128 MiB. Usual parameters are below.
const (
	maxBcryptCost = 14
	maxMemory     = 128 << 20 // bytes, of argon2id and scrypt
	maxArgonWork  = 1 << 19   // KiB times passes
	maxScryptWork = 1 << 21   // N times r times p
	maxLanes      = 16
	maxIterations = 2_000_000 // of PBKDF2
)

// foreign is a password hash of another system.
type foreign struct {
	decoy   string // the parameters, which are those of many others
	matches func(password string) bool
}

var errHash = errors.New("not a password hash of that algorithm, or one that is too dear to check")

// parsers read the hashes of a PasswordHashingAlgorithm.
var parsers = map[string]func(string) (foreign, error){
	"BCRYPT":        parseBcrypt,
	"SCRYPT":        parseScrypt,
	"ARGON2ID":      parseArgon,
	"PBKDF2_SHA256": parsePBKDF2,
}

// parseForeign reads a hash of whichever algorithm.
func parseForeign(hash string) (foreign, error) {
	switch {
	case strings.HasPrefix(hash, "$2"):
		return parseBcrypt(hash)
	case strings.HasPrefix(hash, "$scrypt$"):
		return parseScrypt(hash)
	case strings.HasPrefix(hash, "$argon2id$"):
		return parseArgon(hash)
	}
	return parsePBKDF2(hash)
}

// parseBcrypt reads $2b$12$ and 53 characters. Like others bcrypt looks at the
// first 72 bytes of a password.
func parseBcrypt(hash string) (foreign, error) {
	cost, err := bcrypt.Cost([]byte(hash))
	prefix := len(hash) == 60 && (hash[:4] == "$2a$" || hash[:4] == "$2b$" || hash[:4] == "$2y$")
	if err != nil || !prefix || hash[6] != '$' || cost > maxBcryptCost || strings.Trim(hash[7:], bcryptAlphabet) != "" {
		return foreign{}, errHash
	}
	return foreign{hash[:7], func(password string) bool {
		return bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)[:min(len(password), 72)]) == nil
	}}, nil
}

const bcryptAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// parseScrypt reads $scrypt$ln=15,r=8,p=1$salt$hash.
func parseScrypt(hash string) (foreign, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 5 || parts[0] != "" || parts[1] != "scrypt" {
		return foreign{}, errHash
	}
	n, err := numbers(parts[2], "ln", "r", "p")
	salt, key, ok := saltAndKey(parts[3], parts[4])
	if err != nil || !ok || n[0] < 1 || n[0] > 20 || n[1] < 1 || n[2] < 1 || n[1] > 1<<10 || n[2] > 1<<10 {
		return foreign{}, errHash
	}
	rounds, r, p := 1<<n[0], n[1], n[2]
	if 128*rounds*r > maxMemory || rounds*r*p > maxScryptWork {
		return foreign{}, errHash
	}
	return foreign{"$scrypt$" + parts[2] + "$", func(password string) bool {
		got, err := scrypt.Key([]byte(password), salt, rounds, r, p, len(key))
		return err == nil && subtle.ConstantTimeCompare(got, key) == 1
	}}, nil
}

// parseArgon reads $argon2id$v=19$m=65536,t=3,p=4$salt$hash.
func parseArgon(hash string) (foreign, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v=19" {
		return foreign{}, errHash
	}
	n, err := numbers(parts[3], "m", "t", "p")
	salt, key, ok := saltAndKey(parts[4], parts[5])
	if err != nil || !ok || n[1] < 1 || n[2] < 1 || n[2] > maxLanes || n[0] < 8*n[2] ||
		n[0] > maxMemory>>10 || n[1] > maxArgonWork || n[0]*n[1] > maxArgonWork {
		return foreign{}, errHash
	}
	return foreign{"$argon2id$v=19$" + parts[3] + "$", func(password string) bool {
		got := argon2.IDKey([]byte(password), salt, uint32(n[1]), uint32(n[0]), uint8(n[2]), uint32(len(key)))
		return subtle.ConstantTimeCompare(got, key) == 1
	}}, nil
}

// parsePBKDF2 reads $pbkdf2-sha256$29000$salt$hash, also with i=29000 or
// i=29000,l=32, and pbkdf2_sha256$600000$salt$hash, whose salt is as it stands.
func parsePBKDF2(hash string) (foreign, error) {
	if rest, ok := strings.CutPrefix(hash, "pbkdf2_sha256$"); ok {
		parts := strings.Split(rest, "$")
		if len(parts) != 3 || parts[1] == "" || len(parts[1]) > maxSalt {
			return foreign{}, errHash
		}
		_, key, ok := saltAndKey("AAAAAAAAAAA", parts[2])
		return pbkdf2Hash("pbkdf2_sha256$"+parts[0]+"$", parts[0], []byte(parts[1]), key, ok)
	}
	parts := strings.Split(hash, "$")
	if len(parts) != 5 || parts[0] != "" || parts[1] != "pbkdf2-sha256" {
		return foreign{}, errHash
	}
	salt, key, ok := saltAndKey(parts[3], parts[4])
	iterations := strings.TrimSuffix(strings.TrimPrefix(parts[2], "i="), ",l="+strconv.Itoa(len(key)))
	return pbkdf2Hash("$pbkdf2-sha256$"+iterations+"$", iterations, salt, key, ok)
}

func pbkdf2Hash(decoy, iterations string, salt, key []byte, ok bool) (foreign, error) {
	n, err := number(iterations)
	if err != nil || !ok || n < 1 || n > maxIterations {
		return foreign{}, errHash
	}
	return foreign{decoy, func(password string) bool {
		got, err := pbkdf2.Key(sha256.New, password, salt, n, len(key))
		return err == nil && subtle.ConstantTimeCompare(got, key) == 1
	}}, nil
}

// numbers reads a=1,b=2 with these names in this order.
func numbers(text string, names ...string) ([]int, error) {
	pairs := strings.Split(text, ",")
	if len(pairs) != len(names) {
		return nil, errHash
	}
	list := make([]int, len(names))
	for i, pair := range pairs {
		value, ok := strings.CutPrefix(pair, names[i]+"=")
		n, err := number(value)
		if !ok || err != nil {
			return nil, errHash
		}
		list[i] = n
	}
	return list, nil
}

// number reads up to nine digits.
func number(text string) (int, error) {
	if text == "" || len(text) > 9 || strings.Trim(text, "0123456789") != "" {
		return 0, errHash
	}
	return strconv.Atoi(text)
}

// The sizes of salts and keys, in bytes.
const (
	minKey, maxKey = 16, 64
	maxSalt        = 64
)

// saltAndKey decodes both from base64, in which some write a dot for a plus
// and leave the padding out.
func saltAndKey(salt64, key64 string) (salt, key []byte, ok bool) {
	salt, saltErr := decode64(salt64)
	key, keyErr := decode64(key64)
	ok = saltErr == nil && keyErr == nil && len(salt) > 0 && len(salt) <= maxSalt && len(key) >= minKey && len(key) <= maxKey
	return salt, key, ok
}

func decode64(text string) ([]byte, error) {
	if len(text) > 2*maxKey {
		return nil, errHash
	}
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.ReplaceAll(text, ".", "+"), "="))
}
