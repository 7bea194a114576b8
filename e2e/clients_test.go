package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// clientFlags are what a test file wants of its server beyond the defaults.
var clientFlags = map[string][]string{
	"cognito-jwt-verify.test.mjs": {"--issuer", "https://cognito-idp.{region}.amazonaws.com/{poolId}"},
}

// TestClients runs each *.test.mjs against a new server on each database.
func TestClients(t *testing.T) {
	if _, err := os.Stat("node_modules"); err != nil {
		t.Fatal("the npm packages are not installed; scripts/need does that")
	}
	files, err := filepath.Glob("*.test.mjs")
	if err != nil || len(files) == 0 {
		t.Fatalf("no *.test.mjs found (%v)", err)
	}
	onEachDatabase(t, func(t *testing.T, db database) {
		for _, file := range files {
			t.Run(file, func(t *testing.T) {
				s := start(t, t.TempDir(), append(db(t), clientFlags[file]...)...)
				runNode(t, s, file)
			})
		}
	})
}

func runNode(t *testing.T, s *server, file string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	node := exec.CommandContext(ctx, "node", "--test", "--test-reporter=spec", file)
	node.Env = append(os.Environ(), "CENOTE_ENDPOINT="+s.endpoint, "CENOTE_OUTPUTS="+s.outputs)
	if out, err := node.CombinedOutput(); err != nil {
		t.Errorf("node --test %s: %v\n%s", file, err, out)
	}
}
