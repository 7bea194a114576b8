package flowtest

import (
	"crypto/rand"
	"encoding/hex"
)

// unique returns n random characters of an id.
func unique(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)[:n]
}
