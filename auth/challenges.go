package auth

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// challenges is the table of what each challenge asks a person, and of what the
// person's response is to the service.
var challenges = map[userpool.ChallengeName]struct {
	// next tells the step. Nothing but s decides it, so that a resumed flow says
	// what the first one said.
	next func(s *signInState) (NextSignInStep, error)

	// take turns a response into an answer, or into a state of our own and no
	// answer where the service need not know yet.
	take func(s signInState, response string, o ConfirmOptions) (signInState, *userpool.Answer, error)
}{
	userpool.SMSMFA:              {smsCode, takeText},
	userpool.SMSOTP:              {smsCode, takeText},
	userpool.EmailOTP:            {emailCode, takeText},
	userpool.SoftwareTokenMFA:    {totpCode, takeText},
	userpool.CustomChallenge:     {customChallenge, takeText},
	userpool.NewPasswordRequired: {newPassword, takeNewPassword},
	userpool.SelectMFAType:       {mfaSelection, takeMFAType},
	userpool.MFASetup:            {mfaSetup, takeMFASetup},
	userpool.SelectChallenge:     {factorSelection, takeFactor},
	userpool.PasswordFactor:      {passwordStep, takePassword},
	userpool.PasswordSRPFactor:   {passwordStep, takePassword},
	userpool.WebAuthn:            {passkey, takePasskey},
}

func smsCode(s *signInState) (NextSignInStep, error) {
	return NextSignInStep{Step: SignInSMSCode, Delivery: s.delivery()}, nil
}

func emailCode(s *signInState) (NextSignInStep, error) {
	return NextSignInStep{Step: SignInEmailCode, Delivery: s.delivery()}, nil
}

func totpCode(s *signInState) (NextSignInStep, error) {
	return NextSignInStep{Step: SignInTOTPCode, DeviceName: s.Challenge.Parameters["FRIENDLY_DEVICE_NAME"]}, nil
}

func customChallenge(s *signInState) (NextSignInStep, error) {
	return NextSignInStep{Step: SignInCustomChallenge, Parameters: maps.Clone(s.Challenge.Parameters)}, nil
}

func passwordStep(*signInState) (NextSignInStep, error) {
	return NextSignInStep{Step: SignInPassword}, nil
}

// newPassword: requiredAttributes is a JSON array of names with a prefix,
// userAttributes a JSON object. What cannot be read is left out: the service
// will name what it misses.
func newPassword(s *signInState) (NextSignInStep, error) {
	next := NextSignInStep{Step: SignInNewPassword}
	var required []string
	json.Unmarshal([]byte(s.Challenge.Parameters["requiredAttributes"]), &required)
	for _, name := range required {
		next.MissingAttributes = append(next.MissingAttributes, strings.TrimPrefix(name, "userAttributes."))
	}
	json.Unmarshal([]byte(s.Challenge.Parameters["userAttributes"]), &next.Attributes)
	return next, nil
}

func mfaSelection(s *signInState) (NextSignInStep, error) {
	return NextSignInStep{Step: SignInMFASelection, AllowedMFA: mfaTypes(s.Challenge.Parameters["MFAS_CAN_CHOOSE"])}, nil
}

// mfaSetup: by text message nobody can set up a second factor while signing in.
func mfaSetup(s *signInState) (NextSignInStep, error) {
	allowed := s.setups()
	switch {
	case len(allowed) == 0:
		return NextSignInStep{}, failureOf("", ErrSignIn, "The service offers no second factor that could be set up now.", "")
	case s.Setup == MFAEmail:
		return NextSignInStep{Step: SignInEmailSetup}, nil
	case s.Setup == MFATOTP && s.Secret != "":
		return NextSignInStep{Step: SignInTOTPSetup, TOTP: &TOTPSetup{Secret: s.Secret, Account: s.Username}}, nil
	}
	return NextSignInStep{Step: SignInMFASetupSelection, AllowedMFA: allowed}, nil
}

func factorSelection(s *signInState) (NextSignInStep, error) {
	if s.Factor != "" {
		return passwordStep(s)
	}
	return NextSignInStep{Step: SignInFactorSelection, Available: slices.Clone(s.Challenge.Available)}, nil
}

