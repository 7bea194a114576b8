package sqlite

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"zombiezen.com/go/sqlite"

	"github.com/cenote-auth/cenote/internal/store/sqlstore"
)

// conn is a connection with its prepared statements. One goroutine at a time
// may use it.
type conn struct {
	c     *sqlite.Conn
	stmts map[string]*sqlite.Stmt // by the text as sqlstore writes it
	row   row
	wrote bool // set when a statement wrote a row
}

var _ sqlstore.Conn = (*conn)(nil)

func newConn(c *sqlite.Conn) *conn { return &conn{c: c, stmts: map[string]*sqlite.Stmt{}} }

var parameter = regexp.MustCompile(`\$(\d+)`)

// stmt returns the prepared statement of sql with args bound. $1 would be a
// name to SQLite; ?1 is a number.
func (c *conn) stmt(sql string, args []any) (*sqlite.Stmt, error) {
	s, ok := c.stmts[sql]
	if !ok {
		var err error
		if s, err = c.c.Prepare(parameter.ReplaceAllString(sql, "?$1")); err != nil {
			return nil, err
		}
		if s.BindParamCount() != len(args) {
			return nil, fmt.Errorf("%d arguments for %d parameters: %s", len(args), s.BindParamCount(), sql)
		}
		c.stmts[sql] = s
	}
	for i, arg := range args {
		if err := bind(s, i+1, arg); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func bind(s *sqlite.Stmt, i int, arg any) error {
	switch v := arg.(type) {
	case int64:
		s.BindInt64(i, v)
	case string:
		s.BindText(i, v)
	case []byte:
		if v == nil {
			s.BindNull(i)
		} else {
			s.BindBytes(i, v)
		}
	case nil:
		s.BindNull(i)
	default:
		return fmt.Errorf("argument %d is a %T", i, arg)
	}
	return nil
}

// Exec runs a statement and returns how many rows it wrote. It is not
// interrupted by ctx: that would undo the work of others in the group.
func (c *conn) Exec(_ context.Context, sql string, args ...any) (int64, error) {
	s, err := c.stmt(sql, args)
	if err != nil {
		return 0, err
	}
	defer s.Reset() // its error is the one that Step gave
	if _, err := s.Step(); err != nil {
		return 0, err
	}
	n := int64(c.c.Changes())
	c.wrote = c.wrote || n > 0
	return n, nil
}

// Query runs a statement and calls fn for each row.
func (c *conn) Query(_ context.Context, fn func(sqlstore.Row) error, sql string, args ...any) error {
	s, err := c.stmt(sql, args)
	if err != nil {
		return err
	}
	defer s.Reset() // its error is the one that Step gave
	c.row.s = s
	for {
		more, err := s.Step()
		if err != nil || !more {
			return err
		}
		c.wrote = c.wrote || !strings.HasPrefix(sql, "SELECT") // it is RETURNING
		if err := fn(&c.row); err != nil {
			return err
		}
	}
}

// script runs the statements of a text that has no parameters.
func (c *conn) script(text string) error {
	for strings.TrimSpace(text) != "" {
		s, rest, err := c.c.PrepareTransient(text)
		if err != nil {
			return err
		}
		if _, err = s.Step(); err == nil {
			err = s.Finalize()
		} else {
			s.Finalize()
		}
		if err != nil {
			return err
		}
		text = text[len(text)-rest:]
	}
	return nil
}

// row is the current row of a statement.
type row struct{ s *sqlite.Stmt }

func (r *row) Int(column int) int64   { return r.s.ColumnInt64(column) }
func (r *row) Text(column int) string { return r.s.ColumnText(column) }

func (r *row) Bytes(column int) []byte {
	n := r.s.ColumnLen(column)
	if n == 0 {
		return nil
	}
	b := make([]byte, n)
	r.s.ColumnBytes(column, b)
	return b
}
