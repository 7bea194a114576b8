package cenotetest

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// How long a program may take until it has printed where it is; to end as it
// was asked to, though it waits five seconds for connections that were opened
// and not used; and to end at all.
const (
	startTime  = 20 * time.Second
	politeTime = time.Second
	stopTime   = 15 * time.Second
)

// runProgram runs `cenote dev` by a built program until t is over.
func runProgram(t testing.TB, program string, o Options) App {
	t.Helper()
	cmd := exec.Command(program, "dev", "--listen", "127.0.0.1:0", "--data", t.TempDir(), "--log-level", "warn")
	cmd.Env = append(environment(), o.environment()...)
	cmd.Stderr = t.Output()
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatalf("cenotetest: start CENOTE_BINARY: %v", err)
	}
	t.Cleanup(func() { stop(t, cmd) })

	printed := make(chan App, 1)
	go func() { printed <- readApp(stdout) }()
	select {
	case app := <-printed:
		if app.ClientID == "" {
			t.Fatalf("cenotetest: %s ended before it was ready", program)
		}
		return app
	case <-time.After(startTime):
		t.Fatalf("cenotetest: %s was not ready within %v", program, startTime)
		return App{}
	}
}

// environment returns that of this process without what configures a server.
func environment() []string {
	var kept []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "CENOTE_") {
			kept = append(kept, v)
		}
	}
	return kept
}

func (o Options) environment() (list []string) {
	for name, value := range map[string]string{
		"CENOTE_FIXED_CODE": o.FixedCode, "CENOTE_LAMBDA_ENDPOINT": o.LambdaEndpoint, "CENOTE_ISSUER": o.Issuer,
	} {
		if value != "" {
			list = append(list, fmt.Sprintf("%s=%s", name, value))
		}
	}
	return list
}

// readApp reads what cenote dev prints when it is ready to answer, a word and
// its value a line. It returns without a ClientID when that did not come.
func readApp(stdout io.Reader) (app App) {
	for lines := bufio.NewScanner(stdout); app.ClientID == "" && lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), "  ")
		switch value = strings.TrimSpace(value); name {
		case "endpoint":
			app.URL = value
		case "user pool":
			app.UserPoolID = value
		case "client":
			app.ClientID = value
		}
	}
	return app
}

// stop asks the program to end, a second time if it waits for somebody, and
// fails the test unless it does.
func stop(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	ask := func() {
		if cmd.Process.Signal(os.Interrupt) != nil {
			_ = cmd.Process.Kill() // not every system has an interrupt to send
		}
	}
	ask()
	again := time.AfterFunc(politeTime, ask)
	defer again.Stop()
	late := time.AfterFunc(stopTime, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	began := time.Now()
	err := cmd.Wait()
	took := time.Since(began)
	if err != nil && took < politeTime || took >= stopTime {
		t.Errorf("cenotetest: cenote dev ended with %v after %v", err, took)
	}
}
