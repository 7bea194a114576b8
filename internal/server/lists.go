package server

import (
	"errors"

	"github.com/cenote-auth/cenote/internal/core/risk"
)

// lists are the operator's lists for threat protection; nil for none.
type lists struct {
	passwords *risk.Passwords
	places    *risk.Places
}

// openLists opens the lists that c names.
func openLists(c Config) (l lists, err error) {
	if c.CompromisedPasswords != "" {
		if l.passwords, err = risk.OpenPasswords(c.CompromisedPasswords); err != nil {
			return lists{}, err
		}
	}
	if c.Locations != "" {
		if l.places, err = risk.OpenPlaces(c.Locations); err != nil {
			return lists{}, errors.Join(err, l.passwords.Close())
		}
	}
	return l, nil
}

func (l lists) close() error { return errors.Join(l.passwords.Close(), l.places.Close()) }
