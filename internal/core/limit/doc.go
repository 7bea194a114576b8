// Package limit says how often somebody may try: a password, a code, the
// sending of a message. Counts are kept per pool, subject and factor in the
// store, so all nodes count together. A subject is a user's sub, the MAC of a
// name that nobody has, or an address that passwords come from.
//
// An attempt is debited before anything is verified, in a transaction of its
// own or in one that is certain to commit: a debit that is rolled back with a
// wrong answer would count nothing. A success then clears the count, where it
// ends what was tried for: not where the same person may succeed at something
// else and go on guessing.
//
//	Update: limit.Password   refused -> answer so, nothing was written
//	verify, outside of any transaction
//	wrong -> answer so; right -> Update: limit.Clear, and what follows
//
// Rates are another matter: how many requests a second a pool is good for, by
// categories of operations, and one user of it, by reads and writes. Each
// process counts its own, in memory, by wall time; quota.go has the categories.
package limit
