package storage_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/storage/storagetest"
)

func TestFile(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(t *testing.T) storage.Storage {
		return openFile(t, filepath.Join(t.TempDir(), "made", "for it", "session"))
	})
}

func TestFileOutlivesTheProgram(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "session")
	save(t, openFile(t, path), map[string]string{"a": "1", "b": "2"})
	save(t, openFile(t, path), nil, "a")
	want(t, openFile(t, path), map[string]string{"b": "2"}, "a", "b")
}

func TestFileIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	skipWithoutModes(t)
	folder := filepath.Join(t.TempDir(), "cenote")
	path := filepath.Join(folder, "session")
	f := openFile(t, path)
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("opening made the folder: %v", err)
	}
	unlock, err := f.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	save(t, f, map[string]string{"a": "1"})
	for name, want := range map[string]fs.FileMode{
		folder:              0o700 | fs.ModeDir,
		path:                0o600,
		path + ".lock":      0o600,
		path + ".save.lock": 0o600,
	} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode(); got != want {
			t.Errorf("mode of %s = %v, want %v", name, got, want)
		}
	}
	if names := list(t, folder); len(names) != 3 {
		t.Errorf("the folder holds %q, want the file and two locks", names)
	}
}

func TestFileRefuses(t *testing.T) {
	t.Parallel()
	const secret = "eyJSECRET"
	good := `{"format":"cenote-session/1","items":{"a":"` + secret + `"}}`
	for _, tt := range []struct {
		name    string
		put     func(t *testing.T, path string)
		corrupt bool
	}{
		{"an empty file", text("", 0o600), true},
		{"half a file", text(good[:len(good)-8], 0o600), true},
		{"two files in one", text(good+good, 0o600), true},
		{"another program's JSON", text(`{"items":{"a":"`+secret+`"}}`, 0o600), true},
		{"another version", text(strings.Replace(good, "/1", "/2", 1), 0o600), true},
		{"no items", text(`{"format":"cenote-session/1"}`, 0o600), true},
		{"a sealed file", text(`{"format":"cenote-session-sealed/1","key":"00","sealed":""}`, 0o600), true},
		{"a list", text(`["`+secret+`"]`, 0o600), true},
		{"bytes", text("\x00\xff"+secret, 0o600), true},
		{"a text that is not UTF-8", text(strings.Replace(good, "eyJ", "\xff", 1), 0o600), true},
		{"a file of five megabytes", text(good+strings.Repeat(" ", 5<<20), 0o600), true},
		{"a file others may read", text(good, 0o644), false},
		{"a file the group may read", text(good, 0o640), false},
		{"a folder", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o700)) }, false},
		{"a link to a good file", func(t *testing.T, path string) {
			text(good, 0o600)(t, path+".target")
			must(t, os.Symlink(path+".target", path))
		}, false},
		{"a link to nothing", func(t *testing.T, path string) { must(t, os.Symlink("/nonexistent/file", path)) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			skipWithoutModes(t)
			path := filepath.Join(t.TempDir(), "session")
			f := openFile(t, path)
			tt.put(t, path)
			before, _ := os.ReadFile(path)

			_, openErr := storage.OpenFile(path)
			_, loadErr := f.Load(t.Context(), "a")
			saveErr := f.Save(t.Context(), map[string]string{"b": "2"}, "a")
			for _, err := range []error{openErr, loadErr, saveErr} {
				if !errors.Is(err, storage.ErrUnavailable) || errors.Is(err, storage.ErrCorrupt) != tt.corrupt {
					t.Fatalf("error = %v, want ErrUnavailable, corrupt %v", err, tt.corrupt)
				}
				if !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "SECRET") {
					t.Errorf("error = %v, want the path and not the contents", err)
				}
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Errorf("the file was changed")
			}

			must(t, f.Erase(t.Context()))
			save(t, f, map[string]string{"b": "2"})
			want(t, f, map[string]string{"b": "2"}, "a", "b")
		})
	}
}

