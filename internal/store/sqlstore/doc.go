// Package sqlstore holds what the SQL backends share: the schema, the queries
// and the row formats. Both engines understand the statements as they stand
// ($1 parameters, RETURNING, ON CONFLICT); what differs is behind Conn and
// Dialect, in packages sqlite and postgres.
//
// Nothing here relies on the isolation level: a unique key or a condition in
// the statement that writes decides who wins. Each inserting statement says ON
// CONFLICT DO NOTHING and looks at the count, because in PostgreSQL a violated
// key ends the transaction.
//
// It knows packages store and pool, and no driver.
package sqlstore
