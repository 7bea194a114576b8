package keyring_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/seal"
)

func TestTheMasterKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	first, err := keyring.LoadMaster(dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := keyring.LoadMaster(dir)
	if err != nil {
		t.Fatal(err)
	}
	if first.Encode() != second.Encode() {
		t.Error("the second start got another key")
	}
	info, err := os.Stat(filepath.Join(dir, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode %04o, want 0600", got)
	}
	onlyMaster(t, dir)
}

func TestProgramsThatStartTogetherShareAMasterKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	found := make([]string, 8)
	var wg sync.WaitGroup
	for i := range found {
		wg.Go(func() {
			key, err := keyring.LoadMaster(dir)
			if err != nil {
				t.Error(err)
				return
			}
			found[i] = key.Encode()
		})
	}
	wg.Wait()
	for i, key := range found {
		if key != found[0] {
			t.Errorf("program %d has another key", i)
		}
	}
	onlyMaster(t, dir)
}

func TestMasterKeyFiles(t *testing.T) {
	t.Parallel()
	key := seal.NewKey().Encode()
	for _, tt := range []struct {
		name, text string
		mode       os.FileMode
		want       string // in the error; "" for none
	}{
		{"as it is written", key + "\n", 0o600, ""},
		{"for its owner to read only", key, 0o400, ""},
		{"for the group to read", key, 0o640, "has mode 0640"},
		{"for all to read", key, 0o604, "has mode 0604"},
		{"empty", "", 0o600, "a key is the base64 of 32 bytes"},
		{"too short", key[:40], 0o600, "a key is the base64 of 32 bytes"},
		{"of zeros", base64.StdEncoding.EncodeToString(make([]byte, 32)), 0o600, "a key is the base64 of 32 bytes"},
		{"followed by something", key + "\n" + key, 0o600, "a key is the base64 of 32 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && strings.Contains(tt.want, "mode") {
				t.Skip("files have no such mode here")
			}
			dir := t.TempDir()
			path := filepath.Join(dir, "master.key")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, tt.mode); err != nil {
				t.Fatal(err)
			}
			got, err := keyring.LoadMaster(dir)
			if tt.want == "" {
				if err != nil || got.Encode() != key {
					t.Errorf("err = %v, want the key of the file", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("err = %v, want one that says %q and names the file", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), key[:20]) {
				t.Errorf("the error repeats the key: %v", err)
			}
			if text, _ := os.ReadFile(path); string(text) != tt.text {
				t.Error("the file was changed")
			}
		})
	}
}

func onlyMaster(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("the folder holds %v, want master.key alone", entries)
	}
}
