package main

import (
	"context"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/auth"
)

// whoami is `cenote whoami`.
type whoami struct {
	app
	Verify bool `help:"Ask the service whether the user still is what the tokens say."`
}

// Run prints who is signed in.
func (w whoami) Run(d *desk) error {
	return untilInterrupted(func(ctx context.Context) error {
		s, err := w.open(d)
		if err != nil {
			return err
		}
		user, err := s.CurrentUser(ctx, &auth.CurrentUserOptions{Verify: w.Verify})
		if err != nil {
			return err
		}
		tokens, err := s.Tokens(ctx, nil)
		if err != nil {
			return err
		}
		cfg := s.Config()
		_, err = fmt.Printf("user        %s\nid          %s\nuser pool   %s\nclient      %s\ntokens end  %s\n",
			printable(user.Username), printable(user.UserID), cfg.UserPoolID, cfg.ClientID,
			tokens.AccessToken.Expires().Format(time.RFC3339))
		return err
	})
}
