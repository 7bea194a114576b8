package main

import (
	"errors"
	"io/fs"
	"os"
	"testing"

	"github.com/zalando/go-keyring"

	"github.com/cenote-auth/cenote/auth/storage"
)

// ringForTests is the keyring of the program when tests run it: the file that
// CENOTE_TEST_RING names, for one secret, or none that answers.
func ringForTests() storage.Ring { return fileRing{os.Getenv("CENOTE_TEST_RING")} }

type fileRing struct{ path string }

func (r fileRing) Get(service, user string) (string, error) {
	if r.path == "" {
		return "", errors.New("tests have none")
	}
	text, err := os.ReadFile(r.path)
	return string(text), err
}

func (r fileRing) Set(service, user, password string) error {
	if r.path == "" {
		return errors.New("tests have none")
	}
	return os.WriteFile(r.path, []byte(password), 0o600)
}

func (r fileRing) Delete(service, user string) error { return os.Remove(r.path) }

func TestSystemRing(t *testing.T) {
	keyring.MockInit()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
	var r storage.Ring = systemRing{}
	if _, err := r.Get("cenote", "a"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a secret that was never set: %v, want fs.ErrNotExist", err)
	}
	if err := r.Set("cenote", "a", "secret"); err != nil {
		t.Fatal(err)
	}
	if got, err := r.Get("cenote", "a"); got != "secret" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if err := r.Delete("cenote", "a"); err != nil {
		t.Error(err)
	}
	if err := r.Delete("cenote", "a"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("delete again: %v, want fs.ErrNotExist", err)
	}
}
