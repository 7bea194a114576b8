package verify

import "errors"

// ErrInvalid is what every Fault is, for errors.Is: the token must not be
// accepted.
var ErrInvalid = errors.New("invalid token")

// ErrKeysUnavailable is in the error when the pool's keys could not be fetched
// and no usable ones are at hand. The token may be good; ask again later.
var ErrKeysUnavailable = errors.New("the keys of the user pool are unavailable")

// Fault is what is wrong with a token: an error to compare with errors.Is.
type Fault string

// What can be wrong, in the order in which it is looked for: a token that is
// ErrExpired is genuine, and was meant for this use and client.
const (
	ErrMalformed   Fault = "token is malformed"                // not three parts of base64url, too long, not JSON, or a claim of the wrong type
	ErrAlgorithm   Fault = "token is not signed by RS256"      // whatever else its header asks for
	ErrUnknownKey  Fault = "token is signed by an unknown key" // its kid is not in the key set
	ErrSignature   Fault = "token has a wrong signature"       // changed, or forged
	ErrIssuer      Fault = "token is of another issuer"        // iss
	ErrUse         Fault = "token is for another use"          // token_use: an ID token in an access token's place, or the reverse
	ErrClient      Fault = "token is of another app client"    // client_id of access tokens, aud of ID tokens
	ErrNotYetValid Fault = "token is not valid yet"            // nbf or iat lie ahead
	ErrExpired     Fault = "token has expired"                 // exp
)

func (f Fault) Error() string { return string(f) }

// Is reports whether target is ErrInvalid.
func (f Fault) Is(target error) bool { return target == ErrInvalid }
