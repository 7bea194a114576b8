//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

const (
	noFollow           = 0
	readersBlockRename = true // so that a File fails at once here
)

func lockFile(file *os.File) (bool, error) {
	return false, fmt.Errorf("lock %s: %w", file.Name(), errors.ErrUnsupported)
}

func unlockFile(file *os.File) { file.Close() }

func checkAccess(fs.FileInfo, string) error { return nil }

func rename(from, to string) error { return os.Rename(from, to) }

func syncFolder(string) error { return nil }
