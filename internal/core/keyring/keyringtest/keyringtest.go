// Package keyringtest gives tests the keyring of a database that holds nothing
// else.
package keyringtest

import (
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// Open returns a keyring of its own.
func Open(t testing.TB) *keyring.Keyring {
	t.Helper()
	return Starts(t)()
}

// Starts returns a function that opens one keyring, each time as a server that
// starts anew does.
func Starts(t testing.TB) func() *keyring.Keyring {
	t.Helper()
	st, master := storetest.Open(t), seal.NewKey()
	return func() *keyring.Keyring {
		t.Helper()
		keys, err := keyring.Open(t.Context(), st, master, time.Now)
		if err != nil {
			t.Fatalf("open keyring: %v", err)
		}
		return keys
	}
}
