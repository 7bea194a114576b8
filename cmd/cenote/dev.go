package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"

	"github.com/cenote-auth/cenote/internal/server"
)

// dev is `cenote dev`.
type dev struct {
	common
	PublicURL string `env:"CENOTE_PUBLIC_URL" placeholder:"URL" help:"Where clients reach the server, the listen address unless given."`
	FixedCode string `env:"CENOTE_FIXED_CODE" placeholder:"DIGITS" help:"Six digits that every code is, for tests; drawn at random unless given."`
	Lambda    string `default:"http://127.0.0.1:9399" name:"lambda-endpoint" env:"CENOTE_LAMBDA_ENDPOINT" placeholder:"URL" help:"Where the Invoke API of AWS Lambda calls the triggers of pools, ${default} unless given."`
	Outputs   string `env:"CENOTE_OUTPUTS" type:"path" placeholder:"FILE" help:"Where to write the configuration for Amplify, cenote.amplify.json in the data folder unless given."`
	Expose    bool   `env:"CENOTE_EXPOSE" help:"Allow to listen where other machines reach the server, who can then do everything."`
}

// Help is what `cenote dev --help` says besides the flags.
func (dev) Help() string {
	return "Any access key is accepted, messages are kept in an inbox, the clock can be moved, " +
		"and a first pool and client are made. The key over all secrets in the database is 32 bytes in base64 " +
		"in CENOTE_MASTER_KEY, or else the file master.key in the data folder, which is made at the first start." + functionsHelp
}

// Run serves until the program is asked to end.
func (d dev) Run() error {
	c := d.config(func(w io.Writer, o *slog.HandlerOptions) slog.Handler { return slog.NewTextHandler(w, o) })
	c.Dev = true
	c.Expose, c.PublicURL, c.FixedCode, c.LambdaEndpoint = d.Expose, d.PublicURL, d.FixedCode, d.Lambda
	return untilAsked(func(ctx context.Context) error { return d.serve(ctx, c) })
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
