// Package store is the contract between the rules and the disk. Package
// storetest is its specification in tests; sqlite and postgres keep it, with
// the queries they share in sqlstore.
//
// What the contract promises, above all:
//
//   - When Update has returned nil, what fn wrote is on the disk and survives
//     the loss of power.
//   - When Update has returned an error other than ErrUnknown, nothing that fn
//     wrote is there.
//   - What must be unique is unique by a key of the database, whatever runs
//     beside it on this node or another.
//
// Every row of a pool begins with the pool's internal key, which is never used
// again. Times are kept in microseconds UTC. Text is compared byte by byte:
// folding is done before it comes here.
package store
