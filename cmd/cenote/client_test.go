package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/cenotetest"
)

// The secret of a client comes from the environment, and goes nowhere.
func TestAConfidentialClient(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	app := s.NewClient(t, cip.CreateUserPoolClientInput{GenerateSecret: true})
	s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42"})
	folder := t.TempDir()
	cenote := func(args ...string) (stdout string, err error) {
		cmd := exec.Command("cenote", append(args, "--user-pool", app.UserPoolID, "--client", app.ClientID, "--endpoint", app.URL, "--sessions", folder)...)
		cmd.Env = append(os.Environ(), "GORACE="+leaveAtOnce, "CENOTE_CLIENT_SECRET="+app.ClientSecret)
		cmd.Stdin = strings.NewReader("Tulip-42\n")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		for _, secret := range []string{app.ClientSecret, "Tulip-42"} {
			if strings.Contains(string(out)+stderr.String(), secret) {
				t.Errorf("cenote %s printed a secret", args[0])
			}
		}
		if err != nil {
			err = fmt.Errorf("%w: %s", err, &stderr)
		}
		return string(out), err
	}
	if _, err := cenote("login", "ada@example.com"); err != nil {
		t.Fatal(err)
	}
	out, err := cenote("token")
	if err != nil {
		t.Fatal(err)
	}
	token := strings.TrimSpace(out)
	if _, err := s.Admin().GetUser(t.Context(), &cip.GetUserInput{AccessToken: &token}); err != nil {
		t.Errorf("the token that was printed: %v", err)
	}
	if _, err := cenote("logout"); err != nil {
		t.Error(err)
	}
	if _, err := s.Admin().GetUser(t.Context(), &cip.GetUserInput{AccessToken: &token}); err == nil {
		t.Error("the token is good after the sign-out")
	}
}

// A token for a script is the user pool's affair: an identity pool, which the
// configuration may name for an app, is not asked for anything.
func TestATokenAsksNoIdentityPool(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42"})
	config := filepath.Join(t.TempDir(), "config.json")
	text := fmt.Sprintf(`{"Auth":{"Cognito":{"userPoolId":%q,"userPoolClientId":%q,"userPoolEndpoint":%q,`+
		`"identityPoolId":"us-east-1:00000000-0000-4000-8000-000000000000","identityPoolEndpoint":"http://127.0.0.1:1","allowGuestAccess":true}}}`,
		s.UserPoolID, s.ClientID, s.URL)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, command := range []struct {
		name   string
		status int
	}{{"token", 3}, {"login", 0}, {"token", 0}, {"whoami", 0}, {"logout", 0}} {
		cmd := exec.Command("cenote", command.name, "--config", config, "--sessions", folder)
		if command.name == "login" {
			cmd.Args = append(cmd.Args, "ada@example.com")
		}
		cmd.Env = append(os.Environ(), "GORACE="+leaveAtOnce)
		cmd.Stdin = strings.NewReader("Tulip-42\n")
		said, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != command.status {
			t.Errorf("cenote %s ends with %d, want %d: %s", command.name, got, command.status, said)
		}
	}
}

// A configuration file of strangers does not choose where tokens are kept.
func TestSessionsStayInTheirFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, client := range []string{"3n4b5urk1ft4fl3mg5e62d9ado", "../../other", `..\..\other`, "/etc/cenote", ".."} {
		path, err := (app{Sessions: folder}).sessionPath(auth.Config{UserPoolID: "us-east-1_Garden123", ClientID: client})
		if err != nil || filepath.Dir(path) != folder || strings.Contains(path, `\`) {
			t.Errorf("the session of client %q is at %s, %v", client, path, err)
		}
	}
}

// Who has to reset the password does so on the way in, by the code that was sent.
func TestALoginAfterAReset(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42"})
	if _, err := s.Admin().AdminResetUserPassword(t.Context(), &cip.AdminResetUserPasswordInput{
		UserPoolId: &s.UserPoolID, Username: new("ada@example.com"),
	}); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("cenote", "login", "ada@example.com", "--user-pool", s.UserPoolID, "--client", s.ClientID,
		"--endpoint", s.URL, "--sessions", t.TempDir())
	cmd.Env = append(os.Environ(), "GORACE="+leaveAtOnce)
	cmd.Stdin = strings.NewReader("Tulip-42\n" + s.Code(t, "ada@example.com") + "\nshort\n" + s.Code(t, "ada@example.com") + "\nTulip-43\n")
	said, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(said), "Signed in as ada@example.com.") || !strings.Contains(string(said), "InvalidPasswordException") {
		t.Errorf("%v: %s", err, said)
	}
	if strings.Contains(string(said), "Tulip") {
		t.Errorf("cenote login printed a password: %s", said)
	}
}

func TestExitStatus(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err  error
		want int
		text string
	}{
		{nil, 0, ""},
		{errors.New("disk\n full"), 1, "disk full"},
		{&auth.Error{Op: "SignIn", Code: auth.ErrNotAuthorized, Message: "No."}, 1, "No. (NotAuthorizedException)"},
		{auth.ErrNotSignedIn, 3, "nobody is signed in; cenote login signs in"},
		{&auth.Error{Code: auth.ErrSessionExpired}, 3, "the session is over; cenote login begins a new one"},
		{untilInterrupted(func(context.Context) error { return errInterrupted }), 130, "interrupted"},
	} {
		if got := status(tt.err); got != tt.want {
			t.Errorf("status(%v) = %d, want %d", tt.err, got, tt.want)
		}
		if tt.err != nil && oneLine(tt.err) != tt.text {
			t.Errorf("got %q, want %q", oneLine(tt.err), tt.text)
		}
	}
}
