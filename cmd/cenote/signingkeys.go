package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/server"
)

// signingKeys is `cenote signing-keys`.
type signingKeys struct {
	Rotate rotateKeys `cmd:"" help:"Exchange the keys that sign tokens, without a token that fails meanwhile."`
}

// Help is what `cenote signing-keys --help` says besides the commands.
func (signingKeys) Help() string {
	return "New keys are published at once and sign a quarter of an hour later, when every verifier that keeps to the JWKS's lifetime knows them. " +
		"The old ones stay published for a day more, as long as what they signed is good. With PostgreSQL this can be done while servers run; " +
		"a server on SQLite shares its database with nobody, so stop it meanwhile or start it with --signing-key-age."
}

type rotateKeys struct {
	database
	Pool string `placeholder:"ID" help:"The user pool; all of them unless given."`
}

// Run begins the exchange and prints a line a pool.
func (r rotateKeys) Run() error {
	return untilAsked(func(ctx context.Context) error {
		keys, err := server.OpenSigningKeys(ctx, r.config())
		if err != nil {
			return err
		}
		return errors.Join(keys.Rotate(ctx, r.Pool, printRotation), keys.Close())
	})
}

func printRotation(r server.KeyRotation) error {
	what := "new keys sign from"
	if r.Running {
		what = "a rotation has begun already: new keys sign from"
	}
	_, err := fmt.Printf("%s  %s %s, the old ones are gone at %s\n", r.PoolID, what, stamp(r.Starts), stamp(r.Retires))
	return err
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
