// Package credential owns what people and clients prove themselves with:
// passwords, kept as sealed SRP verifiers, and client secrets. It makes,
// checks and seals; it stores nothing.
//
// A password that was imported is the hash that another system made of it,
// sealed as well, until its owner shows the password itself.
//
// A name that nobody has gets a verifier of its own, derived from a secret
// that never rotates: the same every time, and as dear to check as a real one.
//
// It may know keyring, srp and pool.
package credential
