package auth

import (
	"errors"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// Error is what every function of this package fails with: Op is the function,
// Code what went wrong in Amplify's and the service's words.
type Error = userpool.Error

// Code names an error as Amplify and the service name it. It is itself an
// error, for errors.Is.
type Code = userpool.Code

// Codes of errors that are found here, before or after any request. Their
// values are the names of Amplify's errors.
const (
	ErrEmptySignUpUsername        Code = "EmptySignUpUsername"
	ErrEmptySignUpPassword        Code = "EmptySignUpPassword" // the pool has no users without one
	ErrEmptyConfirmSignUpUsername Code = "EmptyConfirmSignUpUsername"
	ErrEmptyConfirmSignUpCode     Code = "EmptyConfirmSignUpCode"
	ErrEmptySignInUsername        Code = "EmptySignInUsername"
	ErrEmptySignInPassword        Code = "EmptySignInPassword"
	ErrCustomAuthPassword         Code = "CustomAuthSignInPassword" // a password given to FlowCustom
	ErrInvalidPreferredChallenge  Code = "InvalidPreferredChallenge"
	ErrEmptyChallengeResponse     Code = "EmptyChallengeResponse"
	ErrIncorrectMFAMethod         Code = "IncorrectMFAMethod" // not one of SMS, TOTP, EMAIL

	ErrEmptyResetPasswordUsername           Code = "EmptyResetPasswordUsername"
	ErrEmptyConfirmResetPasswordUsername    Code = "EmptyConfirmResetPasswordUsername"
	ErrEmptyConfirmResetPasswordNewPassword Code = "EmptyConfirmResetPasswordNewPassword"
	ErrEmptyConfirmResetPasswordCode        Code = "EmptyConfirmResetPasswordConfirmationCode"
	ErrEmptyUpdatePassword                  Code = "EmptyUpdatePassword" // one of the two
	ErrEmptyConfirmUserAttributeCode        Code = "EmptyConfirmUserAttributeCode"
	ErrEmptyVerifyTOTPSetupCode             Code = "EmptyVerifyTOTPSetupCode"
	ErrSetUpTOTP                            Code = "SetUpTOTPException" // the service gave no secret

	// ErrDeviceMetadataNotFound: nothing is stored by which this device could
	// prove itself.
	ErrDeviceMetadataNotFound = userpool.ErrDeviceMetadataNotFound

	// ErrSignIn: the sign-in cannot go on from here, or not with this answer.
	ErrSignIn = userpool.ErrSignIn

	// ErrSignInInterrupted: the service signed the user in, and the storage did
	// not keep the tokens.
	ErrSignInInterrupted Code = "UnexpectedSignInInterruptionException"

	// ErrAutoSignIn: the automatic sign-in was not asked for, is not due yet, is
	// over, or the link was not followed in time.
	ErrAutoSignIn Code = "AutoSignInException"

	// ErrAlreadySignedIn: see Options.ReplaceSession.
	ErrAlreadySignedIn Code = "UserAlreadyAuthenticatedException"

	// ErrNotSignedIn: nobody is signed in.
	ErrNotSignedIn = userpool.ErrNoUser

	// ErrSessionExpired: the service ended the session, which is gone from the
	// storage. Err is the service's error.
	ErrSessionExpired = userpool.ErrSessionExpired

	// ErrTokenRefresh: the tokens are over, and came without a refresh token.
	ErrTokenRefresh = userpool.ErrTokenRefresh

	// ErrConfig: the user pool's or app client's id is missing.
	ErrConfig Code = "AuthUserPoolException"
)

// Codes of what goes wrong with a passkey. A PasskeyProvider returns those that it
// can tell, as they are or wrapped.
const (
	ErrPasskeyNotSupported           Code = "PasskeyNotSupported" // nothing here has passkeys
	ErrPasskeyAlreadyExists          Code = "PasskeyAlreadyExists"
	ErrPasskeyRegistrationCanceled   Code = "PasskeyRegistrationCanceled"
	ErrPasskeyRegistrationFailed     Code = "PasskeyRegistrationFailed"
	ErrPasskeyAuthenticationCanceled Code = "PasskeyAuthenticationCanceled"
	ErrPasskeyRetrievalFailed        Code = "PasskeyRetrievalFailed"
	ErrPasskeyOperationAborted       Code = "PasskeyOperationAborted" // a context ended
	ErrRelyingPartyMismatch          Code = "RelyingPartyMismatch"    // the pool's passkeys are for other sites

	// The service sent no options, or none that could be meant.
	ErrInvalidPasskeyOptions             Code = "InvalidPasskeyAuthenticationOptions"
	ErrInvalidPasskeyRegistrationOptions Code = "InvalidPasskeyRegistrationOptions"
)

// Codes of errors from package userpool: those of the service that callers tell
// apart, and those of the way to it. Any other code of the service can be
// written as Code("…").
const (
	ErrAliasExists           = userpool.ErrAliasExists
	ErrCodeDelivery          = userpool.ErrCodeDelivery
	ErrCodeExpired           = userpool.ErrCodeExpired
	ErrCodeMismatch          = userpool.ErrCodeMismatch
	ErrInvalidParameter      = userpool.ErrInvalidParameter
	ErrInvalidPassword       = userpool.ErrInvalidPassword
	ErrLambdaValidation      = userpool.ErrLambdaValidation
	ErrLimitExceeded         = userpool.ErrLimitExceeded
	ErrNotAuthorized         = userpool.ErrNotAuthorized
	ErrPasswordHistory       = userpool.ErrPasswordHistory
	ErrPasswordResetRequired = userpool.ErrPasswordResetRequired
	ErrRefreshTokenReuse     = userpool.ErrRefreshTokenReuse
	ErrResourceNotFound      = userpool.ErrResourceNotFound
	ErrSoftwareToken         = userpool.ErrSoftwareToken // the code of a new authenticator app is wrong
	ErrTooManyFailedAttempts = userpool.ErrTooManyFailedAttempts
	ErrTooManyRequests       = userpool.ErrTooManyRequests
	ErrUserNotConfirmed      = userpool.ErrUserNotConfirmed
	ErrUserNotFound          = userpool.ErrUserNotFound
	ErrUsernameExists        = userpool.ErrUsernameExists

	ErrNetwork = userpool.ErrNetwork // no answer; a context that ended shows by errors.Is as well
	ErrUnknown = userpool.ErrUnknown // neither the service nor the network: Err says what
)

// texts are the message and the hint of each error made here.
var texts = map[Code]struct{ message, hint string }{
	ErrConfig:                     {"The configuration lacks the user pool's or the app client's id.", "Set Config.UserPoolID and Config.ClientID, or use ReadConfig."},
	ErrEmptySignUpUsername:        {"A user name is needed.", ""},
	ErrEmptySignUpPassword:        {"A password is needed.", "Only pools with a passwordless first factor have users without a password."},
	ErrEmptyConfirmSignUpUsername: {"A user name is needed.", ""},
	ErrEmptyConfirmSignUpCode:     {"The code that was sent is needed.", ""},
	ErrEmptySignInUsername:        {"A user name is needed.", ""},
	ErrEmptySignInPassword:        {"A password is needed.", "Only FlowCustom, and FlowUserAuth with another first factor, go without."},
	ErrCustomAuthPassword:         {"FlowCustom takes no password.", "Leave the password out, or use FlowCustomSRP."},
	ErrInvalidPreferredChallenge:  {"The configuration does not offer the preferred challenge.", "Prefer a factor that Config.Passwordless has, or enable it in the pool."},
	ErrEmptyChallengeResponse:     {"An answer is needed.", ""},
	ErrIncorrectMFAMethod:         {"There is no such kind of second factor.", "Answer SMS, TOTP or EMAIL."},
	ErrSignIn:                     {"The sign-in cannot go on from here.", "Begin again with SignIn."},
	ErrSignInInterrupted:          {"The user was signed in, and the storage did not keep the tokens.", "Look at the storage: it must give back what was saved."},
	ErrAutoSignIn:                 {"No automatic sign-in is waiting.", "Sign up with SignUpInput.AutoSignIn, confirm, and call AutoSignIn once; or call SignIn."},
	ErrAlreadySignedIn:            {"Somebody is signed in already.", "Call SignOut first, or set Options.ReplaceSession."},
	ErrNotSignedIn:                {"Nobody is signed in.", "Sign in first."},

	ErrEmptyResetPasswordUsername:           {"A user name is needed.", ""},
	ErrEmptyConfirmResetPasswordUsername:    {"A user name is needed.", ""},
	ErrEmptyConfirmResetPasswordNewPassword: {"A new password is needed.", ""},
	ErrEmptyConfirmResetPasswordCode:        {"The code that was sent is needed.", ""},
	ErrEmptyUpdatePassword:                  {"Both the old password and the new one are needed.", "A user who has no password yet is given one by Client.Pool and userpool.Pool.ChangePassword."},
	ErrEmptyConfirmUserAttributeCode:        {"The code that was sent is needed.", ""},
	ErrEmptyVerifyTOTPSetupCode:             {"The code that the app shows is needed.", ""},
	ErrSetUpTOTP:                            {"The service gave no secret for an authenticator app.", ""},
	ErrDeviceMetadataNotFound:               {"This device is not registered.", "Only a pool that remembers devices registers one, at a sign-in."},

	ErrPasskeyNotSupported:               {"There are no passkeys here.", "Set Options.Passkeys."},
	ErrPasskeyRegistrationFailed:         {"No passkey could be made.", ""},
	ErrPasskeyRetrievalFailed:            {"No passkey could be used.", ""},
	ErrPasskeyOperationAborted:           {"The passkey was not waited for.", ""},
	ErrInvalidPasskeyOptions:             {"The service sent no options for the passkey.", ""},
	ErrInvalidPasskeyRegistrationOptions: {"The service sent no options for a new passkey.", ""},
}

// failure is the error of the function op that is known to this package.
func failure(op string, code Code) *Error {
	return &Error{Op: op, Code: code, Message: texts[code].message, Hint: texts[code].hint}
}

// failureOf is a failure in other words.
func failureOf(op string, code Code, message, hint string) *Error {
	return &Error{Op: op, Code: code, Message: message, Hint: hint}
}

// named returns err as an error of the function op. What is no *Error yet came
// from a storage or a context, and becomes ErrUnknown.
func named(op string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := err.(*Error); ok {
		out := *e
		out.Op = op
		return &out
	}
	code := ErrUnknown
	if inner, ok := errors.AsType[*Error](err); ok {
		code = inner.Code
	}
	return &Error{Op: op, Code: code, Message: err.Error(), Err: err}
}

// codeOf returns the code in err, "" if there is none.
func codeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}
