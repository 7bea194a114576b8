// Package admin is the operator's way through the system: making, showing,
// listing, changing and deleting user pools, their app clients, users, groups and
// all else that is set up in them.
//
// It holds the order of the checks and the transactions. The rules of a pool
// and of a client are in package pool; what is accepted by the service and
// cannot be obeyed here yet is refused by the table in unbuilt.go, so that no
// setting that protects people is kept and then ignored.
//
// It knows core, store and pool, and no wire types.
package admin
