package auth

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// SignUpFlow is a sign-up under way, or just done. It is safe for concurrent
// use: one Confirm, ResendCode or AutoSignIn runs at a time. Formatting a flow
// shows its step and nothing secret.
type SignUpFlow struct {
	client *Client
	turn   turn

	mu    sync.Mutex
	state signUpState
}

// signUpState is all a SignUpFlow knows. It is copied, changed and put back.
type signUpState struct {
	Username string
	UserID   string
	Step     SignUpStep
	Delivery *CodeDelivery      `json:",omitempty"`
	Session  string             `json:",omitempty"` // of the service, to sign in with; see goesOnWith
	Auto     *AutoSignInOptions `json:",omitempty"` // nil if not asked for
	Link     bool               `json:",omitempty"` // the user confirms elsewhere, by a link

	password string // for AutoSignIn; never marshalled
}

// confirmed goes to the step after the confirmation.
func (s *signUpState) confirmed() {
	s.Step = SignUpDone
	if s.Auto != nil {
		s.Step = SignUpAutoSignIn
	}
}

// goesOnWith takes over a session of the service, if the automatic sign-in is one
// that sessions are for.
func (s *signUpState) goesOnWith(session string) {
	if s.Auto != nil && s.Auto.Flow == FlowUserAuth {
		s.Session = session
	}
}

func newSignUpFlow(c *Client, s signUpState) *SignUpFlow {
	return &SignUpFlow{client: c, turn: newTurn(), state: s}
}

// NextSignUpStep is what a sign-up waits for.
type NextSignUpStep struct {
	Step SignUpStep

	// Delivery is where the last code, or link, went; nil if none was sent.
	Delivery *CodeDelivery
}

// Step returns what the sign-up waits for.
func (f *SignUpFlow) Step() SignUpStep { return f.current().Step }

// Next returns what the sign-up waits for, and where the code went. It is the
// nextStep of Amplify's signUp and confirmSignUp.
func (f *SignUpFlow) Next() NextSignUpStep {
	s := f.current()
	return NextSignUpStep{Step: s.Step, Delivery: clone(s.Delivery)}
}

// Done reports whether the user is confirmed: Amplify's isSignUpComplete. With a
// link that is not known before AutoSignIn.
func (f *SignUpFlow) Done() bool {
	s := f.current()
	return s.Step != SignUpConfirm && !s.Link
}

// UserID returns the new user's sub; "" if the flow came from ConfirmSignUp.
func (f *SignUpFlow) UserID() string { return f.current().UserID }

// Username returns the name that was given to SignUp.
func (f *SignUpFlow) Username() string { return f.current().Username }

// Confirm proves by the code that the user reads mail sent to the address, or
// texts sent to the phone number (ConfirmSignUp). The flow then is at
// SignUpAutoSignIn, if that was asked for, or at SignUpDone.
//
// Errors: ErrCodeMismatch and ErrCodeExpired (try again, or ResendCode),
// ErrTooManyFailedAttempts, ErrAliasExists, ErrNotAuthorized for a user who is
// confirmed already, ErrUserNotFound; ErrEmptyConfirmSignUpCode.
//
// opts may be nil.
func (f *SignUpFlow) Confirm(ctx context.Context, code string, opts *ConfirmSignUpOptions) error {
	if code == "" {
		return failure("Confirm", ErrEmptyConfirmSignUpCode)
	}
	var o ConfirmSignUpOptions
	if opts != nil {
		o = *opts
	}
	return named("Confirm", f.turn.take(ctx, func() error { return f.confirm(ctx, code, o) }))
}

func (f *SignUpFlow) confirm(ctx context.Context, code string, o ConfirmSignUpOptions) error {
	s := f.current()
	out, err := f.client.pool.ConfirmSignUp(ctx, userpool.ConfirmSignUpInput{
		Username:           s.Username,
		Code:               code,
		ForceAliasCreation: o.ForceAliasCreation,
		ClientMetadata:     f.client.metadata(ctx, o.ClientMetadata),
		Session:            s.Session,
	})
	if err != nil {
		return err
	}
	s.Link = false
	s.goesOnWith(out.Session)
	s.confirmed()
	f.put(s)
	f.client.events.emit(SignUpConfirmed{Username: s.Username})
	return nil
}

// ResendCode has another code sent and says where it went; see
// Client.ResendSignUpCode.
func (f *SignUpFlow) ResendCode(ctx context.Context) (*CodeDelivery, error) {
	var delivery *CodeDelivery
	err := f.turn.take(ctx, func() (err error) {
		s := f.current()
		s.Delivery, err = f.client.ResendSignUpCode(ctx, ResendSignUpCodeInput{Username: s.Username})
		if err != nil {
			return err
		}
		delivery = clone(s.Delivery)
		f.put(s)
		return nil
	})
	return delivery, named("ResendCode", err)
}

func (f *SignUpFlow) current() signUpState {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state
}

func (f *SignUpFlow) put(s signUpState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.state = s
}

// String tells the step.
func (f *SignUpFlow) String() string { return fmt.Sprintf("SignUpFlow{%s}", f.Step()) }

// Format prints String for every verb.
func (f *SignUpFlow) Format(s fmt.State, _ rune) { io.WriteString(s, f.String()) }

// turn lets one at a time do something, and the others give up waiting.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

func (t turn) take(ctx context.Context, do func() error) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case t <- struct{}{}:
	}
	defer func() { <-t }()
	return do()
}
