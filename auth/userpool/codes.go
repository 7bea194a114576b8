package userpool

// Codes that are made here, under Amplify's names.
const (
	ErrInvalidUserPoolID      Code = "InvalidUserPoolId"
	ErrInvalidTokens          Code = "InvalidTokens"                   // the service sent no access token, or none that can be read
	ErrSignIn                 Code = "SignInException"                 // the sign-in cannot go on from here: an answer that fits no challenge, or a challenge nobody can answer
	ErrEmptyUserIDForSRP      Code = "EmptyUserIdForSRPException"      // the service asked for a proof and did not say whose
	ErrDeviceMetadataNotFound Code = "DeviceMetadataNotFoundException" // the service asked for a device's proof that the storage has no keys for
	ErrSoftwareToken          Code = "EnableSoftwareTokenMFAException" // the code of a new software token is wrong; the service's own code too
)

// fault makes an error of our own.
func fault(code Code, message string, cause error) *Error {
	return &Error{Code: code, Message: message, Err: cause}
}
