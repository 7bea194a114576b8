package sqlite

import "zombiezen.com/go/sqlite"

// Dialect is how the schema is spelt here.
var Dialect = dialect

// Script runs statements on the database at path, which it makes if need be.
func Script(path, sql string) error {
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		return err
	}
	defer c.Close()
	return newConn(c).script(sql)
}
