package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/cenote-auth/cenote/auth"
)

// login is `cenote login`.
type login struct {
	Username string `arg:"" optional:"" help:"Who signs in: a user name, or the e-mail address or phone number if the pool takes those. Asked for unless given."`
	app
	Flow   string `default:"srp" enum:"srp,password,custom,custom-srp,user-auth" placeholder:"FLOW" help:"How to begin: srp (the password is proved and never sent), password (it is sent), custom or custom-srp (the pool's own challenges, the latter after the password), user-auth (by a choice of first factors); ${default} unless given."`
	Prefer string `placeholder:"FACTOR" help:"The first factor of user-auth to use without being asked, such as EMAIL_OTP."`
}

// Help is what `cenote login --help` says besides the flags.
func (login) Help() string {
	return "Asks for the password and for whatever else the pool wants: codes, a new password, the choice and the set-up of a " +
		"second factor, a passkey (in a browser), and whether to remember this device. Passwords are not shown and cannot be " +
		"given as arguments; where standard input is no terminal, its lines are the answers. The secret of a confidential client is read from CENOTE_CLIENT_SECRET. " +
		"Works with Amazon Cognito as well: give --user-pool and --client."
}

var flows = map[string]auth.Flow{
	"srp": auth.FlowSRP, "password": auth.FlowPassword,
	"custom": auth.FlowCustom, "custom-srp": auth.FlowCustomSRP, "user-auth": auth.FlowUserAuth,
}

// Run signs a person in.
func (l login) Run(d *desk) error {
	return untilInterrupted(func(ctx context.Context) error {
		s, err := l.openNew(d)
		if err != nil {
			return err
		}
		i := &interview{terminal: d.terminal, client: s.Client}
		user, err := l.signIn(ctx, i)
		if err != nil {
			return err
		}
		if err := s.settle(ctx); err != nil {
			return fmt.Errorf("remove the session kept before: %w", err)
		}
		_, err = fmt.Printf("Signed in as %s.\n", printable(cmp.Or(user.SignInDetails.LoginID, user.Username)))
		return err
	})
}

// signIn asks until the user is signed in.
func (l login) signIn(ctx context.Context, i *interview) (*auth.User, error) {
	in, err := l.begin(ctx, i.terminal)
	if err != nil {
		return nil, err
	}
	flow, err := i.client.SignIn(ctx, in)
	for err == nil && !flow.Done() {
		switch next := flow.Next(); next.Step {
		case auth.SignInConfirmSignUp:
			if err = i.confirmSignUp(ctx, flow); err == nil {
				flow, err = i.client.SignIn(ctx, in)
			}
		case auth.SignInResetPassword:
			if in, err = i.reset(ctx, in); err == nil {
				flow, err = i.client.SignIn(ctx, in)
			}
		default:
			err = i.answer(ctx, flow, next)
		}
	}
	if err != nil {
		return nil, err
	}
	if flow.Next().RememberDevice {
		err = i.rememberDevice(ctx)
	}
	return flow.User(), err
}

// begin asks for what a sign-in begins with.
func (l login) begin(ctx context.Context, t *terminal) (in auth.SignInInput, err error) {
	in = auth.SignInInput{
		Username: l.Username, Flow: flows[l.Flow], PreferredChallenge: auth.Factor(l.Prefer),
		KeepPassword: true, // to have a code sent again
	}
	if l.Prefer != "" && in.Flow != auth.FlowUserAuth {
		return in, errors.New("--prefer belongs to --flow user-auth")
	}
	if in.Username == "" {
		if in.Username, err = t.askUntil(ctx, "User name: "); err != nil {
			return in, err
		}
	}
	if wantsPassword(in) {
		in.Password, err = t.secret(ctx, "Password: ")
	}
	return in, err
}

func wantsPassword(in auth.SignInInput) bool {
	switch in.Flow {
	case auth.FlowCustom:
		return false
	case auth.FlowUserAuth:
		return in.PreferredChallenge == auth.FactorPassword || in.PreferredChallenge == auth.FactorPasswordSRP
	}
	return true
}
