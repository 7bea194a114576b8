package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const groupColumns = `g.name, g.key, g.version, g.created, g.modified, g.description, g.role_arn, g.precedence`

// noPrecedence stands in the column of a group that has none.
const noPrecedence = -1

func scanGroup(poolKey int64) func(Row) (pool.Group, error) {
	return func(r Row) (pool.Group, error) {
		g := pool.Group{
			PoolKey: poolKey, Name: r.Text(0), Key: r.Int(1), Version: r.Int(2), Created: moment(r.Int(3)),
			Modified: moment(r.Int(4)), Description: r.Text(5), RoleARN: r.Text(6),
		}
		if n := r.Int(7); n != noPrecedence {
			g.Precedence = new(int32(n))
		}
		return g, nil
	}
}

// precedence is the column of a group's precedence.
func precedence(g pool.Group) int64 {
	if g.Precedence == nil {
		return noPrecedence
	}
	return int64(*g.Precedence)
}

// Group returns the group of a name.
func (t *Tx) Group(ctx context.Context, poolKey int64, name string) (g pool.Group, err error) {
	err = t.one(ctx, "read group", func(r Row) (err error) { g, err = scanGroup(poolKey)(r); return err },
		`SELECT `+groupColumns+` FROM app_group g WHERE g.pool_key = $1 AND g.name = $2`, poolKey, name)
	return g, err
}

// Groups returns a pool's groups in the order of their names.
func (t *Tx) Groups(ctx context.Context, poolKey int64, p store.Page) ([]pool.Group, error) {
	return all(ctx, t, "list groups", scanGroup(poolKey),
		`SELECT `+groupColumns+` FROM app_group g WHERE g.pool_key = $1 AND g.name > $2 ORDER BY g.name LIMIT $3`,
		poolKey, p.After, int64(p.Limit))
}

// CountGroups returns how many groups a pool has.
func (t *Tx) CountGroups(ctx context.Context, poolKey int64) (int64, error) {
	return t.count(ctx, "count groups", `SELECT count(*) FROM app_group WHERE pool_key = $1`, poolKey)
}

// GroupsOf returns all groups of a user. They are sorted here: a sorted query
// would tempt a planner to go through the groups of the pool by name. CROSS
// JOIN tells SQLite to begin with the memberships, of which most users have none.
func (t *Tx) GroupsOf(ctx context.Context, poolKey int64, sub string) (pool.Groups, error) {
	groups, err := all(ctx, t, "read groups of user", scanGroup(poolKey),
		`SELECT `+groupColumns+` FROM membership m CROSS JOIN app_group g
		WHERE m.pool_key = $1 AND m.sub = $2 AND g.pool_key = m.pool_key AND g.key = m.group_key`, poolKey, sub)
	slices.SortFunc(groups, func(a, b pool.Group) int { return strings.Compare(a.Name, b.Name) })
	return groups, err
}

// Members returns the users of a group in the order of their subs. The page is
// cut out of the memberships first, whatever a planner thinks of the join:
// every one of them has its user.
func (t *Tx) Members(ctx context.Context, poolKey, groupKey int64, p store.Page) ([]*pool.User, error) {
	return all(ctx, t, "list members", scanUser(poolKey),
		`SELECT `+userColumns+` FROM (SELECT sub FROM membership
			WHERE pool_key = $1 AND group_key = $2 AND sub > $3 ORDER BY sub LIMIT $4) AS m
		CROSS JOIN app_user u WHERE u.pool_key = $1 AND u.sub = m.sub ORDER BY m.sub`,
		poolKey, groupKey, p.After, int64(p.Limit))
}

// CreateGroup adds g.
func (t *Tx) CreateGroup(ctx context.Context, g pool.Group) error {
	return t.must(ctx, "create group", &store.ExistsError{Key: "group"},
		`INSERT INTO app_group (pool_key, name, key, version, created, modified, description, role_arn, precedence)
		VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		g.PoolKey, g.Name, g.Key, micros(g.Created), micros(g.Modified), g.Description, g.RoleARN, precedence(g))
}

// UpdateGroup writes what can change of g.
func (t *Tx) UpdateGroup(ctx context.Context, g pool.Group) error {
	return t.must(ctx, "update group", store.ErrConflict,
		`UPDATE app_group SET version = version + 1, modified = $5, description = $6, role_arn = $7, precedence = $8
		WHERE pool_key = $1 AND name = $2 AND key = $3 AND version = $4`,
		g.PoolKey, g.Name, g.Key, g.Version, micros(g.Modified), g.Description, g.RoleARN, precedence(g))
}

// RemoveGroup removes the row of a group.
func (t *Tx) RemoveGroup(ctx context.Context, poolKey int64, name string) (groupKey int64, err error) {
	err = t.one(ctx, "remove group", func(r Row) error { groupKey = r.Int(0); return nil },
		`DELETE FROM app_group WHERE pool_key = $1 AND name = $2 RETURNING key`, poolKey, name)
	return groupKey, err
}

// ClearGroup deletes up to limit memberships of a removed group.
func (t *Tx) ClearGroup(ctx context.Context, poolKey, groupKey int64, limit int) (int, error) {
	there, err := t.count(ctx, "clear group",
		`SELECT count(*) FROM app_group WHERE pool_key = $1 AND key = $2`, poolKey, groupKey)
	if err != nil {
		return 0, err
	}
	if there != 0 {
		return 0, fmt.Errorf("clear group: group %d of pool %d was not removed", groupKey, poolKey)
	}
	n, err := t.conn.Exec(ctx, `DELETE FROM membership WHERE pool_key = $1 AND group_key = $2 AND sub <= (SELECT max(sub) FROM
		(SELECT sub FROM membership WHERE pool_key = $1 AND group_key = $2 ORDER BY sub LIMIT $3) AS head)`, poolKey, groupKey, int64(limit))
	if err != nil {
		return 0, fmt.Errorf("clear group: %w", err)
	}
	return int(n), nil
}

// AddMember adds a user to a group.
func (t *Tx) AddMember(ctx context.Context, poolKey, groupKey int64, sub string) (groups int64, err error) {
	if err := t.holdUser(ctx, poolKey, sub); err != nil {
		return 0, err
	}
	err = t.exec(ctx, "add member", `INSERT INTO membership (pool_key, sub, group_key) VALUES ($1, $2, $3)
		ON CONFLICT (pool_key, sub, group_key) DO NOTHING`, poolKey, sub, groupKey)
	if err != nil {
		return 0, err
	}
	return t.count(ctx, "add member", `SELECT count(*) FROM membership m CROSS JOIN app_group g
		WHERE m.pool_key = $1 AND m.sub = $2 AND g.pool_key = m.pool_key AND g.key = m.group_key`, poolKey, sub)
}

// RemoveMember takes a user out of a group.
func (t *Tx) RemoveMember(ctx context.Context, poolKey, groupKey int64, sub string) error {
	return t.exec(ctx, "remove member",
		`DELETE FROM membership WHERE pool_key = $1 AND group_key = $2 AND sub = $3`, poolKey, groupKey, sub)
}
