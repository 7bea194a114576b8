// Package contact changes the attributes of users, and sees to what follows for
// their addresses, e-mail and phone: who has another one must prove it, with a
// code that goes there.
//
//	            ┌ at once, not proved → code.Verify ┐
//	new address ┤                                   ├→ proved
//	            └ waits, the old stays → code.Change ┘
//
// An address that waits is kept in the row of its code and nowhere else: it is
// given up when the code expires, is replaced, or is voided.
//
// It works inside the caller's transaction. It may know package code, directory,
// message, notice and trigger, the store and pool.
package contact
