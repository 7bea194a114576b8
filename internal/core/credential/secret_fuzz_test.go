package credential

import (
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/keyring/keyringtest"
	"github.com/cenote-auth/cenote/internal/pool"
)

// A hash is right when it is the one that the client's secret gives for the
// name, and for a public client when there is none.
func FuzzCheckHash(f *testing.F) {
	const secret = "1kgc7rnbt3sb9qbhpi5p7a8nlbtiqbo5fnmk4v8tbqhpnv0q6mc"
	s := NewSecrets(keyringtest.Open(f))
	public, confidential := &pool.Client{ID: "web"}, &pool.Client{ID: "api", Secrets: []pool.ClientSecret{{Sealed: s.Seal("api", secret)}}}
	good := hashOf(secret, "ada", "api")
	for _, tt := range [][2]string{
		{"ada", good}, {"ada", ""}, {"", ""}, {"", good}, {"adaapi", good}, {"Ada", good}, {"ad", hashOf(secret, "ad", "aapi")},
		{"ada", good + "\n"}, {"ada", good[:43]}, {"ada", strings.ToLower(good)}, {"ada", secret}, {"ليلى", hashOf(secret, "ليلى", "api")},
		{"\xff", hashOf(secret, "\xff", "api")}, {"ada", strings.Repeat("=", 1<<16)},
	} {
		f.Add(tt[0], tt[1])
	}
	f.Fuzz(func(t *testing.T, username, hash string) {
		for _, tt := range []struct {
			client *pool.Client
			right  bool
		}{
			{public, hash == ""}, {confidential, hash == hashOf(secret, username, "api")},
		} {
			err := s.CheckHash(tt.client, username, hash)
			e, told := err.(*pool.Error)
			if (err == nil) != tt.right || err != nil && (!told || e.Kind != pool.NotAuthorized) {
				t.Errorf("client %s, %q, %q: %v, want it right: %v", tt.client.ID, username, hash, err, tt.right)
			}
		}
		if right, err := s.Matches(confidential, hash); err != nil || right != (hash == secret) {
			t.Errorf("Matches(%q) = %v, %v", hash, right, err)
		}
	})
}
