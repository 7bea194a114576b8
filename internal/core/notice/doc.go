// Package notice composes the messages that carry codes and invitations the way
// a pool's functions want them: in the words of CustomMessage, or handed to a
// custom sender instead of being sent.
//
// Functions are called, so nothing here is for the inside of a transaction. It
// knows message, trigger and the rows of the outbox.
package notice
