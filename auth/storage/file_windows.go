package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

const (
	noFollow = 0 // the file's kind is looked at before and after opening

	// A file that somebody reads cannot be replaced, so readers take the lock
	// of Save too.
	readersBlockRename = true
)

// lockFile locks the open file, without waiting.
func lockFile(file *os.File) (bool, error) {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, &windows.Overlapped{})
	if err == nil {
		return true, nil
	}
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return false, nil
	}
	return false, fmt.Errorf("lock %s: %w", file.Name(), err)
}

func unlockFile(file *os.File) {
	windows.UnlockFileEx(windows.Handle(file.Fd()), 0, 1, 0, &windows.Overlapped{})
	file.Close()
}

// checkAccess has nothing to judge by: the access list is the folder's.
func checkAccess(fs.FileInfo, string) error { return nil }

// rename tries again for up to a second while a scanner or a backup has the
// file open.
func rename(from, to string) error {
	deadline := time.Now().Add(time.Second)
	for {
		err := os.Rename(from, to)
		busy := errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION)
		if !busy || time.Now().After(deadline) {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// syncFolder has nothing to do: the file system keeps its own journal.
func syncFolder(string) error { return nil }
