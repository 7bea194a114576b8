// Package message is the way of a code or an invitation to a person: where it
// goes (Choose, Recovery, Invitations), what it says (Compose), and that it gets
// there (Dispatcher).
//
// A message is composed before a transaction and added to the outbox in it, so
// there is one exactly when there is the user or the code it speaks of. Its
// text is sealed. Held messages, as in development, are never due, and Inbox
// shows them; without a Sender the others wait until they are a week old.
//
//	Compose → outbox → claimed → sent, and deleted
//	                      ↓ failed
//	              due again later → … → given up, and kept for a week
//
// Nothing here writes a destination, a text or a code into a log, nor the
// words of a Sender's error, which may quote them.
package message
