package storage

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// maxPause is the longest time between two attempts to take a lock.
const maxPause = 25 * time.Millisecond

// lockPath waits until the lock file at path is this process's alone. The
// system offers no wait that can be given up, so it asks again and again.
func lockPath(ctx context.Context, path string) (*os.File, error) {
	for pause := time.Millisecond; ; pause = min(2*pause, maxPause) {
		file, err := tryLock(path)
		if file != nil || err != nil {
			return file, err
		}
		select {
		case <-time.After(pause/2 + rand.N(pause/2)):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// tryLock returns neither file nor error if somebody else has the lock.
func tryLock(path string) (*os.File, error) {
	file, err := openLock(path)
	if err != nil {
		return nil, err
	}
	got, err := lockFile(file)
	if got {
		return file, nil
	}
	return nil, errors.Join(err, file.Close())
}

// openLock opens the lock file at path, and makes it and its folder if need be.
func openLock(path string) (*os.File, error) {
	const flags = os.O_CREATE | os.O_RDWR | noFollow
	file, err := os.OpenFile(path, flags, 0o600)
	if !errors.Is(err, fs.ErrNotExist) {
		return file, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(path, flags, 0o600)
}
