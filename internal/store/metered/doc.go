// Package metered tells what the transactions of a store came to. It wraps any
// store.Store, and hands what it saw to a function: what becomes of it there,
// such as a metric, is not its business.
package metered