func passkey(s *signInState) (NextSignInStep, error) {
	if s.Factor != "" {
		return passwordStep(s)
	}
	options := []byte(s.Challenge.Parameters["CREDENTIAL_REQUEST_OPTIONS"])
	if !json.Valid(options) {
		return NextSignInStep{}, failure("", ErrInvalidPasskeyOptions)
	}
	return NextSignInStep{
		Step: SignInPasskey, Passkey: options, PasskeyError: s.passkeyErr, Available: slices.Clone(s.Challenge.Available),
	}, nil
}

func takeText(s signInState, response string, _ ConfirmOptions) (signInState, *userpool.Answer, error) {
	return s, &userpool.Answer{Text: response}, nil
}

func takeNewPassword(s signInState, response string, o ConfirmOptions) (signInState, *userpool.Answer, error) {
	s.keep(response)
	return s, &userpool.Answer{Text: response, UserAttributes: o.UserAttributes}, nil
}

func takeMFAType(s signInState, response string, _ ConfirmOptions) (signInState, *userpool.Answer, error) {
	for name, kind := range mfaNames {
		if MFAType(response) == kind {
			s.MFA = kind
			return s, &userpool.Answer{Text: name}, nil
		}
	}
	return s, nil, failure("", ErrIncorrectMFAMethod)
}

// takeMFASetup tells a choice, a code and an address apart by their looks, as
// Amplify does: so another choice can be made while an answer is awaited, and an
// address is one. A code is none before there is an app to have it from.
func takeMFASetup(s signInState, response string, o ConfirmOptions) (signInState, *userpool.Answer, error) {
	switch chosen, allowed := MFAType(response), s.setups(); {
	case slices.Contains(allowed, chosen):
		s.Setup, s.Secret = chosen, ""
		return s, nil, nil
	case s.Setup == MFATOTP && isDigits(response):
		return s, &userpool.Answer{Text: response, FriendlyDeviceName: o.FriendlyDeviceName}, nil
	case slices.Contains(allowed, MFAEmail) && strings.Contains(response, "@"):
		return s, &userpool.Answer{Text: response}, nil
	}
	return s, nil, failureOf("", ErrSignIn, "The answer fits no way to set up a second factor.",
		"Answer TOTP or EMAIL to choose, then the app's code or an e-mail address.")
}

// takeFactor: a password is asked for before the service hears of the choice.
func takeFactor(s signInState, response string, o ConfirmOptions) (signInState, *userpool.Answer, error) {
	if s.Factor != "" {
		s.keep(response)
		s.choose()
		return s, &userpool.Answer{Text: string(s.Factor), Password: response}, nil
	}
	s.First = Factor(response)
	if isPassword(s.First) {
		s.Factor = s.First
		return s, nil, nil
	}
	s.choose()
	return s, &userpool.Answer{Text: response}, nil
}

func takePassword(s signInState, response string, _ ConfirmOptions) (signInState, *userpool.Answer, error) {
	s.keep(response)
	s.First = s.Challenge.Name
	answer := &userpool.Answer{Text: string(s.Challenge.Name), Password: response}
	s.choose()
	return s, answer, nil
}

func takePasskey(s signInState, response string, o ConfirmOptions) (signInState, *userpool.Answer, error) {
	if s.Factor != "" || isFactor(Factor(response)) {
		return takeFactor(s, response, o)
	}
	return takeText(s, response, o)
}

var mfaNames = map[string]MFAType{
	string(userpool.SMSMFA):           MFASMS,
	string(userpool.SoftwareTokenMFA): MFATOTP,
	string(userpool.EmailOTP):         MFAEmail,
}

// mfaTypes reads a JSON array of the service's names. Unknown ones are left out.
func mfaTypes(list string) []MFAType {
	var names []string
	json.Unmarshal([]byte(list), &names)
	return mfaTypesOf(names)
}

func mfaTypesOf(names []string) (types []MFAType) {
	for _, name := range names {
		if kind, ok := mfaNames[name]; ok {
			types = append(types, kind)
		}
	}
	return types
}

func isPassword(f Factor) bool { return f == FactorPassword || f == FactorPasswordSRP }

func isFactor(f Factor) bool {
	return isPassword(f) || f == FactorEmailCode || f == FactorSMSCode || f == FactorPasskey || f == FactorTOTPCode
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
