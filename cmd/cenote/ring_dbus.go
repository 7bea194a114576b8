//go:build unix && !darwin

package main

import (
	"errors"
	"fmt"
	"os"
)

// hasKeyring returns why there can be no keyring. It is reached by the session
// bus; where there is none, the library would start one that outlives us.
func hasKeyring() error {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return nil
	}
	for _, name := range []string{"bus", "dbus-session"} {
		if _, err := os.Stat(fmt.Sprintf("/run/user/%d/%s", os.Getuid(), name)); err == nil {
			return nil
		}
	}
	return errors.New("there is no session bus")
}
