package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/cenote-auth/cenote/auth/storage"
)

// SignInInput begins a sign-in. Formatting and logging it do not show the
// password.
type SignInInput struct {
	Username string // or whatever the pool takes for one: an e-mail address, a phone number
	Password string // not for FlowCustom; for FlowUserAuth only if a password factor is preferred
	Flow     Flow   // FlowSRP if empty

	// PreferredChallenge is the first factor to use without being asked, for
	// FlowUserAuth; Config.Passwordless's if empty.
	PreferredChallenge Factor

	// ClientMetadata goes to the pool's triggers. It is good for this request:
	// answers have their own, in ConfirmOptions.
	ClientMetadata map[string]string

	// KeepPassword keeps the password in the flow, in memory alone, so that
	// SignInFlow.Resend can begin again.
	KeepPassword bool
}

// SignIn begins a sign-in and goes on to what a person must answer, or to the
// end: then the tokens are stored. It is Amplify's signIn. Proving the password
// and a remembered device is done on the way, and so is a passkey that
// Options.Passkeys gives.
//
// A user whose sign-up is not confirmed, or whose password was reset by an
// administrator, is no error but a step, SignInConfirmSignUp or
// SignInResetPassword. The service may say so before it looks at the password.
//
// Errors: ErrAlreadySignedIn, unless Options.ReplaceSession is set, by what the
// stored tokens say (tokens that are over and cannot be refreshed are in nobody's
// way); ErrNotAuthorized for a wrong password and, unless the app client tells
// them apart, an unknown user (ErrUserNotFound); ErrTooManyRequests,
// ErrLambdaValidation and whatever else InitiateAuth and RespondToAuthChallenge
// answer; ErrSignInInterrupted if the storage does not keep the tokens;
// ErrEmptySignInUsername, ErrEmptySignInPassword, ErrCustomAuthPassword,
// ErrInvalidPreferredChallenge before any request.
func (c *Client) SignIn(ctx context.Context, in SignInInput) (*SignInFlow, error) {
	flow, err := c.signIn(ctx, in, signInState{})
	if err != nil {
		err = named("SignIn", err)
		c.events.emit(SignInFailed{Username: in.Username, Err: err})
		return nil, err
	}
	return flow, nil
}

// signIn is SignIn from a state that may continue a sign-up.
func (c *Client) signIn(ctx context.Context, in SignInInput, s signInState) (*SignInFlow, error) {
	if err := c.vacant(ctx); err != nil {
		return nil, err
	}
	if in.Flow == FlowUserAuth && in.PreferredChallenge == "" && c.cfg.Passwordless != nil {
		in.PreferredChallenge = Factor(c.cfg.Passwordless.PreferredChallenge)
	}
	if err := c.checkSignIn(in); err != nil {
		return nil, err
	}
	s.Username, s.Flow, s.First, s.Metadata = in.Username, in.Flow, in.PreferredChallenge, c.metadata(ctx, in.ClientMetadata)
	if s.Flow == "" {
		s.Flow = FlowSRP
	}
	s.password, s.keepPassword = in.Password, in.KeepPassword
	flow := newSignInFlow(c, s)
	if err := flow.begin(ctx); err != nil {
		return nil, err
	}
	return flow, nil
}

// vacant returns an error if somebody is signed in and shall stay so. Only a
// storage that cannot be read keeps the sign-in from being tried.
func (c *Client) vacant(ctx context.Context) error {
	if c.opts.ReplaceSession {
		return nil
	}
	_, err := c.fresh(ctx, false, nil)
	switch {
	case err == nil:
		return failure("", ErrAlreadySignedIn)
	case errors.Is(err, storage.ErrUnavailable):
		return err
	}
	return ctx.Err()
}

func (c *Client) checkSignIn(in SignInInput) error {
	wantsPassword := in.Flow != FlowCustom && (in.Flow != FlowUserAuth || isPassword(in.PreferredChallenge))
	switch {
	case in.Username == "":
		return failure("", ErrEmptySignInUsername)
	case in.Flow == FlowCustom && in.Password != "":
		return failure("", ErrCustomAuthPassword)
	case in.Flow == FlowUserAuth && !c.offers(in.PreferredChallenge):
		return failure("", ErrInvalidPreferredChallenge)
	case wantsPassword && in.Password == "":
		return failure("", ErrEmptySignInPassword)
	}
	return nil
}

// offers reports whether the configuration has f, as far as it tells.
func (c *Client) offers(f Factor) bool {
	has := c.cfg.Passwordless
	switch {
	case has == nil:
		return true
	case f == FactorEmailCode:
		return has.EmailOTP
	case f == FactorSMSCode:
		return has.SMSOTP
	case f == FactorPasskey:
		return has.WebAuthn != nil
	}
	return true
}

// String describes in without the password.
func (in SignInInput) String() string {
	return fmt.Sprintf("SignInInput{Username: %q, Flow: %q}", in.Username, in.Flow)
}

// Format prints String for every verb.
func (in SignInInput) Format(f fmt.State, _ rune) { io.WriteString(f, in.String()) }

// LogValue is String.
func (in SignInInput) LogValue() slog.Value { return slog.StringValue(in.String()) }
