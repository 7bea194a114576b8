package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// SignInFlow is a sign-in under way, or just done. It is safe for concurrent
// use: one Confirm or Resend runs at a time, and Next tells what stood before or
// after it.
//
// The service forgets an unfinished sign-in after three minutes, or what the app
// client's AuthSessionValidity says; Confirm then returns ErrNotAuthorized.
// Formatting a flow shows its step and nothing secret.
type SignInFlow struct {
	client *Client
	turn   turn

	mu    sync.Mutex
	state signInState
}

func newSignInFlow(c *Client, s signInState) *SignInFlow {
	return &SignInFlow{client: c, turn: newTurn(), state: s}
}

// Step returns what the sign-in waits for.
func (f *SignInFlow) Step() SignInStep { return f.Next().Step }

// Next returns what the sign-in waits for, with all there is to know of it. It
// is the nextStep of Amplify's signIn and confirmSignIn.
func (f *SignInFlow) Next() NextSignInStep {
	s := f.current()
	next, _ := s.next() // no state is put back whose step is not known
	return next
}

// Done reports whether the user is signed in.
func (f *SignInFlow) Done() bool { return f.User() != nil }

// User returns who signed in, nil before Done.
func (f *SignInFlow) User() *User { return clone(f.current().user) }

// Username returns the name that was given to SignIn.
func (f *SignInFlow) Username() string { return f.current().Username }

// ConfirmOptions go with an answer.
type ConfirmOptions struct {
	UserAttributes     map[string]string // SignInNewPassword: values by name, for MissingAttributes and others
	FriendlyDeviceName string            // SignInTOTPSetup: the user's name for the app
	ClientMetadata     map[string]string // for the pool's triggers
}

// Confirm answers the step that Next tells: with the code, password, choice,
// address or credential that its SignInStep names. On success the flow stands at
// the next step, perhaps SignInDone: then the tokens are stored. It is Amplify's
// confirmSignIn, by RespondToAuthChallenge, AssociateSoftwareToken and
// VerifySoftwareToken.
//
// After an error the flow stands where it was, and most steps can be tried
// again: ErrCodeMismatch, ErrSoftwareToken, ErrCodeExpired for an app's code that
// was used before, ErrInvalidPassword, ErrInvalidParameter, ErrNetwork.
// ErrNotAuthorized after a code means that the service gave this sign-in up, for
// too many errors or too long a wait. ErrEmptyChallengeResponse,
// ErrIncorrectMFAMethod and ErrSignIn (an answer that does not fit the step, or
// a flow that is over) come without a request.
//
// opts may be nil.
func (f *SignInFlow) Confirm(ctx context.Context, response string, opts *ConfirmOptions) error {
	var o ConfirmOptions
	if opts != nil {
		o = *opts
	}
	err := f.turn.take(ctx, func() error { return f.confirm(ctx, f.current(), response, o) })
	err = named("Confirm", err)
	if err != nil && f.Step() == SignInNewPassword {
		f.client.events.emit(NewPasswordFailed{Username: f.Username(), Err: err})
	}
	return err
}

func (f *SignInFlow) confirm(ctx context.Context, s signInState, response string, o ConfirmOptions) error {
	if response == "" {
		return failure("", ErrEmptyChallengeResponse)
	}
	if s.Challenge == nil || s.user != nil {
		return failure("", ErrSignIn)
	}
	taken, answer, err := challenges[s.Challenge.Name].take(s, response, o)
	if err != nil {
		return err
	}
	if answer == nil {
		return f.settle(ctx, taken)
	}
	answer.ClientMetadata = f.client.metadata(ctx, o.ClientMetadata)
	return f.answer(ctx, taken, *answer)
}

func (f *SignInFlow) begin(ctx context.Context) error {
	s := f.current()
	step, err := f.client.pool.Begin(ctx, s.credentials())
	if !s.keepPassword {
		s.password = ""
	}
	s.Session = "" // good for one use
	return f.arrive(ctx, s, step, err)
}

func (f *SignInFlow) answer(ctx context.Context, s signInState, a userpool.Answer) error {
	step, err := f.client.pool.Answer(ctx, s.Challenge, a)
	return f.arrive(ctx, s, step, err)
}

// arrive goes to where the service's reply leads.
func (f *SignInFlow) arrive(ctx context.Context, s signInState, step *userpool.Step, err error) error {
	switch codeOf(err) {
	case ErrUserNotConfirmed:
		s.Challenge, s.Ended = nil, SignInConfirmSignUp
		return f.settle(ctx, s)
	case ErrPasswordResetRequired:
		s.Challenge, s.Ended = nil, SignInResetPassword
		return f.settle(ctx, s)
	}
	if err != nil {
		return err
	}
	if step.Session != nil {
		return f.finish(ctx, s, step)
	}
	s.arrive(step.Challenge)
	return f.settle(ctx, s)
}

// settle makes s the flow's state, if its step is known; where an app is to be
// set up, with the secret for it. If that is not to be had, the flow stands at
// the choice of what to set up, and the choice can be made again. Where a passkey
// is asked for, and there is a provider of them, that answers.
func (f *SignInFlow) settle(ctx context.Context, s signInState) error {
	var failed error
	if s.wantsSecret() {
		secret, ch, err := f.client.pool.AssociateSoftwareToken(ctx, s.Challenge)
		switch {
		case err != nil:
			s.Setup, failed = "", err
		case secret == "":
			s.Setup, s.Challenge, failed = "", ch, failure("", ErrSetUpTOTP)
		default:
			s.Secret, s.Challenge = secret, ch
		}
	}
	next, err := s.next()
	if err != nil {
		return err
	}
	if next.Step == SignInPasskey && f.client.opts.Passkeys != nil {
		return f.givePasskey(ctx, s, next.Passkey)
	}
	f.put(s)
	return failed
}

// givePasskey answers by a passkey, or stands where one is asked for if there is none
// to be had.
func (f *SignInFlow) givePasskey(ctx context.Context, s signInState, options json.RawMessage) error {
	credential, err := f.client.passkey(ctx, options)
	s.passkeyErr = err
	f.put(s)
	if err != nil {
		return nil
	}
	return f.answer(ctx, s, userpool.Answer{Text: string(credential), ClientMetadata: f.client.metadata(ctx, s.Metadata)})
}

// finish stores the tokens.
func (f *SignInFlow) finish(ctx context.Context, s signInState, step *userpool.Step) error {
	if step.DeviceError != nil {
		f.client.opts.Log.Warn("auth: the device could not be registered", "error", step.DeviceError)
	}
	user, err := f.client.adopt(ctx, step.Session, SignInDetails{LoginID: s.Username, Flow: s.Flow})
	if err != nil {
		return err
	}
	s.user, s.remember = clone(user), step.ConfirmDevice
	s.Challenge, s.password, s.Secret = nil, "", ""
	f.put(s)
	f.client.events.emit(SignedIn{User: *user})
	return nil
}

func (f *SignInFlow) current() signInState {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state
}

func (f *SignInFlow) put(s signInState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.state = s
}

// clone returns a copy of what p points to, so that nobody changes a flow's own.
func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	return new(*p)
}

// String tells the step.
func (f *SignInFlow) String() string { return fmt.Sprintf("SignInFlow{%s}", f.Step()) }

// Format prints String for every verb.
func (f *SignInFlow) Format(s fmt.State, _ rune) { io.WriteString(s, f.String()) }
