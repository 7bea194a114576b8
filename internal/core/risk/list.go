package risk

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // what the lists are made of
	"encoding/hex"
	"errors"
	"fmt"
	"os"
)

// Passwords is a list of passwords that are known elsewhere. A line of its file
// begins with the SHA-1 of a password in hexadecimal digits, of either case, all
// 40 or the first 16 and more; a colon and anything may follow, such as how
// often it was seen. Lines are sorted. A nil list knows none.
type Passwords struct {
	lines *lines
	file  *os.File
}

// The least and the most digits of a hash that a line can have.
const (
	minDigits = 16
	maxDigits = 2 * sha1.Size
)

// OpenPasswords opens a list. It looks at its ends alone.
func OpenPasswords(path string) (*Passwords, error) {
	l, file, err := openLines(path)
	if err != nil {
		return nil, err
	}
	first, last, err := l.ends()
	if err == nil {
		err = checkEnds(first, last)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("list of passwords %s: %w", path, err), file.Close())
	}
	return &Passwords{l, file}, nil
}

func checkEnds(first, last []byte) error {
	a, err := digits(first)
	if err != nil {
		return err
	}
	b, err := digits(last)
	if err == nil && bytes.Compare(a, b) > 0 {
		err = errors.New("the lines are not sorted")
	}
	return err
}

// Has reports whether password is in the list.
func (p *Passwords) Has(password string) (bool, error) {
	if p == nil {
		return false, nil
	}
	sum := sha1.Sum([]byte(password))
	want := make([]byte, maxDigits)
	hex.Encode(want, sum[:])
	line, err := p.lines.search(func(line []byte) (int, error) {
		has, err := digits(line)
		if err != nil {
			return 0, err
		}
		return bytes.Compare(want[:len(has)], has), nil
	})
	if err != nil {
		return false, fmt.Errorf("look for a password in the list: %w", err)
	}
	return line != nil, nil
}

// Close closes the file.
func (p *Passwords) Close() error {
	if p == nil {
		return nil
	}
	return p.file.Close()
}

// errLine is the error of a line that is none of a list's. It does not repeat
// what stands there.
var errLine = fmt.Errorf("a line does not begin with %d to %d hexadecimal digits", minDigits, maxDigits)

// digits returns the digits of a line, in lower case.
func digits(line []byte) ([]byte, error) {
	hash, _, _ := bytes.Cut(line, []byte(":"))
	if len(hash) < minDigits || len(hash) > maxDigits {
		return nil, errLine
	}
	lower := bytes.ToLower(hash)
	for _, d := range lower {
		if (d < '0' || d > '9') && (d < 'a' || d > 'f') {
			return nil, errLine
		}
	}
	return lower, nil
}
