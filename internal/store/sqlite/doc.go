// Package sqlite keeps the contract of package store in one SQLite file, by
// the low-level API of zombiezen.com/go/sqlite.
//
// Views run side by side, each in a read transaction on a connection of its
// own. All Updates go through one writer that commits in groups:
//
//	begin → closure, closure, ... (each in a savepoint) → commit → answer all
//
// A group takes what is waiting, up to a number and a time. One sync of the
// disk then serves all of it, and nobody is answered before. A closure that
// fails takes back its own savepoint alone. When the commit itself fails,
// every closure of the group runs again from the start, alone.
//
// A lock file beside the database keeps a second process away.
package sqlite
