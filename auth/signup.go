package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// SignUpStep is what a sign-up waits for. Its values are Amplify's signUpStep.
type SignUpStep string

const (
	SignUpConfirm    SignUpStep = "CONFIRM_SIGN_UP"       // SignUpFlow.Confirm, with the code that was sent
	SignUpAutoSignIn SignUpStep = "COMPLETE_AUTO_SIGN_IN" // SignUpFlow.AutoSignIn
	SignUpDone       SignUpStep = "DONE"                  // the user may sign in
)

// SignUpInput registers a user. Formatting and logging it do not show the
// password.
type SignUpInput struct {
	Username string // or whatever the pool takes for one: an e-mail address, a phone number
	Password string // may be empty in pools with a passwordless first factor

	UserAttributes map[string]string // such as "email"
	ValidationData map[string]string // for the pre sign-up trigger alone
	ClientMetadata map[string]string // for the pool's triggers

	// AutoSignIn asks for SignUpFlow.AutoSignIn. The flow then keeps the
	// password, if that will need it, in memory alone.
	AutoSignIn *AutoSignInOptions
}

// AutoSignInOptions say how SignUpFlow.AutoSignIn signs in. The zero value is
// Amplify's autoSignIn: true, with the password by SRP.
type AutoSignInOptions struct {
	// Flow is FlowSRP if empty. FlowUserAuth needs neither password nor code
	// once the user is confirmed.
	Flow               Flow
	PreferredChallenge Factor
	ClientMetadata     map[string]string
}

// SignUp registers a user and has the code sent that the user must confirm with
// (SignUp). It is Amplify's signUp.
//
// Errors: ErrUsernameExists, ErrInvalidPassword, ErrInvalidParameter,
// ErrLambdaValidation with the trigger's text, ErrCodeDelivery,
// ErrTooManyRequests and whatever else the service answers; ErrEmptySignUpUsername
// and ErrEmptySignUpPassword (which the service decides: not every pool needs
// one).
func (c *Client) SignUp(ctx context.Context, in SignUpInput) (*SignUpFlow, error) {
	flow, err := c.signUp(ctx, in)
	if err != nil {
		err = named("SignUp", err)
		c.events.emit(SignUpFailed{Username: in.Username, Err: err})
		return nil, err
	}
	next := flow.Next()
	c.events.emit(SignedUp{Username: in.Username, UserID: flow.UserID(), Step: next.Step, Delivery: next.Delivery})
	return flow, nil
}

func (c *Client) signUp(ctx context.Context, in SignUpInput) (*SignUpFlow, error) {
	if in.Username == "" {
		return nil, failure("", ErrEmptySignUpUsername)
	}
	out, err := c.pool.SignUp(ctx, userpool.SignUpInput{
		Username:       in.Username,
		Password:       in.Password,
		Attributes:     in.UserAttributes,
		ValidationData: in.ValidationData,
		ClientMetadata: c.metadata(ctx, in.ClientMetadata),
	})
	if err != nil {
		return nil, passwordMissed(err)
	}
	s := signUpState{
		Username: in.Username, UserID: out.UserSub, Step: SignUpConfirm, Delivery: out.Delivery,
	}
	if in.AutoSignIn != nil {
		auto := *in.AutoSignIn
		s.Auto = &auto
		s.goesOnWith(out.Session)
		if s.Auto.Flow != FlowCustom {
			s.password = in.Password
		}
		s.Link = !out.Confirmed && c.cfg.SignUpVerification == VerifyByLink
	}
	if out.Confirmed || s.Link {
		s.confirmed()
	}
	return newSignUpFlow(c, s), nil
}

// passwordMissed gives the service's complaint about a password that was not
// given Amplify's name.
func passwordMissed(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Code != ErrInvalidParameter || !strings.Contains(e.Message, "'password'") || !strings.Contains(e.Message, "must not be null") {
		return err
	}
	out := failure("", ErrEmptySignUpPassword)
	out.RequestID, out.HTTPStatus, out.Err = e.RequestID, e.HTTPStatus, e
	return out
}

// ConfirmSignUpInput confirms a sign-up. Formatting and logging it do not show the
// code.
type ConfirmSignUpInput struct {
	Username string
	Code     string
	ConfirmSignUpOptions
}

// ConfirmSignUpOptions go with a confirmation.
type ConfirmSignUpOptions struct {
	// ForceAliasCreation takes the address or phone number over from another
	// user who has it as an alias; else that is ErrAliasExists.
	ForceAliasCreation bool

	ClientMetadata map[string]string // for the pool's triggers
}

// ConfirmSignUp confirms the sign-up of any user (ConfirmSignUp). It is Amplify's
// confirmSignUp for those who have no SignUpFlow: the flow it returns is at
// SignUpDone and has no automatic sign-in.
//
// Errors: see SignUpFlow.Confirm; ErrEmptyConfirmSignUpUsername.
func (c *Client) ConfirmSignUp(ctx context.Context, in ConfirmSignUpInput) (*SignUpFlow, error) {
	if in.Username == "" {
		return nil, failure("ConfirmSignUp", ErrEmptyConfirmSignUpUsername)
	}
	f := newSignUpFlow(c, signUpState{Username: in.Username, Step: SignUpConfirm})
	if err := f.Confirm(ctx, in.Code, &in.ConfirmSignUpOptions); err != nil {
		return nil, named("ConfirmSignUp", err)
	}
	return f, nil
}

// ResendSignUpCodeInput asks for another code.
type ResendSignUpCodeInput struct {
	Username       string
	ClientMetadata map[string]string
}

// ResendSignUpCode has another code sent to a user whose sign-up is not confirmed
// and says where it went (ResendConfirmationCode). It is Amplify's
// resendSignUpCode.
//
// Errors: ErrLimitExceeded (never tried again by itself, for that would use up
// the user's quota), ErrUserNotFound, ErrInvalidParameter for a user who is
// confirmed, ErrCodeDelivery; ErrEmptySignUpUsername.
func (c *Client) ResendSignUpCode(ctx context.Context, in ResendSignUpCodeInput) (*CodeDelivery, error) {
	if in.Username == "" {
		return nil, failure("ResendSignUpCode", ErrEmptySignUpUsername)
	}
	delivery, err := c.pool.ResendConfirmationCode(ctx, userpool.ResendInput{
		Username:       in.Username,
		ClientMetadata: c.metadata(ctx, in.ClientMetadata),
	})
	if err != nil {
		return nil, named("ResendSignUpCode", err)
	}
	return delivery, nil
}

// String describes in without the password.
func (in SignUpInput) String() string { return fmt.Sprintf("SignUpInput{Username: %q}", in.Username) }

// Format prints String for every verb.
func (in SignUpInput) Format(f fmt.State, _ rune) { io.WriteString(f, in.String()) }

// LogValue is String.
func (in SignUpInput) LogValue() slog.Value { return slog.StringValue(in.String()) }

// String describes in without the code.
func (in ConfirmSignUpInput) String() string {
	return fmt.Sprintf("ConfirmSignUpInput{Username: %q}", in.Username)
}

// Format prints String for every verb.
func (in ConfirmSignUpInput) Format(f fmt.State, _ rune) { io.WriteString(f, in.String()) }

// LogValue is String.
func (in ConfirmSignUpInput) LogValue() slog.Value { return slog.StringValue(in.String()) }
