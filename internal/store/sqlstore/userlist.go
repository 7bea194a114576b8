package sqlstore

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// filterColumns are the columns of text by which users are listed, by what a
// filter calls them. Each leads an index that ends with the sub; the user name
// is unique without it.
var filterColumns = map[string]string{
	"username": "username_folded", "status": "status", "email": "email", "phone_number": "phone_number", "name": "name",
	"given_name": "given_name", "family_name": "family_name", "preferred_username": "preferred_username",
}

// Users returns a page of the users that f lets through.
func (t *Tx) Users(ctx context.Context, poolKey int64, f store.UserFilter, p store.Page) ([]*pool.User, string, error) {
	switch f.By {
	case "":
		return t.everybody(ctx, poolKey, p)
	case "sub":
		return t.usersOfSub(ctx, poolKey, f.Value, p)
	case "enabled":
		return t.usersEnabled(ctx, poolKey, f.Value == "true", p)
	}
	column, ok := filterColumns[f.By]
	if !ok {
		return nil, "", fmt.Errorf("list users by %q: there is no such filter", f.By)
	}
	return t.usersBy(ctx, poolKey, "u."+column, f, p)
}

// everybody lists a pool by sub.
func (t *Tx) everybody(ctx context.Context, poolKey int64, p store.Page) ([]*pool.User, string, error) {
	users, err := all(ctx, t, "list users", scanUser(poolKey),
		`SELECT `+userColumns+` FROM app_user u WHERE u.pool_key = $1 AND u.sub > $2 ORDER BY u.sub LIMIT $3`,
		poolKey, p.After, int64(p.Limit)+1)
	return cut(users, err, p, subOf)
}

// usersOfSub lists one user at most.
func (t *Tx) usersOfSub(ctx context.Context, poolKey int64, sub string, p store.Page) ([]*pool.User, string, error) {
	users, err := all(ctx, t, "list users", scanUser(poolKey),
		`SELECT `+userColumns+` FROM app_user u WHERE u.pool_key = $1 AND u.sub = $2 AND u.sub > $3`, poolKey, sub, p.After)
	return cut(users, err, p, subOf)
}

// usersEnabled lists those who are enabled, or those who are not. Most are, so
// only the others have an index: it costs a sign-up nothing. A page of enabled
// users passes over the disabled ones between them.
func (t *Tx) usersEnabled(ctx context.Context, poolKey int64, enabled bool, p store.Page) ([]*pool.User, string, error) {
	state := "0"
	if enabled {
		state = "1"
	}
	users, err := all(ctx, t, "list users", scanUser(poolKey),
		`SELECT `+userColumns+` FROM app_user u WHERE u.pool_key = $1 AND u.enabled = `+state+` AND u.sub > $2
		ORDER BY u.sub LIMIT $3`, poolKey, p.After, int64(p.Limit)+1)
	return cut(users, err, p, subOf)
}

// usersBy lists by a column of text, in the order of the column and then of
// the sub. Both kinds of filter are a range of the column. A cursor is the
// last sub, a NUL and the last value, which has none.
func (t *Tx) usersBy(ctx context.Context, poolKey int64, column string, f store.UserFilter, p store.Page) ([]*pool.User, string, error) {
	sub, value := "", f.Value
	if p.After != "" {
		sub, value, _ = strings.Cut(p.After, "\x00")
	}
	sql := `SELECT ` + userColumns + `, ` + column + ` FROM app_user u
		WHERE u.pool_key = $1 AND ` + column + ` IS NOT NULL AND (` + column + `, u.sub) > ($2, $3)`
	args := []any{poolKey, value, sub, int64(p.Limit) + 1}
	if !f.Prefix {
		sql += ` AND ` + column + ` <= $5`
		args = append(args, f.Value)
	} else if end, ok := beyond(f.Value); ok {
		sql += ` AND ` + column + ` < $5`
		args = append(args, end)
	}
	var values []string
	user := scanUser(poolKey)
	users, err := all(ctx, t, "list users", func(r Row) (*pool.User, error) {
		values = append(values, r.Text(userWidth))
		return user(r)
	}, sql+` ORDER BY `+column+`, u.sub LIMIT $4`, args...)
	return cut(users, err, p, func(u *pool.User) string { return u.Sub + "\x00" + values[p.Limit-1] })
}

func subOf(u *pool.User) string { return u.Sub }

// cut makes a page of users, of whom there may be one more than it holds.
// cursor returns the cursor of the last user on a full page.
func cut(users []*pool.User, err error, p store.Page, cursor func(*pool.User) string) ([]*pool.User, string, error) {
	if err != nil || len(users) <= p.Limit {
		return users, "", err
	}
	users = users[:p.Limit]
	return users, cursor(users[p.Limit-1]), nil
}

// beyond returns the smallest text that is greater than all that begins with
// prefix. It is false where there is none. Bytes of UTF-8 sort as characters
// do, so that the last character is raised, and the result is text again.
func beyond(prefix string) (string, bool) {
	for prefix != "" {
		last, size := utf8.DecodeLastRuneInString(prefix)
		prefix = prefix[:len(prefix)-size]
		switch {
		case last < 0xD7FF || last > 0xD7FF && last < utf8.MaxRune:
			return prefix + string(last+1), true
		case last == 0xD7FF: // surrogates are no characters
			return prefix + "\uE000", true
		}
	}
	return "", false
}
