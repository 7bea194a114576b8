package main

import (
	"context"

	"github.com/cenote-auth/cenote/auth"
)

// logout is `cenote logout`.
type logout struct {
	app
	Global bool `help:"End the user's sessions on all devices."`
}

// Run signs the person out. The tokens are gone even if the service could not
// be told.
func (l logout) Run(d *desk) error {
	return untilInterrupted(func(ctx context.Context) error {
		s, err := l.open(d)
		if err != nil {
			return err
		}
		return s.SignOut(ctx, &auth.SignOutOptions{Global: l.Global})
	})
}
