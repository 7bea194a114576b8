package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
	"github.com/cenote-auth/cenote/internal/endpoint/devclock"
	"github.com/cenote-auth/cenote/internal/endpoint/guard"
	"github.com/cenote-auth/cenote/internal/endpoint/inbox"
	"github.com/cenote-auth/cenote/internal/endpoint/watch"
)

// devMode is a development server: any access key is taken, messages are read
// in the inbox, the clock can be moved, the first pool is made, and web pages
// of strangers are kept out of all that.
var devMode = mode{
	name:     "dev",
	requests: slog.LevelDebug,
	held:     true,
	check:    checkDev,
	expose:   exposeDev,
	handler:  devHandler,
}

func checkDev(c Config) error {
	switch {
	case c.FixedCode != "" && !digits(c.FixedCode, 6):
		return fmt.Errorf("fixed code %q: must be 6 digits", c.FixedCode)
	case c.TLSCert != "" || c.TLSKey != "" || len(c.TrustedProxies) > 0 || c.MetricsListen != "":
		return errors.New("TLS, trusted proxies and a listener for metrics belong to cenote serve")
	}
	return nil
}

func exposeDev(c Config) error {
	if c.Expose {
		return nil
	}
	return errors.New("other machines could reach this address, and administer every pool; use 127.0.0.1, or --expose if that is meant")
}

func devHandler(c Config, p *parts) http.Handler {
	mux := newMux(c, p, awsjson.Options{Keys: awsjson.AnyKey{}, Page: guard.SameOrigin})
	inbox.Register(mux, p.inbox, watch.Logger(c.Log))
	devclock.Register(mux, p.clock)
	c.metrics.Register(mux)

	hosts := []string{c.Listen}
	if u, err := url.Parse(c.PublicURL); err == nil {
		hosts = append(hosts, u.Host)
	}
	return guard.New(hosts...).Wrap(mux)
}

// inbox returns what was sent to destination, in the form of the endpoint.
func (p *parts) inbox(ctx context.Context, destination string, limit int) ([]inbox.Message, error) {
	opened, err := p.messages.Inbox(ctx, p.store, destination, limit)
	if err != nil {
		return nil, err
	}
	list := make([]inbox.Message, len(opened))
	for i, m := range opened {
		list[i] = inbox.Message{
			ID: m.ID, Time: m.Created, Medium: m.Medium, Destination: m.Destination,
			Subject: m.Subject, Body: m.Body, Code: m.Code,
		}
	}
	return list, nil
}
