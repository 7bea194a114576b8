package auth

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// ResetPasswordStep is what the reset of a password waits for. Its values are
// Amplify's resetPasswordStep.
type ResetPasswordStep string

const (
	ResetPasswordConfirm ResetPasswordStep = "CONFIRM_RESET_PASSWORD_WITH_CODE" // Client.ConfirmResetPassword
	ResetPasswordDone    ResetPasswordStep = "DONE"                             // the new password is good; the service never answers so
)

// NextResetPasswordStep is what the reset of a password waits for.
type NextResetPasswordStep struct {
	Step     ResetPasswordStep
	Delivery *CodeDelivery // where the code went; nil if the service does not say
}

// ResetPasswordInput says whose password is to be reset.
type ResetPasswordInput struct {
	Username       string
	ClientMetadata map[string]string
}

// ResetPassword has a code sent by which a forgotten password can be replaced,
// and says where it went (ForgotPassword). It is Amplify's resetPassword. Until
// ConfirmResetPassword the old password stays good.
//
// The code goes to an address or phone number that is verified, as the pool's
// account recovery says. An app client that hides who exists answers for
// somebody unknown as if a code had been sent, so the answer promises nothing.
//
// Errors: ErrLimitExceeded (never tried again by itself, for that would use up
// the user's quota), ErrInvalidParameter for a user with nothing verified,
// ErrNotAuthorized for one who is disabled, who never signed in with the
// temporary password, or in a pool where only administrators reset passwords,
// ErrUserNotFound, ErrCodeDelivery, ErrLambdaValidation;
// ErrEmptyResetPasswordUsername.
func (c *Client) ResetPassword(ctx context.Context, in ResetPasswordInput) (*NextResetPasswordStep, error) {
	sent, err := c.resetPassword(ctx, in)
	if err != nil {
		err = named("ResetPassword", err)
		c.events.emit(PasswordResetRequestFailed{Username: in.Username, Err: err})
		return nil, err
	}
	c.events.emit(PasswordResetRequested{Username: in.Username, Delivery: clone(sent)})
	return &NextResetPasswordStep{Step: ResetPasswordConfirm, Delivery: sent}, nil
}

func (c *Client) resetPassword(ctx context.Context, in ResetPasswordInput) (*CodeDelivery, error) {
	if in.Username == "" {
		return nil, failure("", ErrEmptyResetPasswordUsername)
	}
	return c.pool.ForgotPassword(ctx, userpool.ForgotPasswordInput{
		Username:       in.Username,
		ClientMetadata: c.metadata(ctx, in.ClientMetadata),
	})
}

// ConfirmResetPasswordInput replaces a password. Formatting and logging it show
// neither code nor password.
type ConfirmResetPasswordInput struct {
	Username       string
	Code           string // by ResetPassword, or by an administrator's reset
	NewPassword    string
	ClientMetadata map[string]string
}

// ConfirmResetPassword replaces a forgotten password, or one that an
// administrator reset (ConfirmForgotPassword). It is Amplify's
// confirmResetPassword. The user may then sign in; sessions elsewhere go on.
//
// Errors: ErrCodeMismatch, ErrInvalidPassword and ErrPasswordHistory (try again,
// the code is still good); ErrCodeExpired; ErrTooManyFailedAttempts and
// ErrLimitExceeded, which is never tried again by itself; ErrNotAuthorized for a
// user who is disabled; ErrUserNotFound; ErrLambdaValidation;
// ErrEmptyConfirmResetPasswordUsername, ErrEmptyConfirmResetPasswordNewPassword,
// ErrEmptyConfirmResetPasswordCode.
func (c *Client) ConfirmResetPassword(ctx context.Context, in ConfirmResetPasswordInput) error {
	if err := c.confirmResetPassword(ctx, in); err != nil {
		err = named("ConfirmResetPassword", err)
		c.events.emit(PasswordResetFailed{Username: in.Username, Err: err})
		return err
	}
	c.events.emit(PasswordReset{Username: in.Username})
	return nil
}

func (c *Client) confirmResetPassword(ctx context.Context, in ConfirmResetPasswordInput) error {
	switch {
	case in.Username == "":
		return failure("", ErrEmptyConfirmResetPasswordUsername)
	case in.NewPassword == "":
		return failure("", ErrEmptyConfirmResetPasswordNewPassword)
	case in.Code == "":
		return failure("", ErrEmptyConfirmResetPasswordCode)
	}
	return c.pool.ConfirmForgotPassword(ctx, userpool.ConfirmForgotPasswordInput{
		Username:       in.Username,
		Code:           in.Code,
		Password:       in.NewPassword,
		ClientMetadata: c.metadata(ctx, in.ClientMetadata),
	})
}

// UpdatePasswordInput changes a password. Formatting and logging it show
// neither.
type UpdatePasswordInput struct {
	OldPassword, NewPassword string
}

// UpdatePassword replaces the signed-in user's password (ChangePassword). It is
// Amplify's updatePassword. Sessions, this one among them, go on: SignOut with
// Global ends them.
//
// Errors: ErrNotAuthorized for a wrong password, ErrInvalidPassword,
// ErrPasswordHistory, ErrLimitExceeded (never tried again by itself);
// ErrPasswordResetRequired; ErrNotSignedIn; ErrEmptyUpdatePassword.
func (c *Client) UpdatePassword(ctx context.Context, in UpdatePasswordInput) error {
	return named("UpdatePassword", c.updatePassword(ctx, in))
}

func (c *Client) updatePassword(ctx context.Context, in UpdatePasswordInput) error {
	if in.OldPassword == "" || in.NewPassword == "" {
		return failure("", ErrEmptyUpdatePassword)
	}
	stored, err := c.present(ctx)
	if err != nil {
		return err
	}
	return c.pool.ChangePassword(ctx, stored.Session.AccessToken, in.OldPassword, in.NewPassword)
}

// String describes in without the code and the password.
func (in ConfirmResetPasswordInput) String() string {
	return fmt.Sprintf("ConfirmResetPasswordInput{Username: %q}", in.Username)
}

// Format prints String for every verb.
func (in ConfirmResetPasswordInput) Format(f fmt.State, _ rune) { io.WriteString(f, in.String()) }

// LogValue is String.
func (in ConfirmResetPasswordInput) LogValue() slog.Value { return slog.StringValue(in.String()) }

// String shows nothing of in.
func (in UpdatePasswordInput) String() string { return "UpdatePasswordInput{…}" }

// Format prints String for every verb.
func (in UpdatePasswordInput) Format(f fmt.State, _ rune) { io.WriteString(f, in.String()) }

// LogValue is String.
func (in UpdatePasswordInput) LogValue() slog.Value { return slog.StringValue(in.String()) }
