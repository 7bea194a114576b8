package main

import (
	"context"
	"errors"
	"fmt"
)

// token is `cenote token`.
type token struct {
	app
	ID bool `name:"id" help:"Print the ID token in place of the access token."`
}

// Help is what `cenote token --help` says besides the flags.
func (token) Help() string {
	return "The token is good for a minute at least: it is refreshed if need be, once for all programs that ask at the same time. " +
		"The exit status is 3 when nobody is signed in or the session is over, so that a script can ask for `cenote login`."
}

// Run prints a token for a script to use.
func (t token) Run(d *desk) error {
	return untilInterrupted(func(ctx context.Context) error {
		s, err := t.open(d)
		if err != nil {
			return err
		}
		tokens, err := s.Tokens(ctx, nil)
		if err != nil {
			return err
		}
		token := tokens.AccessToken
		if t.ID {
			token = tokens.IDToken
		}
		if token.IsZero() {
			return errors.New("the session has no such token")
		}
		_, err = fmt.Println(token.Raw())
		return err
	})
}
