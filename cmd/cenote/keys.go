package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/cenote-auth/cenote/internal/server"
)

// keys is `cenote keys`.
type keys struct {
	Create createKey `cmd:"" help:"Make an access key and print its secret, this once."`
	List   listKeys  `cmd:"" help:"Print the access keys, without their secrets."`
	Delete deleteKey `cmd:"" help:"End an access key. Servers take it for five seconds more."`
}

// Help is what `cenote keys --help` says besides the commands.
func (keys) Help() string {
	return "Access keys sign the calls that administer pools of `cenote serve`. With PostgreSQL they can be changed while servers run; " +
		"a server on SQLite shares its database with nobody and has to be stopped meanwhile."
}

type createKey struct {
	database
	Operations []string `required:"" placeholder:"PATTERN" help:"What the key is good for, such as 'Admin*,ListUsers'; '*' is every operation."`
	Pools      []string `required:"" placeholder:"PATTERN" help:"The ids of the pools that it is good for. Operations that name no pool, such as ListUserPools, need '*'."`
	Name       string   `placeholder:"NAME" help:"Who holds it, for lists and refusals; its id unless given."`
}

// Run makes a key.
func (c createKey) Run() error {
	return c.open(server.OpenOrMakeKeys, func(ctx context.Context, all *server.Keys) error {
		key, secret, err := all.Create(ctx, c.Name, server.KeyScope{Operations: c.Operations, Pools: c.Pools})
		if err != nil {
			return err
		}
		_, err = fmt.Printf("access key  %s\nsecret      %s\nname        %s\noperations  %s\npools       %s\n",
			key.ID, secret, key.Name, strings.Join(key.Operations, ","), strings.Join(key.Pools, ","))
		return err
	})
}

type listKeys struct{ database }

// Run prints a line a key.
func (c listKeys) Run() error {
	return c.open(server.OpenKeys, func(ctx context.Context, all *server.Keys) error {
		list, err := all.List(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ACCESS KEY\tCREATED\tNAME\tOPERATIONS\tPOOLS")
		for _, k := range list {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", k.ID, k.Created.Format(time.RFC3339), k.Name,
				strings.Join(k.Operations, ","), strings.Join(k.Pools, ","))
		}
		return w.Flush()
	})
}

type deleteKey struct {
	database
	ID string `arg:"" help:"The access key."`
}

// Run ends a key.
func (c deleteKey) Run() error {
	return c.open(server.OpenKeys, func(ctx context.Context, all *server.Keys) error { return all.Delete(ctx, c.ID) })
}

// open runs fn on the access keys of the database, as openKeys opens them.
func (d database) open(
	openKeys func(context.Context, server.Config) (*server.Keys, error), fn func(context.Context, *server.Keys) error,
) error {
	return untilAsked(func(ctx context.Context) error {
		all, err := openKeys(ctx, d.config())
		if err != nil {
			return err
		}
		return errors.Join(fn(ctx, all), all.Close())
	})
}
