package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
)

// makeSchema makes an empty schema on a PostgreSQL server and returns its URL
// and what removes it.
func makeSchema(ctx context.Context, server string) (database string, remove func() error, err error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, fmt.Errorf("-database: not a URL")
	}
	name := "bench_" + rand.Text()
	if err := onServer(ctx, server, `CREATE SCHEMA "`+name+`"`); err != nil {
		return "", nil, err
	}
	q := u.Query()
	q.Set("search_path", `"`+name+`"`)
	u.RawQuery = q.Encode()
	return u.String(), func() error {
		return onServer(context.WithoutCancel(ctx), server, `DROP SCHEMA "`+name+`" CASCADE`)
	}, nil
}

func onServer(ctx context.Context, server, sql string) error {
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}
