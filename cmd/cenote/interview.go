package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cenote-auth/cenote/auth"
)

// interview is a sign-in whose steps a person answers.
type interview struct {
	terminal *terminal
	client   *auth.Client

	shown string // the secret of an authenticator app that was shown last
}

// reply is a person's answer to a step.
type reply struct {
	text    string
	options auth.ConfirmOptions
	alone   bool // there was no other, so nobody was asked
	resend  bool // no reply, but another code is wanted
}

// questions ask what each step wants to know.
var questions = map[auth.SignInStep]func(*interview, context.Context, auth.NextSignInStep) (reply, error){
	auth.SignInSMSCode:           (*interview).sentCode,
	auth.SignInEmailCode:         (*interview).sentCode,
	auth.SignInTOTPCode:          (*interview).appCode,
	auth.SignInPassword:          (*interview).password,
	auth.SignInNewPassword:       (*interview).newPassword,
	auth.SignInFactorSelection:   (*interview).factor,
	auth.SignInMFASelection:      (*interview).secondFactor,
	auth.SignInMFASetupSelection: (*interview).secondFactor,
	auth.SignInTOTPSetup:         (*interview).setUpApp,
	auth.SignInEmailSetup:        (*interview).setUpEmail,
	auth.SignInCustomChallenge:   (*interview).customChallenge,
	auth.SignInPasskey:           (*interview).passkey,
}

// answer asks what a step wants to know and hands the reply on. What the
// service takes for a slip is said, and can be tried again.
func (i *interview) answer(ctx context.Context, flow *auth.SignInFlow, next auth.NextSignInStep) error {
	ask, ok := questions[next.Step]
	if !ok {
		return fmt.Errorf("this program has no way to answer %s", next.Step)
	}
	r, err := ask(i, ctx, next)
	if err != nil {
		return err
	}
	if r.resend {
		err = flow.Resend(ctx)
	} else {
		err = flow.Confirm(ctx, r.text, &r.options)
	}
	if (isSlip(err) || isUsedUp(next, err) || isMisfit(next, err)) && !r.alone {
		i.terminal.say("%s", printable(describe(err)))
		return nil
	}
	return err
}

// slips are the codes of errors after which the same step can be answered again.
var slips = []auth.Code{
	auth.ErrCodeMismatch, auth.ErrInvalidPassword, auth.ErrInvalidParameter, auth.ErrIncorrectMFAMethod,
	auth.ErrPasswordHistory, "EnableSoftwareTokenMFAException",
}

func isSlip(err error) bool {
	return slices.ContainsFunc(slips, func(code auth.Code) bool { return errors.Is(err, code) })
}

// isUsedUp reports whether an app's code was given before: the app has another in
// half a minute.
func isUsedUp(next auth.NextSignInStep, err error) bool {
	return (next.Step == auth.SignInTOTPCode || next.Step == auth.SignInTOTPSetup) && errors.Is(err, auth.ErrCodeExpired)
}

// isMisfit reports whether an answer was neither a code of digits nor an address
// where one of the two was asked for.
func isMisfit(next auth.NextSignInStep, err error) bool {
	return (next.Step == auth.SignInTOTPSetup || next.Step == auth.SignInEmailSetup) && errors.Is(err, auth.ErrSignIn)
}

// confirmSignUp asks for the code of a sign-up that was not confirmed.
func (i *interview) confirmSignUp(ctx context.Context, flow *auth.SignInFlow) error {
	i.terminal.say("The sign-up of %s is not confirmed yet.", flow.Username())
	for {
		code, err := i.terminal.ask(ctx, "Code that was sent (nothing to have one sent): ")
		if err != nil {
			return err
		}
		if code == "" {
			if err := flow.Resend(ctx); err != nil {
				return err
			}
			continue
		}
		_, err = i.client.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{Username: flow.Username(), Code: code})
		if !isSlip(err) && !errors.Is(err, auth.ErrCodeExpired) {
			return err
		}
		i.terminal.say("%s", printable(describe(err)))
	}
}

// ask returns the answer to one question.
func (i *interview) ask(ctx context.Context, question string) (reply, error) {
	text, err := i.terminal.askUntil(ctx, question)
	return reply{text: text}, err
}

func (i *interview) sentCode(ctx context.Context, next auth.NextSignInStep) (reply, error) {
	to := ""
	if next.Delivery != nil && next.Delivery.Destination != "" {
		to = " to " + printable(next.Delivery.Destination)
	}
	text, err := i.terminal.ask(ctx, "Code that was sent"+to+" (nothing to have another sent): ")
	return reply{text: text, resend: text == ""}, err
}

func (i *interview) appCode(ctx context.Context, next auth.NextSignInStep) (reply, error) {
	app := "your authenticator app"
	if next.DeviceName != "" {
		app += " " + printable(next.DeviceName)
	}
	return i.ask(ctx, "Code of "+app+": ")
}

func (i *interview) password(ctx context.Context, _ auth.NextSignInStep) (reply, error) {
	text, err := i.terminal.secret(ctx, "Password: ")
	return reply{text: text}, err
}

