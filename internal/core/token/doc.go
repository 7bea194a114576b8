// Package token makes and judges the three tokens of a signed-in user, and
// publishes what others need to judge two of them.
//
//	ID, access   RS256 JWTs, each signed by a key of its own of the pool
//	refresh      random text in the shape of a JWE; its SHA-256 names a row
//
// The tokens of one sign-in are a family: event_id in the JWTs is the family's
// name, so an access token dies with its family or with the user's token
// generation, whatever its time of issue. Refresh tokens are written by the
// caller in its own transaction.
//
// It knows keyring, store and the nouns. Subpackage testkeys holds fixed RSA
// keys for tests.
package token
