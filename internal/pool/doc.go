// Package pool holds the nouns of a user pool (pool, client, user, schema,
// password policy) and their pure rules, and the kinds of error that a caller
// may see. It does no I/O, reads no clock and knows no other package of ours.
//
// Values read from the store are shared between requests: treat a *Pool and a
// *Client as read-only and copy before changing.
package pool
