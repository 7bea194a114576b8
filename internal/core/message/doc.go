// Package message is the way of a code or an invitation to a person: where it
// goes (Choose, Invitations), what it says (Compose), and that it gets there
// (Dispatcher).
//
// A message is composed before a transaction and added to the outbox in it, so
// there is one exactly when there is the user or the code it speaks of. Its
// text is sealed. Where no Sender is configured messages are held: they are
// never due, and Inbox shows them.
//
//	Compose → outbox → claimed → sent, and deleted
//	                      ↓ failed
//	              due again later → … → given up, and kept for a week
//
// Nothing here writes a destination, a text or a code into a log, nor the
// words of a Sender's error, which may quote them.
package message
