package sqlite

import "errors"

// ErrInUse is what a second process gets. Several nodes need PostgreSQL.
var ErrInUse = errors.New("the database is in use by another process")
