// Package inbox shows the mails and text messages that a development server
// keeps instead of sending them:
//
//	GET /_cenote/inbox?destination=ada@example.com&limit=20
//
// Newest first, as JSON for tests and, with Accept: text/html, as a page for
// people. The codes in it open accounts: the endpoint is not reachable in
// production and no page of another origin may read it. It knows HTTP and a
// function that reads the messages.
package inbox
