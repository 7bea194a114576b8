package main

import (
	"context"
	"io"
	"log/slog"

	"github.com/cenote-auth/cenote/internal/server"
)

// serve is `cenote serve`.
type serve struct {
	common
	PublicURL    string   `required:"" env:"CENOTE_PUBLIC_URL" placeholder:"URL" help:"Where clients reach the server: https://..., or http:// on loopback."`
	TLSCert      string   `name:"tls-cert" env:"CENOTE_TLS_CERT" type:"path" placeholder:"FILE" help:"Certificate chain in PEM; a renewed one is taken up within a minute."`
	TLSKey       string   `name:"tls-key" env:"CENOTE_TLS_KEY" type:"path" placeholder:"FILE" help:"Private key of the certificate in PEM."`
	TrustedProxy []string `env:"CENOTE_TRUSTED_PROXY" placeholder:"CIDR" help:"Addresses or networks of proxies that end TLS; their X-Forwarded-Proto, -Host and -For are believed."`
	Metrics      string   `name:"metrics-listen" env:"CENOTE_METRICS_LISTEN" placeholder:"HOST:PORT" help:"Where /_cenote/metrics is served, to everybody who reaches it; nowhere unless given."`
	Lambda       string   `name:"lambda-endpoint" env:"CENOTE_LAMBDA_ENDPOINT" placeholder:"URL" help:"Where the Invoke API of AWS Lambda calls the triggers of pools; http://127.0.0.1:9399 unless given."`
}

// Help is what `cenote serve --help` says besides the flags.
func (serve) Help() string {
	return "Signed operations need an access key of `cenote keys create`. Requests come by TLS, here or at a trusted proxy; " +
		"a server that listens on loopback takes them in plain as well. The key over all secrets in the database is 32 bytes in base64 " +
		"in CENOTE_MASTER_KEY, or else the file master.key in the data folder; it is made at the first start with SQLite, " +
		"and has to be there with PostgreSQL. Codes and invitations reach nobody yet: there is no sender of mail or text messages " +
		"but functions of a pool." + functionsHelp
}

// Run serves until the program is asked to end.
func (s serve) Run() error {
	c := s.config(func(w io.Writer, o *slog.HandlerOptions) slog.Handler { return slog.NewJSONHandler(w, o) })
	c.PublicURL, c.LambdaEndpoint = s.PublicURL, s.Lambda
	c.TLSCert, c.TLSKey, c.TrustedProxies, c.MetricsListen = s.TLSCert, s.TLSKey, s.TrustedProxy, s.Metrics
	return untilAsked(func(ctx context.Context) error {
		ln, err := server.Listen(c)
		if err != nil {
			return err
		}
		defer ln.Close() // again, where Serve has
		srv, err := server.New(ctx, c)
		if err != nil {
			return err
		}
		return srv.Serve(ctx, ln)
	})
}
