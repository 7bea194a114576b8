package main

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/auth"
)

// reset sets a new password where the old one was reset, and returns what the
// sign-in begins with again: not all begin with the password.
func (i *interview) reset(ctx context.Context, in auth.SignInInput) (auth.SignInInput, error) {
	password, err := i.resetPassword(ctx, in.Username)
	if wantsPassword(in) {
		in.Password = password
	}
	return in, err
}

// resetPassword sets a new password by a code, and returns it. What the service
// takes for a slip is said, and can be tried again.
func (i *interview) resetPassword(ctx context.Context, username string) (string, error) {
	i.terminal.say("The password of %s was reset, and a new one has to be set.", printable(username))
	for {
		code, err := i.terminal.ask(ctx, "Code that was sent (nothing to have one sent): ")
		if err != nil {
			return "", err
		}
		if code == "" {
			if err := i.sendResetCode(ctx, username); err != nil {
				return "", err
			}
			continue
		}
		password, err := i.chosenPassword(ctx)
		if err != nil {
			return "", err
		}
		err = i.client.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{Username: username, Code: code, NewPassword: password})
		if !isSlip(err) && !errors.Is(err, auth.ErrCodeExpired) && !errors.Is(err, auth.ErrEmptyConfirmResetPasswordNewPassword) {
			return password, err
		}
		i.terminal.say("%s", printable(describe(err)))
	}
}

// sendResetCode has a code sent, and says where it went.
func (i *interview) sendResetCode(ctx context.Context, username string) error {
	next, err := i.client.ResetPassword(ctx, auth.ResetPasswordInput{Username: username})
	if err != nil {
		return err
	}
	if to := next.Delivery; to != nil && to.Destination != "" {
		i.terminal.say("A code was sent to %s.", printable(to.Destination))
	}
	return nil
}