func TestFileRefusesAnotherUsersFile(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 || runtime.GOOS == "windows" {
		t.Skip("only root can give a file away")
	}
	path := filepath.Join(t.TempDir(), "session")
	f := openFile(t, path)
	save(t, f, map[string]string{"a": "1"})
	must(t, os.Chown(path, 12345, -1))
	if _, err := f.Load(t.Context(), "a"); !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("Load = %v, want ErrUnavailable", err)
	}
}

func TestFileWithoutAPath(t *testing.T) {
	t.Parallel()
	if _, err := storage.OpenFile(""); !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("OpenFile without a path: %v, want ErrUnavailable", err)
	}
}

func TestFileRefusesToSave(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]map[string]string{
		"a value that is not UTF-8": {"b": "\xff"},
		"a key that is not UTF-8":   {"\xff": "b"},
		"more than a file may hold": {"b": strings.Repeat("x", 5<<20)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := openFile(t, filepath.Join(t.TempDir(), "session"))
			save(t, f, map[string]string{"a": "1"})
			if err := f.Save(t.Context(), set, "a"); !errors.Is(err, storage.ErrUnavailable) {
				t.Errorf("Save = %v, want ErrUnavailable", err)
			}
			want(t, f, map[string]string{"a": "1"}, "a", "b")
		})
	}
}

func TestFileClearsWhatAKilledProcessLeft(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "session")
	f := openFile(t, path)
	text("half of a tok", 0o600)(t, path+".new")
	save(t, f, map[string]string{"a": "1"})
	if _, err := os.Lstat(path + ".new"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("path.new is still there: %v", err)
	}
	text("half of a tok", 0o600)(t, path+".new")
	must(t, f.Erase(t.Context()))
	if names := list(t, filepath.Dir(path)); strings.Join(names, " ") != "session.save.lock" {
		t.Errorf("after Erase the folder holds %q", names)
	}
	want(t, f, map[string]string{}, "a")
}

func TestFileFollowsNoLinkWhenWriting(t *testing.T) {
	t.Parallel()
	skipWithoutModes(t)
	for _, suffix := range []string{".new", ".save.lock"} {
		folder := t.TempDir()
		path, victim := filepath.Join(folder, "session"), filepath.Join(folder, "victim")
		text("untouched", 0o600)(t, victim)
		must(t, os.Symlink(victim, path+suffix))
		err := openFile(t, path).Save(t.Context(), map[string]string{"a": "1"})
		if suffix == ".save.lock" && err == nil {
			t.Errorf("Save with a link at %s succeeded", suffix)
		}
		if got, _ := os.ReadFile(victim); string(got) != "untouched" {
			t.Errorf("a link at %s led to writing %q", suffix, got)
		}
	}
}

func TestFileWritesOnlyChanges(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "session")
	f := openFile(t, path)
	save(t, f, nil, "a")
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removing nothing made a file: %v", err)
	}
	save(t, f, map[string]string{"a": "1"})
	before, _ := os.Stat(path)
	save(t, f, map[string]string{"a": "1"}, "b")
	if after, _ := os.Stat(path); !os.SameFile(before, after) {
		t.Errorf("the same texts were written again")
	}
}

func openFile(t *testing.T, path string) *storage.File {
	t.Helper()
	f, err := storage.OpenFile(path)
	must(t, err)
	return f
}

func save(t *testing.T, s storage.Storage, set map[string]string, remove ...string) {
	t.Helper()
	must(t, s.Save(t.Context(), set, remove...))
}

func want(t *testing.T, s storage.Storage, want map[string]string, keys ...string) {
	t.Helper()
	got, err := s.Load(t.Context(), keys...)
	must(t, err)
	if !maps.Equal(got, want) {
		t.Errorf("Load(%q) = %q, want %q", keys, got, want)
	}
}

// text returns a function that writes s to a file.
func text(s string, mode fs.FileMode) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		must(t, os.WriteFile(path, []byte(s), mode))
		must(t, os.Chmod(path, mode))
	}
}

func list(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	must(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func skipWithoutModes(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the system has no modes and keeps open files")
	}
}
