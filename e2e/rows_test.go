package e2e

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// rows are the tables of a server's database, seen from outside: beside a server
// that runs, and when none does.
type rows struct {
	postgres *pgx.Conn    // or
	sqlite   *sqlite.Conn // in the data folder
}

// rowsOf opens the database of a server that was started in dir with flags.
func rowsOf(t *testing.T, dir string, flags []string) rows {
	t.Helper()
	if len(flags) > 0 {
		c, err := pgx.Connect(t.Context(), flags[1])
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close(context.Background()) })
		return rows{postgres: c}
	}
	c, err := sqlite.OpenConn(filepath.Join(dir, "cenote-data", "cenote.db"), sqlite.OpenReadWrite|sqlite.OpenWAL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return rows{sqlite: c}
}

// each runs a statement and returns the texts in its first column.
func (r rows) each(t *testing.T, statement string) (list []string) {
	t.Helper()
	var err error
	if r.postgres != nil {
		var found pgx.Rows
		if found, err = r.postgres.Query(t.Context(), statement); err == nil {
			list, err = pgx.CollectRows(found, pgx.RowTo[string])
		}
	} else {
		err = sqlitex.ExecuteTransient(r.sqlite, statement, &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
			list = append(list, s.ColumnText(0))
			return nil
		}})
	}
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return list
}

// count returns how many rows of a table, without which there are none, fit.
func (r rows) count(t *testing.T, table, where string) (n int) {
	t.Helper()
	found := r.each(t, "SELECT CAST(count(*) AS TEXT) FROM "+table+" WHERE "+where)
	if _, err := fmt.Sscan(found[0], &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// exec runs a statement that writes.
func (r rows) exec(t *testing.T, statement string) {
	t.Helper()
	var err error
	if r.postgres != nil {
		_, err = r.postgres.Exec(t.Context(), statement)
	} else {
		err = sqlitex.ExecuteTransient(r.sqlite, statement, nil)
	}
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// columns returns the columns of a table.
func (r rows) columns(t *testing.T, table string) []string {
	t.Helper()
	if r.postgres != nil {
		return r.each(t, "SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '"+table+"'")
	}
	return r.each(t, "SELECT name FROM pragma_table_info('"+table+"')")
}

// ofPools returns the tables whose rows belong to pools, by name.
func (r rows) ofPools(t *testing.T) []string {
	t.Helper()
	statement := "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'pool_key' WHERE m.type = 'table'"
	if r.postgres != nil {
		statement = "SELECT table_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND column_name = 'pool_key'"
	}
	tables := r.each(t, statement)
	slices.Sort(tables) // the databases have no order of their own
	return tables
}

// copyUser makes n users more of one that a pool has. They are like it in all
// but their names and addresses.
func (r rows) copyUser(t *testing.T, poolKey string, n int) {
	t.Helper()
	if n < 1 {
		return
	}
	number, from := "g.i", fmt.Sprintf("generate_series(1, %d) AS g(i)", n)
	if r.postgres == nil {
		number, from = "i", fmt.Sprintf("(WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < %d) SELECT i FROM g)", n)
	}
	columns := r.columns(t, "app_user")
	values := make([]string, len(columns))
	for i, c := range columns {
		switch c {
		case "sub", "username", "username_folded":
			values[i] = "'copy-' || " + number
		case "email":
			values[i] = "'copy-' || " + number + " || '@example.com'"
		default:
			values[i] = "u." + c
		}
	}
	r.exec(t, "INSERT INTO app_user ("+strings.Join(columns, ", ")+") SELECT "+strings.Join(values, ", ")+
		" FROM (SELECT * FROM app_user WHERE pool_key = "+poolKey+" LIMIT 1) u CROSS JOIN "+from)
}

// Counting nothing would let every test pass that counts what is left.
func TestRowsAreCounted(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db database) {
		w := &worker{dir: t.TempDir(), flags: db(t)}
		w.again(t)
		r := rowsOf(t, w.dir, w.flags)
		key := r.each(t, "SELECT CAST(key AS TEXT) FROM pool WHERE id = '"+w.server.poolID+"'")[0]
		w.must(t, "AdminCreateUser", object{"UserPoolId": w.server.poolID, "Username": "ada@example.com", "MessageAction": "SUPPRESS"})
		r.copyUser(t, key, 20)
		if n := r.count(t, "app_user", "pool_key = "+key); n != 21 {
			t.Errorf("%d users, want 21", n)
		}
		var owners error
		for _, table := range []string{"app_user", "signing_key", "client"} {
			if !strings.Contains(" "+strings.Join(r.ofPools(t), " ")+" ", " "+table+" ") {
				owners = errors.Join(owners, errors.New(table+" is not among the tables of pools"))
			}
		}
		if owners != nil {
			t.Error(owners)
		}
	})
}
