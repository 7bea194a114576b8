package pool

// Kind says what went wrong in a way that each endpoint can put into its own
// words: an exception of the API, an error code of OAuth, a sentence on a page.
type Kind int

// The kinds of error. Internal is the zero value: what has no kind is ours to
// mend and none of the caller's business.
const (
	Internal Kind = iota
	InvalidParameter
	InvalidPassword
	PasswordHistory // the new password is a former one
	NotFound        // a pool, a client or another resource
	UserNotFound
	UsernameExists
	AliasExists
	NotAuthorized
	UserNotConfirmed
	PasswordResetRequired
	CodeMismatch
	ExpiredCode
	LimitExceeded
	UnsupportedUserState
	Unauthorized
	UnsupportedOperation
	UnsupportedTokenType
	InvalidOAuthFlow
	ScopeDoesNotExist
	UserLambdaValidation
	UnexpectedLambda
	InvalidLambdaResponse
	FeatureUnavailableInTier
	UserPoolTagging
	ConcurrentModification
	GroupExists
	TooManyRequests
	DuplicateProvider
	BrandingExists
	TermsExist
	OperationNotEnabled
	PreconditionNotMet
	UserImportInProgress
	ServiceQuotaExceeded
	AddOnNotEnabled       // what the pool has switched off
	RefreshTokenReuse     // a refresh token that was replaced a while ago
	NoSoftwareToken       // none is associated, or the pool knows none
	SoftwareTokenMismatch // the first password of a new software token is wrong
	DeviceKeyExists       // a device is confirmed already
	WebAuthnNotEnabled
	WebAuthnConfigurationMissing
	WebAuthnChallengeNotFound
	WebAuthnClientMismatch
	WebAuthnCredentialNotSupported
	WebAuthnOriginNotAllowed
	WebAuthnRelyingPartyMismatch
	NotBuilt // a setting that the service has and this server cannot obey yet
)

// Error is an error that a caller may see. Message goes to the caller as it
// is, in the service's words; Err is the cause, for the log alone.
type Error struct {
	Kind    Kind
	Message string
	Err     error
}

// E returns an error of a kind with the words that the caller will see.
func E(kind Kind, message string) *Error { return &Error{Kind: kind, Message: message} }

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Message + ": " + e.Err.Error()
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, pool.E(kind, "")) ask for the kind alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && (t.Message == "" || t.Message == e.Message)
}
