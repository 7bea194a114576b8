package e2e

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"testing"
	"time"
)

// clientFlags are what a test file wants of its server beyond the defaults.
var clientFlags = map[string][]string{
	"cognito-jwt-verify.test.mjs": {"--issuer", "https://cognito-idp.{region}.amazonaws.com/{poolId}"},
}

// TestClients runs each *.test.mjs against a new server on each database. The
// triggers of its pools are called where the file may listen.
func TestClients(t *testing.T) {
	if _, err := os.Stat("node_modules"); err != nil {
		t.Fatal("the npm packages are not installed; scripts/need does that")
	}
	files, err := filepath.Glob("*.test.mjs")
	if err != nil || len(files) == 0 {
		t.Fatalf("no *.test.mjs found (%v)", err)
	}
	t.Setenv("CENOTE_SENDER_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=") // of servers and of functions
	onEachDatabase(t, func(t *testing.T, db database) {
		for _, file := range files {
			t.Run(file, func(t *testing.T) {
				t.Parallel()
				lambda := "http://" + freeAddress(t)
				flags := append(db(t), "--lambda-endpoint", lambda)
				s := start(t, t.TempDir(), append(flags, clientFlags[file]...)...)
				runNode(t, s, lambda, filepath.Join("screenshots", path.Base(path.Dir(t.Name()))), file)
			})
		}
	})
}

// freeAddress returns a loopback address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func runNode(t *testing.T, s *server, lambda, screenshots, file string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	node := exec.CommandContext(ctx, "node", "--test", "--test-reporter=spec", file)
	node.Env = append(os.Environ(), "CENOTE_ENDPOINT="+s.endpoint, "CENOTE_OUTPUTS="+s.outputs,
		"CENOTE_LAMBDA_ENDPOINT="+lambda, "CENOTE_SCREENSHOTS="+screenshots)
	if out, err := node.CombinedOutput(); err != nil {
		t.Errorf("node --test %s: %v\n%s", file, err, out)
	}
}
