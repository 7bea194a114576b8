package auth

import (
	"context"
	"errors"
	"time"
)

// How AutoSignIn waits for a link to be followed: Amplify's figures.
const (
	linkInterval = 5 * time.Second
	linkPatience = 3 * time.Minute
)

// AutoSignIn signs the new user in, once, if SignUpInput.AutoSignIn asked for it
// and the flow is at SignUpAutoSignIn. It is Amplify's autoSignIn. The sign-in
// may want more, such as a second factor: see the flow it returns.
//
// In pools that confirm by link (Config.SignUpVerification) it tries every 5
// seconds, for 3 minutes at most, until the user has followed the link, or ctx
// ends. The pool counts these tries.
//
// Errors: ErrAutoSignIn if there is no automatic sign-in to be done, or the link
// was not followed in time; those of SignIn. After an error it can be called
// again.
func (f *SignUpFlow) AutoSignIn(ctx context.Context) (*SignInFlow, error) {
	var flow *SignInFlow
	err := f.turn.take(ctx, func() (err error) {
		flow, err = f.autoSignIn(ctx)
		return err
	})
	if err != nil {
		err = named("AutoSignIn", err)
		f.client.events.emit(AutoSignInFailed{Username: f.Username(), Err: err})
		return nil, err
	}
	if user := flow.User(); user != nil {
		f.client.events.emit(AutoSignedIn{User: *user})
	}
	return flow, nil
}

func (f *SignUpFlow) autoSignIn(ctx context.Context) (*SignInFlow, error) {
	s := f.current()
	if s.Step != SignUpAutoSignIn {
		return nil, failure("", ErrAutoSignIn)
	}
	if s.password == "" && needsPassword(*s.Auto) {
		return nil, failureOf("", ErrAutoSignIn, "The password is no longer known: a flow that was marshalled has none.",
			"Call SignIn, or sign up for FlowUserAuth.")
	}
	flow, err := f.signIn(ctx, s)
	if err != nil {
		return nil, err
	}
	s.Step, s.Link, s.Session, s.password = SignUpDone, false, "", ""
	f.put(s)
	return flow, nil
}

// signIn signs in at once, or when the link was followed.
func (f *SignUpFlow) signIn(ctx context.Context, s signUpState) (*SignInFlow, error) {
	in := SignInInput{
		Username:           s.Username,
		Password:           s.password,
		Flow:               s.Auto.Flow,
		PreferredChallenge: s.Auto.PreferredChallenge,
		ClientMetadata:     s.Auto.ClientMetadata,
	}
	start := signInState{Session: s.Session}
	if !s.Link {
		return f.client.signIn(ctx, in, start)
	}
	tick := time.NewTicker(linkInterval)
	defer tick.Stop()
	for end := time.Now().Add(linkPatience); time.Now().Before(end); {
		flow, err := f.client.signIn(ctx, in, start)
		if err != nil && !errors.Is(err, ErrNetwork) {
			return nil, err
		}
		if err == nil && flow.Step() != SignInConfirmSignUp {
			return flow, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return nil, failureOf("", ErrAutoSignIn, "The link was not followed in time.", "Follow the link, and sign in.")
}

// needsPassword reports whether SignIn would insist on one.
func needsPassword(o AutoSignInOptions) bool {
	switch o.Flow {
	case FlowCustom:
		return false
	case FlowUserAuth:
		return isPassword(o.PreferredChallenge)
	}
	return true
}
