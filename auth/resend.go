package auth

import (
	"context"
)

// Resend has another code sent. The service has no operation for that during a
// sign-in: the flow begins again with what it remembers, chooses what was chosen,
// and so gets a new code and a new session; the old code is worth nothing
// afterwards. At SignInConfirmSignUp it is Client.ResendSignUpCode. Amplify has
// no such function.
//
// It works at SignInSMSCode, SignInEmailCode, SignInCustomChallenge and
// SignInConfirmSignUp; for a sign-in that began with a password only with
// SignInInput.KeepPassword. Where the way to the code led over another code, the
// flow afterwards stands at that one: look at Next.
//
// Errors: ErrSignIn if there is nothing to send, or no password to begin with;
// those of SignIn. The flow then stands where it was, or at the choice that could
// not be made again.
func (f *SignInFlow) Resend(ctx context.Context) error {
	return named("Resend", f.turn.take(ctx, func() error { return f.resend(ctx, f.current()) }))
}

func (f *SignInFlow) resend(ctx context.Context, s signInState) error {
	next, err := s.next()
	if err != nil {
		return err
	}
	switch next.Step {
	case SignInSMSCode, SignInEmailCode, SignInCustomChallenge:
	case SignInConfirmSignUp:
		_, err := f.client.ResendSignUpCode(ctx, ResendSignUpCodeInput{Username: s.Username, ClientMetadata: s.Metadata})
		return err
	default:
		return failureOf("", ErrSignIn, "Nothing was sent that could be sent again.", "")
	}
	if s.password == "" && s.beganWithPassword() {
		return failureOf("", ErrSignIn, "The password to begin again with was not kept.", "Set SignInInput.KeepPassword, or call SignIn again.")
	}
	return f.again(ctx, s)
}

// beganWithPassword reports whether there is no beginning again without one.
func (s *signInState) beganWithPassword() bool {
	return needsPassword(AutoSignInOptions{Flow: s.Flow, PreferredChallenge: s.First})
}

// again begins again and makes the choice of a second factor that was made.
func (f *SignInFlow) again(ctx context.Context, s signInState) error {
	chosen := s.MFA
	step, err := f.client.pool.Begin(ctx, s.credentials())
	if err := f.arrive(ctx, s, step, err); err != nil {
		return err
	}
	if chosen == "" || f.Step() != SignInMFASelection {
		return nil
	}
	return f.confirm(ctx, f.current(), string(chosen), ConfirmOptions{ClientMetadata: s.Metadata})
}
