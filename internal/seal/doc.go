// Package seal keeps secrets: it encrypts what lies in the database or
// travels through a client (Box), and hashes under a key what only has to be
// recognised (MAC).
//
// A Key comes from outside or from NewKey, is narrowed to one use with Derive,
// and gives a Box, which seals with XAES-256-GCM (c2sp.org/XAES-256-GCM), so
// that its random nonces may be drawn without counting. A sealed blob is
//
//	version 1 | key id 4, big-endian | nonce 24 | ciphertext | tag 16
//
// Version and key id are authenticated with the caller's context, which is
// not stored: a blob opens only where it was meant to be. Who holds which
// keys, and when they change, is decided elsewhere.
//
// The package stands on the ground: it imports the standard library only.
package seal
