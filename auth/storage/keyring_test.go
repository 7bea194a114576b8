package storage_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/storage/storagetest"
)

// ring is a keyring with the limits of the smallest.
type ring struct {
	mu      sync.Mutex
	secrets map[string]string
	gets    int
	err     error // of every call, if not nil
}

func newRing() *ring { return &ring{secrets: map[string]string{}} }

func (r *ring) Get(service, user string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gets++
	secret, ok := r.secrets[service+":"+user]
	if r.err == nil && !ok {
		return "", fmt.Errorf("no secret of %s: %w", user, fs.ErrNotExist)
	}
	return secret, r.err
}

func (r *ring) Set(service, user, password string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(password) > 2560 {
		return errors.New("too big")
	}
	if r.err == nil {
		r.secrets[service+":"+user] = password
	}
	return r.err
}

func (r *ring) Delete(service, user string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.secrets[service+":"+user]; r.err == nil && !ok {
		return fs.ErrNotExist
	}
	delete(r.secrets, service+":"+user)
	return r.err
}

func openKeyring(t *testing.T, path string, r storage.Ring) *storage.File {
	t.Helper()
	f, err := storage.OpenKeyring(path, r, "cenote")
	must(t, err)
	return f
}

func TestKeyring(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(t *testing.T) storage.Storage {
		return openKeyring(t, filepath.Join(t.TempDir(), "session"), newRing())
	})
}

func TestKeyringFileTellsNothing(t *testing.T) {
	t.Parallel()
	path, r := filepath.Join(t.TempDir(), "session"), newRing()
	save(t, openKeyring(t, path, r), map[string]string{"Provider.c.ada.accessToken": "secret-token"})
	text, err := os.ReadFile(path)
	must(t, err)
	for _, s := range []string{"secret-token", "accessToken", "Provider"} {
		if bytes.Contains(text, []byte(s)) {
			t.Errorf("the file shows %q: %s", s, text)
		}
	}
	for _, secret := range r.secrets {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("the file shows its key: %s", text)
		}
	}
	want(t, openKeyring(t, path, r), map[string]string{"Provider.c.ada.accessToken": "secret-token"}, "Provider.c.ada.accessToken")
}

func TestKeyringIsAskedOnce(t *testing.T) {
	t.Parallel()
	path, r := filepath.Join(t.TempDir(), "session"), newRing()
	save(t, openKeyring(t, path, r), map[string]string{"a": "1"})
	f := openKeyring(t, path, r)
	for range 5 {
		want(t, f, map[string]string{"a": "1"}, "a")
	}
	save(t, f, map[string]string{"a": "2"})
	if r.gets != 1 || len(r.secrets) != 1 {
		t.Errorf("%d calls of Get and %d secrets, want 1 and 1", r.gets, len(r.secrets))
	}
}

func TestKeyringEraseForgetsTheKey(t *testing.T) {
	t.Parallel()
	path, r := filepath.Join(t.TempDir(), "session"), newRing()
	f, other := openKeyring(t, path, r), openKeyring(t, path, r)
	save(t, f, map[string]string{"a": "1"})
	want(t, other, map[string]string{"a": "1"}, "a")
	old := maps.Clone(r.secrets)
	must(t, f.Erase(t.Context()))
	if len(r.secrets) != 0 {
		t.Errorf("the keyring still holds %d secrets", len(r.secrets))
	}
	must(t, f.Erase(t.Context()))

	save(t, other, map[string]string{"b": "2"})
	want(t, f, map[string]string{"b": "2"}, "a", "b")
	if len(r.secrets) != 1 || maps.Equal(r.secrets, old) {
		t.Errorf("the new file is sealed under %v, want one new key", r.secrets)
	}
}

func TestKeyringErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("the keyring is locked")
	for _, tt := range []struct {
		name    string
		harm    func(t *testing.T, path string, r *ring)
		want    error
		corrupt bool
	}{
		{"the keyring fails", func(_ *testing.T, _ string, r *ring) { r.err = broken }, broken, false},
		{"the key is gone", func(_ *testing.T, _ string, r *ring) { clear(r.secrets) }, storage.ErrCorrupt, true},
		{"the key is no key", func(_ *testing.T, _ string, r *ring) {
			for name := range r.secrets {
				r.secrets[name] = "short"
			}
		}, storage.ErrCorrupt, true},
		{"the key is another's", func(_ *testing.T, _ string, r *ring) {
			for name := range r.secrets {
				r.secrets[name] = strings.Repeat("A", 43) + "="
			}
		}, storage.ErrCorrupt, true},
		{"a bit of the file has changed", func(t *testing.T, path string, _ *ring) {
			old, err := os.ReadFile(path)
			must(t, err)
			i := bytes.Index(old, []byte(`"sealed": "`)) + 20
			old[i] ^= 1
			text(string(old), 0o600)(t, path)
		}, storage.ErrCorrupt, true},
		{"the file is not sealed", func(t *testing.T, path string, _ *ring) {
			text(`{"format":"cenote-session/1","items":{"a":"1"}}`, 0o600)(t, path)
		}, storage.ErrCorrupt, true},
		{"the file names another secret", func(t *testing.T, path string, _ *ring) {
			text(`{"format":"cenote-session-sealed/1","key":"mail password","sealed":"AAAA"}`, 0o600)(t, path)
		}, storage.ErrCorrupt, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path, r := filepath.Join(t.TempDir(), "session"), newRing()
			save(t, openKeyring(t, path, r), map[string]string{"a": "1"})
			tt.harm(t, path, r)
			_, err := storage.OpenKeyring(path, r, "cenote")
			if !errors.Is(err, storage.ErrUnavailable) || !errors.Is(err, tt.want) || errors.Is(err, storage.ErrCorrupt) != tt.corrupt {
				t.Errorf("OpenKeyring = %v, want ErrUnavailable and %v", err, tt.want)
			}
			if !strings.Contains(err.Error(), path) {
				t.Errorf("error = %v, want the path", err)
			}
		})
	}
}

func TestKeyringThatTakesNoKey(t *testing.T) {
	t.Parallel()
	path, r := filepath.Join(t.TempDir(), "session"), newRing()
	f := openKeyring(t, path, r)
	r.err = errors.New("the keyring is locked")
	if err := f.Save(t.Context(), map[string]string{"a": "1"}); !errors.Is(err, r.err) {
		t.Errorf("Save = %v, want the keyring's error", err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file without a key was written: %v", err)
	}
}

func TestKeyringNeedsANameAndARing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "session")
	if _, err := storage.OpenKeyring(path, newRing(), ""); !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("without a service: %v, want ErrUnavailable", err)
	}
	if _, err := storage.OpenKeyring(path, nil, "cenote"); !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("without a ring: %v, want ErrUnavailable", err)
	}
}

// A file of strangers must not have the keyring asked for other programs' secrets.
func TestAFileDoesNotChooseWhatTheKeyringIsAsked(t *testing.T) {
	t.Parallel()
	path, r := filepath.Join(t.TempDir(), "session"), newRing()
	for _, name := range []string{"login", "", "../00000000000000000000000000000000", strings.Repeat("A", 32), strings.Repeat("a", 34)} {
		text := fmt.Sprintf(`{"format":"cenote-session-sealed/1","key":%q,"sealed":"AAAA"}`, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := storage.OpenKeyring(path, r, "cenote"); !errors.Is(err, storage.ErrCorrupt) || r.gets != 0 {
			t.Errorf("key %q: %v after %d questions, want %v and none", name, err, r.gets, storage.ErrCorrupt)
		}
	}
}
