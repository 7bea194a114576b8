package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"unicode/utf8"
)

// maxFile is the largest file that is read or written, in bytes: the tokens of
// some hundred users.
const maxFile = 4 << 20

// File is a Storage and a Locker in one file. Any number of Files and processes
// may share it: each Save rereads it and writes it anew under a lock, so that
// nobody's keys are lost, and puts the new text in the place of the old in one
// step, on the disk before Save returns. A process killed at any moment leaves
// the old text or the new.
//
// The file has mode 0600, in a folder that is made with 0700 if it is missing.
// A file that others may read or that belongs to somebody else is refused, and
// not quietly tightened: its tokens may have been seen, or planted. So is a
// symbolic link in its place. The folder should be the user's own too, since
// whoever may write there can delete the file. On Windows the access list of
// the folder decides who may read; a folder below %LocalAppData% is the user's
// alone.
//
// Beside the file lie path.lock, path.save.lock (both empty) and, after a
// process was killed while writing, path.new, which the next Save replaces.
//
// It needs a file system with locks between processes; Windows, macOS, Linux
// and the BSDs have them.
type File struct {
	path   string
	form   form
	saving turnstile // before the lock of Save
	lock   turnstile // before the lock of Lock
}

// OpenFile returns the File at path. Neither file nor folder need exist: they
// are made when they are needed first. If the file is there, it is read, so
// that a damaged or foreign one shows now and not at the first sign-in; the
// error is then ErrCorrupt and names the path, never the contents.
func OpenFile(path string) (*File, error) {
	return openFile(path, plain{})
}

func openFile(path string, form form) (*File, error) {
	if path == "" {
		return nil, unavailable(errors.New("the path of the session file is empty"))
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, unavailable(err)
	}
	f := &File{path: path, form: form}
	if _, err := f.Load(context.Background()); err != nil {
		return nil, err
	}
	return f, nil
}

// Path returns the file's absolute path.
func (f *File) Path() string { return f.path }

// Load implements Storage.
func (f *File) Load(ctx context.Context, keys ...string) (map[string]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, unavailable(err)
	}
	if readersBlockRename {
		done, err := f.hold(ctx, &f.saving, ".save.lock")
		if err != nil {
			return nil, unavailable(err)
		}
		defer done()
	}
	items, _, err := f.read()
	if err != nil {
		return nil, unavailable(err)
	}
	return pick(items, keys), nil
}

// Save implements Storage. It refuses texts that are not UTF-8 and a file that
// would grow beyond 4 MiB.
func (f *File) Save(ctx context.Context, set map[string]string, remove ...string) error {
	if err := checkTexts(set); err != nil {
		return unavailable(err)
	}
	done, err := f.hold(ctx, &f.saving, ".save.lock")
	if err != nil {
		return unavailable(err)
	}
	defer done()
	if err := f.update(set, remove); err != nil {
		return unavailable(err)
	}
	return nil
}

// Lock implements Locker. Where a process already holds the lock it asks again
// within 25 milliseconds of its release.
func (f *File) Lock(ctx context.Context) (unlock func(), err error) {
	unlock, err = f.hold(ctx, &f.lock, ".lock")
	if err != nil {
		return nil, unavailable(err)
	}
	return unlock, nil
}

// Erase removes the file with all that is in it, readable or not, and the key
// that the keyring held for it. It is the way out of ErrCorrupt. Device keys go
// too, so the service will see a new device.
func (f *File) Erase(ctx context.Context) error {
	done, err := f.hold(ctx, &f.saving, ".save.lock")
	if err != nil {
		return unavailable(err)
	}
	defer done()
	_, old, _ := f.read() // for its key; whether it can be read is no matter
	for _, path := range []string{f.path + ".new", f.path} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return unavailable(err)
		}
	}
	if err := errors.Join(syncFolder(filepath.Dir(f.path)), f.form.forget(old)); err != nil {
		return unavailable(err)
	}
	return nil
}

// Format prints the path alone: what a File holds is secret.
func (f *File) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "storage.File(%s)", f.path) }

func (f *File) update(set map[string]string, remove []string) error {
	items, old, err := f.read()
	if err != nil {
		return err
	}
	changed := change(items, set, remove)
	if maps.Equal(items, changed) {
		return nil
	}
	doc, err := f.form.seal(changed, old)
	if err != nil {
		return err
	}
	text, err := doc.encode()
	if err != nil {
		return err
	}
	if len(text) > maxFile {
		return fmt.Errorf("%s would be larger than %d bytes", f.path, maxFile)
	}
	return f.replace(text)
}

// read returns what the file holds, and nothing if there is no file.
func (f *File) read() (map[string]string, document, error) {
	text, err := f.readText()
	if err != nil || text == nil {
		return nil, document{}, err
	}
	doc, err := decode(text)
	if err != nil {
		return nil, document{}, fmt.Errorf("%s: %w", f.path, err)
	}
	items, err := f.form.open(doc)
	if err != nil {
		return nil, doc, fmt.Errorf("%s: %w", f.path, err)
	}
	return items, doc, nil
}

// readText returns nil if there is no file.
func (f *File) readText() ([]byte, error) {
	info, err := os.Lstat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // a pipe would hold up the opening
		return nil, fmt.Errorf("%s is not a regular file (%s)", f.path, info.Mode().Type())
	}
	file, err := os.OpenFile(f.path, os.O_RDONLY|noFollow, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if err := checkOpen(file, f.path); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("%s: %w: larger than %d bytes", f.path, ErrCorrupt, maxFile)
	}
	return text, nil
}

// checkOpen judges the file that was opened, whatever has taken its name since.
func checkOpen(file *os.File, path string) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file (%s)", path, info.Mode().Type())
	}
	return checkAccess(info, path)
}

// replace puts text in the place of the file. Its caller holds the lock of
// Save, so that path.new is its own, be it left over from a killed process.
func (f *File) replace(text []byte) error {
	next := f.path + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL|noFollow, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(next) // fails once it is renamed
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := rename(next, f.path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(f.path))
}

// hold waits for its turn in this process, then among the processes.
func (f *File) hold(ctx context.Context, turn *turnstile, suffix string) (release func(), err error) {
	if err := turn.enter(ctx); err != nil {
		return nil, err
	}
	file, err := lockPath(ctx, f.path+suffix)
	if err != nil {
		turn.leave()
		return nil, err
	}
	return sync.OnceFunc(func() {
		unlockFile(file)
		turn.leave()
	}), nil
}

func checkTexts(set map[string]string) error {
	for key, value := range set {
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			return errors.New("a text to be saved is not UTF-8")
		}
	}
	return nil
}
