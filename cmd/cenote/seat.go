package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/storage"
)

// Endings of the two kinds of session files.
const (
	sealedEnding = ".sealed.json"
	plainEnding  = ".json"
)

// leeway is how long a token that is printed lives at least.
const leeway = time.Minute

// seat is a person's seat at an app client, with its session in a file.
type seat struct {
	*auth.Client

	// settle removes what an earlier sign-in kept in the other kind of file.
	settle func(context.Context) error
}

// open returns the seat where somebody may be signed in.
func (a app) open(d *desk) (*seat, error) {
	return a.seat(d, func(path string) (bool, error) {
		return a.Store == "keyring" || a.Store == "auto" && exists(path+sealedEnding), nil
	})
}

// openNew returns the seat where somebody is about to sign in.
func (a app) openNew(d *desk) (*seat, error) {
	return a.seat(d, func(path string) (bool, error) {
		if a.Store == "file" {
			return false, nil
		}
		_, err := d.ring.Get(ringService, "is there anybody?")
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			return true, nil
		}
		if a.Store == "keyring" {
			return false, fmt.Errorf("the keyring does not answer: %w", err)
		}
		if !exists(path + plainEnding) {
			d.terminal.say("No keyring answers (%v), so %s keeps the tokens; only you can read it.", err, path+plainEnding)
		}
		return false, nil
	})
}

// seat makes a seat whose session is sealed by the keyring's key if sealed says so.
func (a app) seat(d *desk, sealed func(path string) (bool, error)) (*seat, error) {
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	client, err := auth.New(cfg, &auth.Options{
		ReplaceSession: true, RefreshLeeway: leeway, Passkeys: d.passkeys(), DeviceName: deviceName(),
	})
	if err != nil {
		return nil, err
	}
	path, err := a.sessionPath(cfg)
	if err != nil {
		return nil, err
	}
	inRing, err := sealed(path)
	if err != nil {
		return nil, err
	}
	openSealed := func() (*storage.File, error) { return storage.OpenKeyring(path+sealedEnding, d.ring, ringService) }
	openPlain := func() (*storage.File, error) { return storage.OpenFile(path + plainEnding) }
	open, openOther, other := openPlain, openSealed, path+sealedEnding
	if inRing {
		open, openOther, other = openSealed, openPlain, path+plainEnding
	}
	file, err := open()
	if errors.Is(err, storage.ErrCorrupt) {
		return nil, fmt.Errorf("%w; delete it and sign in again", err)
	}
	if err != nil {
		return nil, err
	}
	return &seat{client.WithStorage(file), func(ctx context.Context) error { return erase(ctx, other, openOther) }}, nil
}

// erase removes a file of tokens, and the keyring's key for it if the keyring
// answers.
func erase(ctx context.Context, path string, open func() (*storage.File, error)) error {
	if !exists(path) {
		return nil
	}
	if file, err := open(); err == nil && file.Erase(ctx) == nil {
		return nil
	}
	return os.Remove(path)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
