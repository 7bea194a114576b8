package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/cenote-auth/cenote/internal/server"
)

// dev is `cenote dev`.
type dev struct {
	Listen    string `default:"127.0.0.1:9229" env:"CENOTE_LISTEN" placeholder:"HOST:PORT" help:"Where to listen, ${default} unless given; port 0 is any that is free."`
	Data      string `default:"cenote-data" env:"CENOTE_DATA" type:"path" placeholder:"DIR" help:"Folder of the SQLite database and the master key, ${default} unless given."`
	Database  string `env:"CENOTE_DATABASE" placeholder:"URL" help:"PostgreSQL in place of SQLite: postgres://..."`
	PublicURL string `env:"CENOTE_PUBLIC_URL" placeholder:"URL" help:"Where clients reach the server, the listen address unless given."`
	Issuer    string `env:"CENOTE_ISSUER" placeholder:"TEMPLATE" help:"Issuer of tokens, with {region} and {poolId}; the public URL, a slash and the pool's id unless given."`
	Account   string `default:"123456789012" env:"CENOTE_ACCOUNT" placeholder:"ID" help:"Account in the names of resources, ${default} unless given."`
	FixedCode string `env:"CENOTE_FIXED_CODE" placeholder:"DIGITS" help:"Six digits that every code is, for tests; drawn at random unless given."`
	Lambda    string `default:"http://127.0.0.1:9399" name:"lambda-endpoint" env:"CENOTE_LAMBDA_ENDPOINT" placeholder:"URL" help:"Where the Invoke API of AWS Lambda calls the triggers of pools, ${default} unless given."`
	Outputs   string `env:"CENOTE_OUTPUTS" type:"path" placeholder:"FILE" help:"Where to write the configuration for Amplify, cenote.amplify.json in the data folder unless given."`
	Expose    bool   `env:"CENOTE_EXPOSE" help:"Allow to listen where other machines reach the server, who can then do everything."`
}

// Help is what `cenote dev --help` says besides the flags.
func (dev) Help() string {
	return "Any access key is accepted, messages are kept in an inbox, the clock can be moved, " +
		"and a first pool and client are made. The key over all secrets in the database is 32 bytes in base64 " +
		"in CENOTE_MASTER_KEY, or else the file master.key in the data folder, which is made at the first start."
}

// Run serves until the program is asked to end; asking twice ends it at once.
func (d dev) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	err := d.serve(ctx, server.Config{
		Listen:         d.Listen,
		Expose:         d.Expose,
		DataDir:        d.Data,
		DatabaseURL:    d.Database,
		MasterKey:      os.Getenv("CENOTE_MASTER_KEY"),
		PublicURL:      d.PublicURL,
		Issuer:         d.Issuer,
		Account:        d.Account,
		FixedCode:      d.FixedCode,
		LambdaEndpoint: d.Lambda,
		Log:            slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // asked to end before it had started
	}
	return err
}

func (d dev) serve(ctx context.Context, c server.Config) error {
	ln, err := server.Listen(c)
	if err != nil {
		return err
	}
	defer ln.Close() // again, where Serve has
	if c.PublicURL == "" {
		c.PublicURL = server.URL(ln.Addr())
	}
	s, err := server.New(ctx, c)
	if err != nil {
		return err
	}
	if err := d.prepare(ctx, s); err != nil {
		return errors.Join(err, s.Close())
	}
	return s.Serve(ctx, ln)
}

// prepare makes what a person needs to begin, and says where it is.
func (d dev) prepare(ctx context.Context, s *server.Server) error {
	first, err := s.FirstPool(ctx)
	if err != nil {
		return err
	}
	if d.Outputs == "" {
		d.Outputs = filepath.Join(d.Data, server.OutputsFile)
	}
	if err := s.WriteOutputs(d.Outputs, first); err != nil {
		return err
	}
	_, err = fmt.Printf("endpoint   %s\nuser pool  %s\nclient     %s\ninbox      %s\nAmplify    %s\n",
		s.URL(), first.ID, first.ClientID, s.URL()+"/_cenote/inbox", d.Outputs)
	return err
}
