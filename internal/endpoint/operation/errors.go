package operation

import (
	"errors"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/pool"
)

// exceptions is the one table from a kind of error to its name on the wire.
var exceptions = map[pool.Kind]string{
	pool.InvalidParameter:               api.ErrInvalidParameterException,
	pool.InvalidPassword:                api.ErrInvalidPasswordException,
	pool.PasswordHistory:                api.ErrPasswordHistoryPolicyViolationException,
	pool.NotFound:                       api.ErrResourceNotFoundException,
	pool.UserNotFound:                   api.ErrUserNotFoundException,
	pool.UsernameExists:                 api.ErrUsernameExistsException,
	pool.AliasExists:                    api.ErrAliasExistsException,
	pool.NotAuthorized:                  api.ErrNotAuthorizedException,
	pool.UserNotConfirmed:               api.ErrUserNotConfirmedException,
	pool.PasswordResetRequired:          api.ErrPasswordResetRequiredException,
	pool.CodeMismatch:                   api.ErrCodeMismatchException,
	pool.ExpiredCode:                    api.ErrExpiredCodeException,
	pool.LimitExceeded:                  api.ErrLimitExceededException,
	pool.UnsupportedUserState:           api.ErrUnsupportedUserStateException,
	pool.Unauthorized:                   api.ErrUnauthorizedException,
	pool.UnsupportedOperation:           api.ErrUnsupportedOperationException,
	pool.UnsupportedTokenType:           api.ErrUnsupportedTokenTypeException,
	pool.InvalidOAuthFlow:               api.ErrInvalidOAuthFlowException,
	pool.ScopeDoesNotExist:              api.ErrScopeDoesNotExistException,
	pool.FeatureUnavailableInTier:       api.ErrFeatureUnavailableInTierException,
	pool.UserLambdaValidation:           api.ErrUserLambdaValidationException,
	pool.UnexpectedLambda:               api.ErrUnexpectedLambdaException,
	pool.InvalidLambdaResponse:          api.ErrInvalidLambdaResponseException,
	pool.UserPoolTagging:                api.ErrUserPoolTaggingException,
	pool.ConcurrentModification:         api.ErrConcurrentModificationException,
	pool.GroupExists:                    api.ErrGroupExistsException,
	pool.TooManyRequests:                api.ErrTooManyRequestsException,
	pool.DuplicateProvider:              api.ErrDuplicateProviderException,
	pool.PreconditionNotMet:             api.ErrPreconditionNotMetException,
	pool.UserImportInProgress:           api.ErrUserImportInProgressException,
	pool.BrandingExists:                 api.ErrManagedLoginBrandingExistsException,
	pool.TermsExist:                     api.ErrTermsExistsException,
	pool.OperationNotEnabled:            api.ErrOperationNotEnabledException,
	pool.ServiceQuotaExceeded:           api.ErrServiceQuotaExceededException,
	pool.AddOnNotEnabled:                api.ErrUserPoolAddOnNotEnabledException,
	pool.RefreshTokenReuse:              api.ErrRefreshTokenReuseException,
	pool.NoSoftwareToken:                api.ErrSoftwareTokenMFANotFoundException,
	pool.SoftwareTokenMismatch:          api.ErrEnableSoftwareTokenMFAException,
	pool.DeviceKeyExists:                api.ErrDeviceKeyExistsException,
	pool.WebAuthnNotEnabled:             api.ErrWebAuthnNotEnabledException,
	pool.WebAuthnConfigurationMissing:   api.ErrWebAuthnConfigurationMissingException,
	pool.WebAuthnChallengeNotFound:      api.ErrWebAuthnChallengeNotFoundException,
	pool.WebAuthnClientMismatch:         api.ErrWebAuthnClientMismatchException,
	pool.WebAuthnCredentialNotSupported: api.ErrWebAuthnCredentialNotSupportedException,
	pool.WebAuthnOriginNotAllowed:       api.ErrWebAuthnOriginNotAllowedException,
	pool.WebAuthnRelyingPartyMismatch:   api.ErrWebAuthnRelyingPartyMismatchException,
	pool.NotBuilt:                       NotImplemented,
}

// NotImplemented is the name of our own exception, with HTTP 501, for what the
// service can and this server cannot yet.
const NotImplemented = "NotImplementedException"

// Exception returns what err is called on the wire and the words for the
// caller; false for an error that is ours to mend, which gets no words.
func Exception(err error) (name, message string, ok bool) {
	if e, ok := errors.AsType[*NotImplementedError](err); ok {
		return NotImplemented, e.Error(), true
	}
	e, ok := errors.AsType[*pool.Error](err)
	if !ok || exceptions[e.Kind] == "" {
		return "", "", false
	}
	return exceptions[e.Kind], e.Message, true
}
