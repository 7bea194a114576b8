package server

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/cenote-auth/cenote/internal/golden"
)

func TestTheFirstPoolStaysTheSame(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, c Config) {
		before := start(t, c)
		if err := before.stop(); err != nil {
			t.Fatal(err)
		}
		after := start(t, c)
		if after.first.ID != before.first.ID || after.first.ClientID != before.first.ClientID {
			t.Errorf("after a restart: %s %s, want %s %s",
				after.first.ID, after.first.ClientID, before.first.ID, before.first.ClientID)
		}
	})
}

func TestAFirstPoolThatWasDeletedIsMadeAgain(t *testing.T) {
	t.Parallel()
	c := config(t)
	n := start(t, c)
	first := n.first
	n.signUp(t, n.firstApp(), ada, adaPassword)
	n.call(t, "DeleteUserPool", object{"UserPoolId": first.ID})
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}

	n = start(t, c)
	if n.first.ID != first.ID || n.first.ClientID != first.ClientID {
		t.Errorf("made again as %s %s, want %s %s", n.first.ID, n.first.ClientID, first.ID, first.ClientID)
	}
	out := n.call(t, "ListUsers", object{"UserPoolId": first.ID})
	if users, _ := out["Users"].([]any); len(users) != 0 {
		t.Errorf("the new pool has the old one's users: %v", users)
	}
	n.signUp(t, n.firstApp(), ada, adaPassword)
}

func TestAFirstClientThatWasDeletedIsMadeAgain(t *testing.T) {
	t.Parallel()
	c := config(t)
	n := start(t, c)
	first := n.first
	n.signUp(t, n.firstApp(), ada, adaPassword)
	n.call(t, "DeleteUserPoolClient", object{"UserPoolId": first.ID, "ClientId": first.ClientID})
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}

	n = start(t, c)
	n.call(t, "RespondToAuthChallenge", n.challenge(t, n.firstApp(), ada, adaPassword).reply)
}

// The file is what Amplify.configure reads, so all of it matters.
func TestOutputs(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.PublicURL = "http://127.0.0.1:9229"
	n := start(t, c)
	first := n.first
	first.ID, first.ClientID = "us-east-1_Example12", "3n4b5urk1ft4fl3mg5e62d9ado"
	path := filepath.Join(t.TempDir(), "app", "src", "cenote.json")
	for range 2 { // the second time over the first
		if err := n.WriteOutputs(path, first); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	golden.Equal(t, OutputsFile, text)
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("%d files are left in the folder, want 1", len(left))
	}
	if info, err := os.Stat(path); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o644) {
		t.Errorf("mode = %v, %v; want 0644", info.Mode(), err)
	}
}

func TestOutputsThatCannotBeWrittenLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	n := start(t, config(t))
	parent := t.TempDir()
	path := filepath.Join(parent, "taken")
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := n.WriteOutputs(path, n.first); err == nil {
		t.Error("writing over a folder succeeded")
	}
	if left, _ := os.ReadDir(parent); len(left) != 1 {
		t.Errorf("%d files are left, want the folder alone", len(left))
	}
}
