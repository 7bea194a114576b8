package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"golang.org/x/sys/unix"

	"github.com/cenote-auth/cenote/cenotetest"
)

// keyboard is a terminal from the side of the person.
type keyboard struct {
	*os.File
	line *os.File // the program's side

	mu     sync.Mutex
	screen bytes.Buffer
}

// openTerminal returns a new pseudo-terminal.
func openTerminal(t *testing.T) *keyboard {
	t.Helper()
	f, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	n, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(f.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { line.Close() })
	k := &keyboard{File: f, line: line}
	go func() {
		for b := make([]byte, 1024); ; {
			n, err := f.Read(b)
			if err != nil {
				return
			}
			k.mu.Lock()
			k.screen.Write(b[:n])
			k.mu.Unlock()
		}
	}()
	return k
}

func (k *keyboard) seen() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.screen.String()
}

// await waits until the screen shows a text.
func (k *keyboard) await(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !strings.Contains(k.seen(), text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the screen does not show %q:\n%s", text, k.seen())
		}
	}
}

// awaitEcho waits until what is typed is shown, or is not.
func (k *keyboard) awaitEcho(t *testing.T, want bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		state, err := unix.IoctlGetTermios(int(k.line.Fd()), unix.TCGETS)
		if err != nil {
			t.Fatal(err)
		}
		if (state.Lflag&unix.ECHO != 0) == want {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("echo is %v, want %v", !want, want)
		}
	}
}

func (k *keyboard) typeIn(t *testing.T, text string) {
	t.Helper()
	if _, err := k.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// start runs the program at the terminal.
func (k *keyboard) start(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("cenote", args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = k.line, k.line, k.line
	cmd.Env = append(os.Environ(), "GORACE="+leaveAtOnce)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}

func TestAPasswordIsNotShown(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip4temporary", Temporary: true})
	k := openTerminal(t)
	cmd := k.start(t, "login", "--user-pool", s.UserPoolID, "--client", s.ClientID, "--endpoint", s.URL, "--sessions", t.TempDir())
	k.await(t, "User name: ")
	k.typeIn(t, "ada@example.com\n")
	k.await(t, "Password: ")
	k.awaitEcho(t, false)
	k.typeIn(t, "Tulip4temporary\n")
	for _, step := range []struct{ question, answer string }{
		{"A new password has to be set.\r\nNew password: ", "Tulip4one"},
		{"\r\nOnce more: ", "Tulip4two"},
		{"The two differ.\r\nNew password: ", "Tulip4ada"},
		{"The two differ.\r\nNew password: \r\nOnce more: ", "Tulip4ada"},
	} {
		k.await(t, step.question)
		k.awaitEcho(t, false)
		k.typeIn(t, step.answer+"\n")
	}
	k.await(t, "Signed in as ada@example.com.")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	k.awaitEcho(t, true)
	if screen := k.seen(); strings.Contains(screen, "Tulip") || !strings.Contains(screen, "ada@example.com\r\n") {
		t.Errorf("the screen shows:\n%s", screen)
	}
}

// Ctrl-C at the password leaves a terminal that shows what is typed.
func TestGivingUpAtThePassword(t *testing.T) {
	t.Parallel()
	k := openTerminal(t)
	cmd := k.start(t, "login", "ada", "--user-pool", "us-east-1_Garden123", "--client", "3n4b5urk1ft4fl3mg5e62d9ado", "--sessions", t.TempDir())
	k.await(t, "Password: ")
	k.awaitEcho(t, false)
	k.typeIn(t, "Tul\x03")
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 130 {
		t.Errorf("the program ended with %v, want exit status 130", err)
	}
	k.awaitEcho(t, true)
	k.await(t, "cenote: interrupted")
	if strings.Contains(k.seen(), "Tul") {
		t.Errorf("the screen shows:\n%s", k.seen())
	}
}

// An authenticator app is set up at the terminal, by the secret that it shows, and
// asked for the next time.
func TestAnAppIsSetUpAtTheTerminal(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	app := s.NewPool(t, cip.CreateUserPoolInput{})
	_, err := s.Admin().SetUserPoolMfaConfig(t.Context(), &cip.SetUserPoolMfaConfigInput{
		UserPoolId: &app.UserPoolID, MfaConfiguration: types.UserPoolMfaTypeOn,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.AddUser(t, cenotetest.User{UserPoolID: app.UserPoolID, Username: "ada", Password: "Tulip-4-ada"})
	args := []string{"login", "ada", "--user-pool", app.UserPoolID, "--client", app.ClientID, "--endpoint", s.URL, "--sessions", t.TempDir()}
	enter := func(question string) (*keyboard, *exec.Cmd) {
		k := openTerminal(t)
		cmd := k.start(t, args...)
		k.await(t, "Password: ")
		k.awaitEcho(t, false)
		k.typeIn(t, "Tulip-4-ada\n")
		k.await(t, question)
		return k, cmd
	}

	k, cmd := enter("Code that the app shows: ")
	found := regexp.MustCompile(`\n  ([A-Z2-7]{16,})\r\n`).FindStringSubmatch(k.seen())
	if found == nil || !strings.Contains(k.seen(), "█") {
		t.Fatalf("no secret and no QR code are shown:\n%s", k.seen())
	}
	k.typeIn(t, s.TOTP(t, found[1])+"\n")
	k.await(t, "Signed in as ada.")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}

	s.Advance(t, 30*time.Second)
	k, cmd = enter("Code of your authenticator app: ")
	k.typeIn(t, s.TOTP(t, found[1])+"\n")
	k.await(t, "Signed in as ada.")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
