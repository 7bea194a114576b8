// Package guard keeps out requests that came by a way which the server does
// not want.
//
// Guard stands before a server on a laptop, where any access key is accepted,
// and keeps web pages of strangers away. It refuses
//
//   - a Host that is not the server's own, on every path: a stranger's name
//     that was made to resolve to this machine (DNS rebinding);
//   - a foreign Origin on /_cenote/*, and, by SameOrigin, on the calls that
//     administer pools.
//
// Calls that need no signature stay open to pages of every origin.
//
// Gate stands before a server that others reach. It refuses what did not come
// by TLS, here or at a trusted proxy, and what was not meant for the public
// host; and it believes trusted proxies, and nobody else, about who called.
//
// The package knows HTTP and nothing else.
package guard
