package auth

// Codes of errors of the hosted pages, with Amplify's names.
const (
	// ErrOAuthNotConfigured: Config.OAuth is missing, or its Domain is no host
	// that may be asked: https, or a loopback address.
	ErrOAuthNotConfigured Code = "OAuthNotConfigureException"

	// ErrInvalidRedirect: no redirect URI is configured, or several are and none
	// was named.
	ErrInvalidRedirect Code = "InvalidRedirectException"

	// ErrRedirectNotConfigured: the redirect URI that was named is not in the
	// configuration.
	ErrRedirectNotConfigured Code = "InvalidPreferredRedirectUrlException"

	// ErrOAuthSignIn: the redirect came back with an error, or without a code (as
	// when the person gave up), the code was not taken, or the tokens are not to
	// be trusted. The error holds an *OAuthError if a server said why.
	ErrOAuthSignIn Code = "OAuthSignInException"

	// ErrOAuthState: the redirect that came back is not the one that was begun
	// here.
	ErrOAuthState Code = "oauthSignInError"
)

// OAuthError is what the hosted pages answered in the redirect, or the token
// endpoint to the code (RFC 6749, sections 4.1.2.1 and 5.2).
type OAuthError struct {
	Code        string // such as "access_denied" or "invalid_grant"
	Description string // in the server's words; anybody can put words into a redirect, so show them as text
}

// maxDescription bounds what is kept of the server's words, in bytes.
const maxDescription = 1000

func newOAuthError(code, description string) *OAuthError {
	return &OAuthError{Code: clip(code, maxDescription), Description: clip(description, maxDescription)}
}

func (e *OAuthError) Error() string {
	if e.Description == "" {
		return e.Code
	}
	return e.Code + ": " + e.Description
}

func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return s[:most]
}

// oauthFailure is ErrOAuthSignIn, because of cause.
func oauthFailure(message string, cause error) *Error {
	return &Error{Code: ErrOAuthSignIn, Message: message, Err: cause}
}
