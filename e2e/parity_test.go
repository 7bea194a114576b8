package e2e

import (
	"net/http/httptest"
	"testing"

	"github.com/cenote-auth/cenote/e2e/parity"
)

// TestParity tells the scenarios of package parity to the Go client and to the
// JavaScript libraries it follows. One database is enough for it: what clients
// make of the same answers does not depend on where those come from.
func TestParity(t *testing.T) {
	t.Parallel()
	functions := httptest.NewServer(parity.Functions)
	t.Cleanup(functions.Close)
	s := start(t, t.TempDir(), "--lambda-endpoint", functions.URL)
	parity.Run(t, s.endpoint)
}
