// Package postgres keeps the contract of package store in PostgreSQL, by pgx.
// Many nodes may share one database.
//
// An Update is a READ COMMITTED transaction: unique keys, row locks and
// conditions in the writing statements decide who wins, and who loses runs
// again. A View is a REPEATABLE READ, READ ONLY one. BEGIN travels with the
// first statement, so a transaction of n statements waits n+1 times for the
// network.
package postgres
