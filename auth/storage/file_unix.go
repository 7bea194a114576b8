//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	// noFollow refuses a symbolic link, and does not wait for a pipe's other end.
	noFollow = unix.O_NOFOLLOW | unix.O_NONBLOCK

	readersBlockRename = false
)

// lockFile locks the open file, without waiting. Each opening of a file is its
// own holder, so it tells goroutines apart as well as processes.
func lockFile(file *os.File) (bool, error) {
	for {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, unix.EWOULDBLOCK):
			return false, nil
		case !errors.Is(err, unix.EINTR):
			return false, fmt.Errorf("lock %s: %w", file.Name(), err)
		}
	}
}

// unlockFile unlocks before it closes: a child that is being started may share
// the open file for a moment.
func unlockFile(file *os.File) {
	unix.Flock(int(file.Fd()), unix.LOCK_UN)
	file.Close()
}

// checkAccess refuses a file that others may read or that is not ours.
func checkAccess(info fs.FileInfo, path string) error {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to user %d, not to user %d who runs this program", path, stat.Uid, os.Geteuid())
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("%s has mode %#o, so that others may have seen its tokens: delete it and sign in again, or set 0600", path, mode)
	}
	return nil
}

func rename(from, to string) error { return os.Rename(from, to) }

// syncFolder makes the renaming inside the folder last. Some file systems
// cannot, and say so.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOTSUP) {
		return err
	}
	return nil
}
