// Package directory is the one way to create, find, change and delete users,
// and to find the pool and the client that a request names: for sign-up, for
// administrators, and for whatever brings users later.
//
// It works inside the caller's transaction or snapshot, so that a flow can do
// several things at once; but for what is dear, which is done before that.
package directory
