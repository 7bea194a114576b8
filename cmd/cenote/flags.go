package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/cenote-auth/cenote/internal/server"
)

// database are the flags of whatever opens a database.
type database struct {
	Data     string `default:"cenote-data" env:"CENOTE_DATA" type:"path" placeholder:"DIR" help:"Folder of the SQLite database and the master key, ${default} unless given."`
	Database string `env:"CENOTE_DATABASE" placeholder:"URL" help:"PostgreSQL in place of SQLite: postgres://..."`
}

// config returns a configuration that finds the database.
func (d database) config() server.Config {
	return server.Config{DataDir: d.Data, DatabaseURL: d.Database, MasterKey: os.Getenv("CENOTE_MASTER_KEY")}
}

// common are the flags of both kinds of server.
type common struct {
	Listen string `default:"127.0.0.1:9229" env:"CENOTE_LISTEN" placeholder:"HOST:PORT" help:"Where to listen, ${default} unless given; port 0 is any that is free."`
	database
	Issuer    string        `env:"CENOTE_ISSUER" placeholder:"TEMPLATE" help:"Issuer of tokens, with {region} and {poolId}; the public URL, a slash and the pool's id unless given."`
	Account   string        `default:"123456789012" env:"CENOTE_ACCOUNT" placeholder:"ID" help:"Account in the names of resources, ${default} unless given."`
	KeyAge    time.Duration `name:"signing-key-age" env:"CENOTE_SIGNING_KEY_AGE" placeholder:"DURATION" help:"Age at which the keys that sign tokens are exchanged for new ones, such as 2160h; never unless given."`
	Rates     string        `enum:"on,off," name:"rate-limits" env:"CENOTE_RATE_LIMITS" default:"" placeholder:"on|off" help:"Whether requests beyond the service's rates are refused; on in serve and off in dev unless given. Rates that UpdateProvisionedLimit set count always."`
	Passwords string        `name:"compromised-passwords" env:"CENOTE_COMPROMISED_PASSWORDS" type:"path" placeholder:"FILE" help:"Passwords that are known elsewhere, for pools that refuse them: SHA-1 hashes in hexadecimal digits, a line each, sorted, as the usual lists have them."`
	Locations string        `env:"CENOTE_LOCATIONS" type:"path" placeholder:"FILE" help:"Where addresses are, for pools that judge sign-ins: lines of network,latitude,longitude,country,city, sorted by network."`
	LogLevel  string        `default:"info" enum:"debug,info,warn,error" env:"CENOTE_LOG_LEVEL" placeholder:"LEVEL" help:"What is logged, on standard error: debug, info, warn or error; ${default} unless given."`
}

// config returns the configuration of a server that logs by newHandler.
func (f common) config(newHandler func(io.Writer, *slog.HandlerOptions) slog.Handler) server.Config {
	var level slog.Level
	_ = level.UnmarshalText([]byte(f.LogLevel)) // one of those that the flag allows
	c := f.database.config()
	c.Listen, c.Issuer, c.Account, c.RateLimits, c.SigningKeyAge = f.Listen, f.Issuer, f.Account, f.Rates, f.KeyAge
	c.Log = slog.New(newHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	c.CompromisedPasswords, c.Locations = f.Passwords, f.Locations
	c.SenderKey = os.Getenv("CENOTE_SENDER_KEY")
	c.LambdaCredentials = server.LambdaCredentials{
		AccessKey: os.Getenv("AWS_ACCESS_KEY_ID"), Secret: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
		Region: cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"), "us-east-1"),
	}
	return c
}

// functionsHelp is what both kinds of server say of functions besides the flags.
const functionsHelp = " Calls of functions are signed with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN if they are there, " +
	"over TLS and loopback. Custom senders need 32 bytes in base64 in CENOTE_SENDER_KEY, which encrypt the codes for them."

// untilAsked runs a server until the program is asked to end; asking twice
// ends it at once.
func untilAsked(run func(context.Context) error) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	err := run(ctx)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // asked to end before it had started
	}
	return err
}
