// Package storage keeps a session's texts: tokens, the name of the last user,
// the keys of the device. It owns where they lie and that they are never half
// written; what they are called and what they mean is package userpool's.
//
//	NewMemory     nowhere: gone with the program
//	OpenFile      a file that only its owner can read, shared by processes
//	OpenKeyring   the same, sealed under a key in the operating system's keyring
//	NewKeyValue   a store of your own that sets one text at a time
//
// A database or a session server of your own is best reached by implementing
// Storage; package storagetest checks that it keeps the promises.
//
// The names of the texts are those of the JavaScript libraries, so a store that
// both can reach carries a session from one to the other. There is no cache in
// front of a slow store: another process may have changed the tokens, and a
// refresh that starts from a stale copy can end the session.
package storage
