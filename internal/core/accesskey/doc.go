// Package accesskey owns the keys that sign the calls of operators: who makes
// one, what it is good for, and its secret. A key is good for operations on
// pools, both named by patterns; an operation that names no pool needs the
// pattern *.
//
// Secrets are sealed for their key and its scope, so that whoever can write
// rows cannot widen one. A key that was found is remembered for CacheTime: so
// long a deleted one may still be good, on this node and on others.
//
// It knows store and keyring, and no signatures.
package accesskey
