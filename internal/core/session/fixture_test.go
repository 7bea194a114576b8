package session_test

import (
	"context"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// newKeyring returns the keyring of an empty database.
func newKeyring(t testing.TB) *keyring.Keyring {
	t.Helper()
	k, err := keyring.Open(context.Background(), storetest.Open(t), seal.NewKey(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return k
}
