package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/zalando/go-keyring"
)

// ringService is the name under which the keyring shows what is ours.
const ringService = "cenote"

// systemRing is the operating system's keyring as a storage.Ring.
type systemRing struct{}

// Get returns a secret.
func (systemRing) Get(service, user string) (string, error) {
	if err := hasKeyring(); err != nil {
		return "", err
	}
	secret, err := keyring.Get(service, user)
	return secret, ringError(err)
}

// Set adds or replaces a secret.
func (systemRing) Set(service, user, password string) error {
	if err := hasKeyring(); err != nil {
		return err
	}
	return ringError(keyring.Set(service, user, password))
}

// Delete removes a secret.
func (systemRing) Delete(service, user string) error {
	if err := hasKeyring(); err != nil {
		return err
	}
	return ringError(keyring.Delete(service, user))
}

func ringError(err error) error {
	if errors.Is(err, keyring.ErrNotFound) {
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return err
}