// newPassword asks for that, and for attributes that are missing.
func (i *interview) newPassword(ctx context.Context, next auth.NextSignInStep) (reply, error) {
	i.terminal.say("A new password has to be set.")
	text, err := i.chosenPassword(ctx)
	r := reply{text: text}
	for _, name := range next.MissingAttributes {
		if err != nil {
			break
		}
		if r.options.UserAttributes == nil {
			r.options.UserAttributes = map[string]string{}
		}
		r.options.UserAttributes[name], err = i.terminal.askUntil(ctx, "Your "+printable(name)+": ")
	}
	return r, err
}

// chosenPassword asks twice where a person could have mistyped.
func (i *interview) chosenPassword(ctx context.Context) (string, error) {
	for {
		text, err := i.terminal.secret(ctx, "New password: ")
		if err != nil || !i.terminal.interactive() {
			return text, err
		}
		repeated, err := i.terminal.secret(ctx, "Once more: ")
		if err != nil || repeated == text {
			return text, err
		}
		i.terminal.say("The two differ.")
	}
}

func (i *interview) factor(ctx context.Context, next auth.NextSignInStep) (reply, error) {
	return choose(ctx, i.terminal, "How do you sign in?", next.Available, factorNames)
}

func (i *interview) secondFactor(ctx context.Context, next auth.NextSignInStep) (reply, error) {
	question := "Which second factor?"
	if next.Step == auth.SignInMFASetupSelection {
		question = "A second factor has to be set up. Which?"
	}
	return choose(ctx, i.terminal, question, next.AllowedMFA, mfaNames)
}

var factorNames = map[auth.Factor]string{
	auth.FactorPassword:    "with the password, which is sent",
	auth.FactorPasswordSRP: "with the password",
	auth.FactorEmailCode:   "with a code by e-mail",
	auth.FactorSMSCode:     "with a code by text message",
	auth.FactorPasskey:     "with a passkey, in a browser",
	auth.FactorTOTPCode:    "with the code of an authenticator app",
}

var mfaNames = map[auth.MFAType]string{
	auth.MFASMS:   "a code by text message",
	auth.MFATOTP:  "the code of an authenticator app",
	auth.MFAEmail: "a code by e-mail",
}

// choose asks for one of a list, by its number or its name. With one there is
// nothing to ask; with none any name is taken, for the service to judge.
func choose[T ~string](ctx context.Context, t *terminal, question string, from []T, names map[T]string) (reply, error) {
	if len(from) == 1 {
		return reply{text: string(from[0]), alone: true}, nil
	}
	t.say("%s", question)
	for n, option := range from {
		t.say("  %d  %s  %s", n+1, printable(string(option)), names[option])
	}
	for {
		text, err := t.askUntil(ctx, "Number or name: ")
		if err != nil {
			return reply{}, err
		}
		if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(from) {
			return reply{text: string(from[n-1])}, nil
		}
		if option := T(strings.ToUpper(text)); slices.Contains(from, option) || len(from) == 0 {
			return reply{text: string(option)}, nil
		}
		t.say("There is no %q.", text)
	}
}

// setUpApp shows the secret for an authenticator app, once, and asks for the
// app's first code.
func (i *interview) setUpApp(ctx context.Context, next auth.NextSignInStep) (reply, error) {
	if i.shown != next.TOTP.Secret {
		code, err := qrCode(next.TOTP.URI("cenote "+i.client.Config().UserPoolID, ""), i.terminal.interactive())
		if err != nil {
			return reply{}, err
		}
		i.terminal.say("Scan this with an authenticator app, or type the secret into it.\n\n%s\n  %s\n", code, printable(next.TOTP.Secret))
		i.shown = next.TOTP.Secret
	}
	return i.ask(ctx, "Code that the app shows: ")
}

func (i *interview) setUpEmail(ctx context.Context, _ auth.NextSignInStep) (reply, error) {
	return i.ask(ctx, "E-mail address for codes: ")
}

// rememberDevice asks whether to remember this device. Nothing, or no more input,
// is a no; trouble at the service is no reason to sign nobody in.
func (i *interview) rememberDevice(ctx context.Context) error {
	answer, err := i.terminal.ask(ctx, "Remember this device? (y/n) ")
	if err != nil && !errors.Is(err, errNoAnswer) {
		return err
	}
	if !slices.Contains([]string{"y", "yes"}, strings.ToLower(answer)) {
		return nil
	}
	if err := i.client.RememberDevice(ctx); err != nil {
		i.terminal.say("The device is not remembered: %s", printable(describe(err)))
	}
	return nil
}

// customChallenge shows what the pool's trigger sent for people to see.
func (i *interview) customChallenge(ctx context.Context, next auth.NextSignInStep) (reply, error) {
	for _, name := range slices.Sorted(maps.Keys(next.Parameters)) {
		i.terminal.say("%s: %s", printable(name), printable(next.Parameters[name]))
	}
	return i.ask(ctx, "Answer: ")
}
