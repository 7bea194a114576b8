// Package upload takes the file of an import at the address that its job has:
// one PUT, as a pre-signed address of an object store takes it. Who has the
// address needs no signature.
//
// It knows HTTP, the error kinds and a function that keeps what comes.
package upload
