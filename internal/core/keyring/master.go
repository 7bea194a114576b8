package keyring

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/cenote-auth/cenote/internal/seal"
)

// MasterFile is the name of the file that keeps the master key in a folder.
const MasterFile = "master.key"

const masterSize = 1024 // bytes that a key file may hold, white space included

// LoadMaster returns the master key kept in MasterFile of a folder.
// If there is no such file it makes one, which is whole and on the disk when
// LoadMaster returns; of programs that start together one makes it. A file
// that others than its owner can read is refused.
func LoadMaster(dir string) (seal.Key, error) {
	path := filepath.Join(dir, MasterFile)
	key, err := readMaster(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeMaster(dir, path); err == nil || errors.Is(err, fs.ErrExist) {
			key, err = readMaster(path)
		}
	}
	if err != nil {
		return seal.Key{}, fmt.Errorf("keyring: master key: %w", err)
	}
	return key, nil
}

// ReadMaster returns the master key kept in the file master.key of a folder, as
// LoadMaster does, but makes none: then the error is fs.ErrNotExist.
func ReadMaster(dir string) (seal.Key, error) {
	key, err := readMaster(filepath.Join(dir, MasterFile))
	if err != nil {
		return seal.Key{}, fmt.Errorf("keyring: master key: %w", err)
	}
	return key, nil
}

func readMaster(path string) (seal.Key, error) {
	f, err := os.Open(path)
	if err != nil {
		return seal.Key{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return seal.Key{}, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return seal.Key{}, fmt.Errorf("%s has mode %04o, which lets others read it: set it to 0600", path, mode)
	}
	text, err := io.ReadAll(io.LimitReader(f, masterSize))
	if err != nil {
		return seal.Key{}, err
	}
	key, err := seal.ParseKey(string(text))
	if err != nil {
		return seal.Key{}, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// makeMaster writes a new key beside path and then links it there, so that
// path never names half a file. It returns fs.ErrExist if path is taken.
func makeMaster(dir, path string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, MasterFile+".*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(seal.NewKey().Encode() + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir makes the names in a folder durable. Windows has no such call.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
