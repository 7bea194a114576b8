package web

import (
	"fmt"
	"strings"
)

// Amplify's browser code writes cookies by js-cookie: names and values are
// percent-encoded as UTF-8, but for the bytes below. Reading undoes any
// percent-encoding.
const (
	plainName  = "-_.!~*'#$&+^`|"
	plainValue = "-_.!~*'()#$&+/:<=>?@[]^`{|}"
)

func encodeName(s string) string  { return encode(s, plainName) }
func encodeValue(s string) string { return encode(s, plainValue) }

func encode(s, plain string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.IndexByte(plain, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// decode undoes percent-encoding, and leaves what is none.
func decode(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if high, low := hexDigit(s[i+1]), hexDigit(s[i+2]); high >= 0 && low >= 0 {
				b = append(b, byte(high<<4|low))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

// hexDigit returns the value of a hexadecimal digit, or -1.
func hexDigit(c byte) int {
	n := strings.IndexByte("0123456789abcdefABCDEF", c)
	if n >= 16 {
		n -= 6
	}
	return n
}
