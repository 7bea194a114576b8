// Package oauthtest is a user pool with hosted pages, for tests: the OAuth
// endpoints as RFC 6749, RFC 7636, RFC 7009 and OpenID Connect Core describe
// them, the key set, and the two operations that refresh and revoke what came
// from there. Everybody who is sent to its pages is signed in at once.
//
// It knows none of the packages it tests.
package oauthtest
