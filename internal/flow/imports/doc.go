// Package imports adds the users of a file to a pool: an administrator makes a
// job, sends the file to an address that the job has, and starts it.
//
// The file is kept as it comes, in sealed parts of whole lines. Once the job is
// started, each step of it takes a part, checks its rows and adds its users,
// together with the note of how far it is, in one transaction: so a row counts
// once, whichever node dies.
//
//	Create → Receive → Start → Step, Step, ... → Succeeded | Failed | Stopped
//
// It knows no HTTP; users are package directory's.
package imports
