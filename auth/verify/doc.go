// Package verify checks the tokens of a user pool without asking the pool: the
// signature against the pool's published keys (its JWKS), then who issued the
// token, for which app client, for what use and until when. It works for Amazon
// Cognito and for Cenote.
//
//	v, err := verify.New(verify.Options{
//		UserPoolID: "eu-west-1_AbCdEf123",
//		ClientIDs:  []string{"1example23456789"},
//	})
//	...
//	claims, err := v.Verify(ctx, raw, verify.Access)
//
// A token that verifies may have been revoked since: only the service knows. It
// stays good here until it expires.
//
// What is wrong with a token is a Fault, and every Fault is ErrInvalid. That the
// keys could not be had is ErrKeysUnavailable, and says nothing of the token.
//
// The package knows the key set, and nothing of sign-ins or sessions.
package verify
