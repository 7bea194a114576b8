// Package guard keeps web pages of strangers away from a server on a laptop,
// where any access key is accepted. It refuses
//
//   - a Host that is not the server's own, on every path: a stranger's name
//     that was made to resolve to this machine (DNS rebinding);
//   - a foreign Origin on /_cenote/*, and, by SameOrigin, on the calls that
//     administer pools.
//
// Calls that need no signature stay open to pages of every origin. The package
// is used by cenote dev; it knows HTTP and nothing else.
package guard
