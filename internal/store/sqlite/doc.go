// Package sqlite keeps the contract of package store in one SQLite file, by
// the low-level API of zombiezen.com/go/sqlite.
//
// Views run side by side, each in a read transaction on a connection of its
// own. All Updates go through one writer that commits in groups:
//
//	begin → closure, closure, ... → commit → answer all
//
// A group takes what is waiting, up to a number and a time. One sync of the
// disk then serves all of it, and nobody is answered before. When a closure
// fails after it wrote, the group runs again from the start with a savepoint
// around each, so that its writes alone are undone. When the commit itself
// fails, every closure runs again from the start, alone.
//
// A lock file beside the database keeps a second process away.
package sqlite
