package auth

import (
	"github.com/cenote-auth/cenote/auth/userpool"
)

// signInState is all a SignInFlow knows. It is copied, changed and put back: a
// failed answer leaves no trace. Its maps and slices are never written to.
type signInState struct {
	Username  string            // as typed
	Flow      Flow              // it began with
	First     Factor            `json:",omitempty"` // the first factor, preferred or chosen, for Resend
	MFA       MFAType           `json:",omitempty"` // the second factor that was chosen, for Resend
	Metadata  map[string]string `json:",omitempty"` // of SignIn, for Resend
	Session   string            `json:",omitempty"` // of the sign-up that this continues
	Challenge *userpool.Challenge

	Factor Factor     `json:",omitempty"` // chosen; its password is awaited
	Setup  MFAType    `json:",omitempty"` // chosen; its code or address is awaited
	Secret string     `json:",omitempty"` // of the app that is being set up
	Ended  SignInStep `json:",omitempty"` // SignInConfirmSignUp or SignInResetPassword

	passkeyErr   error // of the provider
	keepPassword bool
	password     string // for Resend, if keepPassword
	remember     bool   // NextSignInStep.RememberDevice
	user         *User  // signed in
}

func (s *signInState) next() (NextSignInStep, error) {
	switch {
	case s.user != nil:
		return NextSignInStep{Step: SignInDone, RememberDevice: s.remember}, nil
	case s.Ended != "":
		return NextSignInStep{Step: s.Ended}, nil
	case s.Challenge == nil:
		return NextSignInStep{}, failure("", ErrSignIn)
	}
	row, ok := challenges[s.Challenge.Name]
	if !ok {
		return NextSignInStep{}, failureOf("", ErrSignIn, "The service asks what nobody here can answer: "+string(s.Challenge.Name)+".", "")
	}
	return row.next(s)
}

// arrive puts a new challenge in the place of the one before, with what was
// chosen for that. Where there is one way only to set up a second factor, it is
// chosen.
func (s *signInState) arrive(ch *userpool.Challenge) {
	s.Challenge, s.Factor, s.Setup, s.Secret, s.passkeyErr = ch, "", "", "", nil
	if ch.Name == userpool.MFASetup {
		if allowed := s.setups(); len(allowed) == 1 {
			s.Setup = allowed[0]
		}
	}
}

// choose makes the challenge one of choosing a factor, so that a passkey's can
// be answered by another factor.
func (s *signInState) choose() {
	ch := *s.Challenge
	ch.Name = userpool.SelectChallenge
	s.Challenge = &ch
}

// wantsSecret reports whether an app was chosen and has no secret yet.
func (s *signInState) wantsSecret() bool {
	return s.Challenge != nil && s.Challenge.Name == userpool.MFASetup && s.Setup == MFATOTP && s.Secret == ""
}

// setups are the second factors that can be set up while signing in.
func (s *signInState) setups() (allowed []MFAType) {
	for _, kind := range mfaTypes(s.Challenge.Parameters["MFAS_CAN_SETUP"]) {
		if kind != MFASMS {
			allowed = append(allowed, kind)
		}
	}
	return allowed
}

func (s *signInState) delivery() *CodeDelivery {
	return &CodeDelivery{
		Destination: s.Challenge.Parameters["CODE_DELIVERY_DESTINATION"],
		Medium:      s.Challenge.Parameters["CODE_DELIVERY_DELIVERY_MEDIUM"],
	}
}

// keep remembers a password that was typed, if that was asked for.
func (s *signInState) keep(password string) {
	if s.keepPassword {
		s.password = password
	}
}

// credentials begin the sign-in, or begin it again.
func (s *signInState) credentials() userpool.Credentials {
	return userpool.Credentials{
		Username:           s.Username,
		Password:           s.password,
		Flow:               s.Flow,
		PreferredChallenge: s.First,
		Session:            s.Session,
		ClientMetadata:     s.Metadata,
	}
}
