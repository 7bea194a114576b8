package admin

import (
	"strings"

	"github.com/cenote-auth/cenote/internal/pool"
)

const smallAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

// CustomIDTag is the tag that gives a new pool its id, so that an app moved
// here keeps the one it knows. It stays on the pool like any tag: tools that
// compare tags would otherwise see a difference for ever.
const CustomIDTag = "_custom_id_"

// idInName returns the id that the name of a new app client gives it, "" for
// none: clients have no tags, so theirs stands behind the tag's name and a colon.
// It stays the client's name.
func idInName(name string) string {
	if id, found := strings.CutPrefix(name, CustomIDTag+":"); found {
		return id
	}
	return ""
}

// newPoolID returns an id of the service's shape: the region, an underscore
// and nine letters or digits.
func newPoolID(region string) (string, error) {
	id := region + "_" + randomText(9, smallAlphabet+"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if err := pool.CheckID(id); err != nil {
		return "", pool.E(pool.InvalidParameter, "Invalid region.")
	}
	return id, nil
}

// newClientID returns 26 digits and small letters.
func newClientID() string { return randomText(26, smallAlphabet) }

// newClientSecret returns 51 digits and small letters: 263 bits.
func newClientSecret() string { return randomText(51, smallAlphabet) }

// randomText returns n characters of an alphabet, each as likely as the others.
func randomText(n int, alphabet string) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = pick(alphabet)
	}
	return string(out)
}
