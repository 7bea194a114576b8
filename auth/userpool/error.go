package userpool

import "fmt"

// Code names an error as the service or Amplify names it. It is itself an
// error, for errors.Is:
//
//	if errors.Is(err, userpool.ErrCodeMismatch) { … }
type Code string

func (c Code) Error() string { return string(c) }

// Error is an error of the service, of the way to it, or of the input.
type Error struct {
	Op         string // the function that failed, such as "SignIn"; empty at the lowest level
	Code       Code   // such as "CodeMismatchException"
	Message    string // in the service's own words, a trigger's text included
	Hint       string // what to do about it, if there is something to say (Amplify's recoverySuggestion)
	RequestID  string // of the service, for its log
	HTTPStatus int    // of the answer; 0 if there was none
	Err        error  // what it came from, such as the SDK's error
}

func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %s", e.Code, e.Message)
	if e.Op != "" {
		return e.Op + ": " + s
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is e's Code.
func (e *Error) Is(target error) bool {
	c, ok := target.(Code)
	return ok && c == e.Code
}

// Codes of the service that callers tell apart, and those made here. Every
// other code of the service can be written as Code("…").
const (
	ErrAliasExists           Code = "AliasExistsException"
	ErrCodeDelivery          Code = "CodeDeliveryFailureException"
	ErrCodeExpired           Code = "ExpiredCodeException"
	ErrCodeMismatch          Code = "CodeMismatchException"
	ErrInvalidParameter      Code = "InvalidParameterException"
	ErrInvalidPassword       Code = "InvalidPasswordException"
	ErrLambdaValidation      Code = "UserLambdaValidationException"
	ErrLimitExceeded         Code = "LimitExceededException"
	ErrNotAuthorized         Code = "NotAuthorizedException"
	ErrPasswordHistory       Code = "PasswordHistoryPolicyViolationException"
	ErrPasswordResetRequired Code = "PasswordResetRequiredException"
	ErrRefreshTokenReuse     Code = "RefreshTokenReuseException"
	ErrResourceNotFound      Code = "ResourceNotFoundException"
	ErrTooManyFailedAttempts Code = "TooManyFailedAttemptsException"
	ErrTooManyRequests       Code = "TooManyRequestsException"
	ErrUserNotConfirmed      Code = "UserNotConfirmedException"
	ErrUserNotFound          Code = "UserNotFoundException"
	ErrUsernameExists        Code = "UsernameExistsException"

	ErrNetwork Code = "NetworkError" // the service could not be reached, or did not answer
	ErrUnknown Code = "Unknown"      // neither the service nor the network: Err says what
)
