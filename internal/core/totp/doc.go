// Package totp is the software token of a user: a seed that an authenticator
// app keeps too, and the one-time passwords that both make of it and of the
// time. It makes seeds, seals them for the store, and says of which time step
// a password is.
//
// That each password is good once is up to the store, which keeps the last
// time step that was used; how often one may be tried is up to package limit.
//
// It knows keyring.
package totp
