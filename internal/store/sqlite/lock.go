package sqlite

import "errors"

// errInUse is what a second process gets. Several nodes need PostgreSQL.
var errInUse = errors.New("the database is in use by another process")
