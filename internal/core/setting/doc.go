// Package setting gives what administrators set up in a pool beside its users
// its types: the store keeps rows of JSON by kind, and here each kind has the
// noun of package pool that its rows hold. Flows and pages read and write
// settings through it, so that nobody else knows how a row looks.
//
// What is secret in a setting is sealed, bound to its pool, its kind and its
// ID. The package knows keyring, store and pool.
package setting
