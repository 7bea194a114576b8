// Package wellknown publishes what a verifier of tokens reads about a pool:
//
//	GET /{poolId}/.well-known/jwks.json
//	GET /{poolId}/.well-known/openid-configuration
//
// Pages of every origin may read both. They may be kept for 5 minutes, so a
// new signing key has to be published at least that long before its first use.
// The package knows HTTP, the error kinds and an interface to who makes the
// documents.
package wellknown
