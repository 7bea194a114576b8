package e2e

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/e2e/parity"
	"github.com/cenote-auth/cenote/internal/logtest"
)

// motoVersion is the release that parity/cannot/moto.json is about.
const motoVersion = "5.2.1"

// TestCognitoLocal runs the Go client against cognito-local, an emulator that
// others wrote, as far as it goes.
func TestCognitoLocal(t *testing.T) {
	t.Parallel()
	emulator := &parity.Emulator{Name: "cognito-local", Code: "123456"}
	program, err := filepath.Abs("node_modules/cognito-local/lib/bin/start.js")
	if err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, ".cognito", "config.json"), `{"UserPoolDefaults": {"UsernameAttributes": []}}`)
	cmd := exec.Command("node", "--no-deprecation", program)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOST=127.0.0.1", "PORT="+port(address), "CODE="+emulator.Code)
	run(t, cmd, "http://"+address)
	emulator.Run(t, "http://"+address)
}

// TestMoto does the same against the server of moto, where that is installed.
func TestMoto(t *testing.T) {
	t.Parallel()
	emulator := &parity.Emulator{Name: "moto", Code: "123456"}
	cannot, can := emulator.Cannot(t)
	version, err := exec.Command("python3", "-c", "import moto; print(moto.__version__)").Output()
	if got := strings.TrimSpace(string(version)); err != nil || got != motoVersion {
		t.Skipf("moto %s is not here for python3 (found %q): not run are the %d scenarios that it can do; the %d that it cannot are in parity/cannot/moto.json",
			motoVersion, got, can, len(cannot))
	}
	address := freeAddress(t)
	cmd := exec.Command("python3", "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", port(address))
	cmd.Dir = t.TempDir()
	run(t, cmd, "http://"+address)
	emulator.Run(t, "http://"+address)
}

func port(address string) string { return address[strings.LastIndexByte(address, ':')+1:] }

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// run starts somebody else's server, waits until it answers at endpoint, and
// ends it with the test.
func run(t *testing.T, cmd *exec.Cmd, endpoint string) {
	t.Helper()
	var said logtest.Lines
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	for deadline := time.Now().Add(startTime); ; time.Sleep(50 * time.Millisecond) {
		res, err := http.Get(endpoint)
		if err == nil {
			res.Body.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not answer: %v\n%s", cmd, err, said.String())
		}
	}
}
